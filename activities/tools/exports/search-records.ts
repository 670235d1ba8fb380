import { createPacer } from './pacer';
import type { ExportRecord } from './record';

const termsMax = 24;
const titleWeight = 4;
const peopleWeight = 2;

/**
 * Records that contain words of the query, best first: rare words count more, a word in the title or among the people
 * more than one in the body, the whole phrase more than its words, and the record's own id most of all.
 * Equal ones: newest first, then by id. Words match at their start, in any case.
 */
export async function searchRecords(
  records: readonly ExportRecord[],
  query: string,
  signal?: AbortSignal,
): Promise<{ record: ExportRecord; score: number }[]> {
  const phrase = query.trim().toLowerCase();
  const terms = [...new Set(phrase.match(/[\p{L}\p{N}][\p{L}\p{N}_.@-]*[\p{L}\p{N}]|[\p{L}\p{N}]/gu) ?? [])].slice(
    0,
    termsMax,
  );
  if (terms.length === 0) return [];
  const pace = createPacer(signal);
  const found: { record: ExportRecord; counts: number[]; bonus: number }[] = [];
  const holders = terms.map(() => 0);
  for (const record of records) {
    const title = record.title.toLowerCase();
    const body = record.body.toLowerCase();
    const about = [
      record.id,
      ...record.people.map(({ name, email = '' }) => `${name} ${email}`),
      ...Object.values(record.fields),
      ...record.links,
    ]
      .join(' ')
      .toLowerCase();
    const counts = terms.map(
      (term) => titleWeight * countOf(title, term) + peopleWeight * countOf(about, term) + countOf(body, term),
    );
    counts.forEach((count, index) => {
      if (count > 0) holders[index] = (holders[index] ?? 0) + 1;
    });
    const isPhrase = terms.length > 1 && (title.includes(phrase) || body.includes(phrase));
    const isOwn = terms.includes(record.id.toLowerCase()) || phrase === record.id.toLowerCase();
    if (counts.some((count) => count > 0))
      found.push({ record, counts, bonus: (isPhrase ? 4 : 0) + (isOwn ? 100 : 0) });
    await pace();
  }
  const weights = holders.map((holding) => Math.log(1 + records.length / (1 + holding)));
  return found
    .map(({ record, counts, bonus }) => {
      // Saturating, as in BM25: the tenth occurrence says less than the second.
      const sum = counts.reduce((total, count, index) => total + (weights[index] ?? 0) * (count / (count + 1.5)), 0);
      return { record, score: Math.round((sum + bonus) * 1000) / 1000 };
    })
    .sort(
      (a, b) => b.score - a.score || compare(b.record.at ?? '', a.record.at ?? '') || compare(a.record.id, b.record.id),
    );
}

const countMax = 20;

/** Occurrences at the start of a word. */
function countOf(text: string, term: string): number {
  let count = 0;
  for (let at = text.indexOf(term); at >= 0 && count < countMax; at = text.indexOf(term, at + term.length)) {
    if (at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1] ?? ' ')) count++;
  }
  return count;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

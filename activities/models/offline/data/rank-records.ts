import { bounds } from '../bounds';
import { scoreSentence, sentencesOf } from './extract-sentences';
import type { Mentions } from './mentions';
import { compareText } from '../words/order';
import type { DataRecord } from './records';
import type { Idf } from '../words/terms';
import { overlap, termSet } from '../words/terms';

const termCache = new WeakMap<DataRecord, Set<string>>();
/** Terms of the part of a record that is read for ranking. */
export function rankTerms(record: DataRecord): Set<string> {
  const known = termCache.get(record);
  if (known) return known;
  const short = [...record.fields.values()]
    .filter((value): value is string => typeof value === 'string' && value.length < 120)
    .slice(0, 12)
    .join(' ');
  const found = termSet(`${record.title ?? ''} ${short} ${record.texts.join(' ')}`.slice(0, bounds.rankChars));
  termCache.set(record, found);
  return found;
}

const weighed = 6;

/** How much the record's best sentence says. */
function weightOf(record: DataRecord, query: ReadonlySet<string>, idf: Idf): number {
  return sentencesOf(record)
    .slice(0, weighed)
    .reduce((best, sentence, position) => Math.max(best, scoreSentence(sentence, position, query, idf)), 0);
}

/** Records by what they have to do with the task, and by how much they say; equal ones by id. */
export function rankRecords(
  records: readonly DataRecord[],
  query: ReadonlySet<string>,
  idf: Idf,
  mentions: Mentions,
  asked: ReadonlySet<string>,
): DataRecord[] {
  const amounts = amountFields(records, asked);
  const scored = records.map((record) => {
    const title = termSet(record.title ?? '');
    const links = Math.min(3, mentions.of(record).length + mentions.by(record).length);
    const score =
      overlap(title, query, idf) * 2 +
      overlap(rankTerms(record), query, idf) +
      links * 0.8 +
      (records.length <= bounds.sentenceRecords ? weightOf(record, query, idf) : 0) +
      (record.texts.length > 0 ? 0.5 : 0) +
      (record.title === undefined ? 0 : 0.3) +
      amountOf(record, amounts);
    return { record, score };
  });
  return scored
    .sort(
      (a, b) =>
        b.score - a.score || compareText(a.record.id, b.record.id) || compareText(a.record.group, b.record.group),
    )
    .map(({ record }) => record);
}

/** Numeric fields that the task, the instructions or the tools speak of, with their largest value. */
function amountFields(records: readonly DataRecord[], asked: ReadonlySet<string>): Map<string, number> {
  const largest = new Map<string, number>();
  for (const record of records) {
    for (const [path, value] of record.fields) {
      if (typeof value !== 'number' || value <= 0) continue;
      const known = largest.get(path);
      if (known === undefined && ![...termSet(path)].some((term) => asked.has(term))) continue;
      largest.set(path, Math.max(value, known ?? 0));
    }
  }
  return largest;
}

const amountWeight = 4;

/** How large a record without prose is in what is asked about: numbers are then all that tells records apart. */
function amountOf(record: DataRecord, amounts: ReadonlyMap<string, number>): number {
  if (record.texts.length > 0 || amounts.size === 0) return 0;
  let sum = 0;
  for (const [path, most] of amounts) {
    const value = record.fields.get(path);
    if (typeof value === 'number' && value > 0) sum += value / most;
  }
  return (amountWeight * sum) / amounts.size;
}

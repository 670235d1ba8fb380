import { bounds } from '../bounds';
import { daysIn, idsIn } from '../words/kinds';
import { isOrder } from './orders-in-text';
import { compareText } from '../words/order';
import type { DataRecord } from './records';
import type { Idf } from '../words/terms';
import { termSet, words } from '../words/terms';

/** A piece of a record's text, byte for byte as it stands there. */
export interface Sentence {
  text: string;
  score: number;
}

const sentenceCache = new WeakMap<DataRecord, string[]>();
const sentencesPerRecord = 80;

/** Sentences of the record's own texts; quoted replies, signatures, rules and bare addresses are left out. */
export function sentencesOf(record: DataRecord): string[] {
  const known = sentenceCache.get(record);
  if (known) return known;
  const out: string[] = [];
  for (const text of record.texts) {
    const own = beforeChange(text).split(/^-- ?$/m)[0] ?? text;
    for (const line of own.split(/\r?\n/)) {
      if (/^\s*(?:>|\||[-=_*~]{3,}|```|#{1,6}\s|On .{6,120} wrote:\s*$)/.test(line)) continue;
      if (isCode(line.trim())) continue;
      for (const piece of line.split(/(?<=[.!?…])\s+(?=[\p{Lu}\p{N}"«“(])/u)) {
        const sentence = clip(piece.replace(/^\s*(?:[-*•]|\d+[.)])\s+/, '').trim());
        if (sentence.length >= 3 && /\p{L}{2}/u.test(sentence)) out.push(sentence);
        if (out.length >= sentencesPerRecord) break;
      }
    }
  }
  if (out.length === 0) out.push(...firstLines(record));
  sentenceCache.set(record, out);
  return out;
}

/** The text of a change is no prose; what stands before it may be. */
function beforeChange(text: string): string {
  return text.split(/^(?:@@ .* @@|diff --git |index [0-9a-f]{6,64}\.\.[0-9a-f]{6,64}\b|--- [ab]\/)/m, 1)[0] ?? text;
}

/** Whether a text could be said by somebody: it is neither program text nor a change of it. */
export function isProse(text: string): boolean {
  return beforeChange(text) === text && !text.split(/\r?\n/).some((line) => isCode(line.trim()));
}

/** Where nothing looks like a sentence: the first lines as they stand. */
function firstLines(record: DataRecord): string[] {
  const lines = record.texts
    .flatMap((text) => beforeChange(text).slice(0, 2_000).split(/\r?\n/))
    .map((line) => clip(line.trim()));
  return lines.filter((line) => /\p{L}{2}/u.test(line) && !isCode(line)).slice(0, 3);
}

/** Program text, changes of it, and bare paths: lines that are no sentences. */
function isCode(line: string): boolean {
  if (
    /^(?:\+|--|-\s\s|-[^\s\d]|@@|diff --git |index [0-9a-f]{6}|(?:new|deleted) file mode \d|(?:old|new) mode \d|similarity index \d|Binary files .* differ$)|^(?:[\w. -]+\/)+[\w. -]+\.\w+$/.test(
      line,
    )
  )
    return true;
  const marks = line.match(/[{}()[\];=<>|&$\\_`]/g)?.length ?? 0;
  return marks > 4 && marks > line.length * 0.1;
}

/** At most `bounds.quoteChars` characters, cut between words: still a verbatim part of the source. */
export function clip(text: string, max: number = bounds.quoteChars): string {
  if (text.length <= max) return text;
  const cut = text.slice(0, max);
  const space = cut.lastIndexOf(' ');
  return (space > max * 0.6 ? cut.slice(0, space) : cut).trimEnd();
}

const greeting =
  /^(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|thanks|thank you|cheers|best|regards|kind regards|sincerely|hallo|bonjour|yours)\b[^.!?]{0,40}[,.!]?$/i;

const attention = termSet(
  'decided decision agreed approved blocked blocker blocking urgent deadline overdue delayed delay late failed failure failing risk critical outage incident broken missing cancelled postponed released fixed resolved completed confirmed changed moved increase decrease exceeded breach deadline due warning',
);

/** How much a sentence says: terms of the task, rare words, ids, days and numbers, and how early it stands. */
export function scoreSentence(sentence: string, position: number, query: ReadonlySet<string>, idf: Idf): number {
  if (greeting.test(sentence)) return 0;
  const found = termSet(sentence);
  if (found.size < 2) return 0.05;
  let score = 0;
  for (const term of found) score += query.has(term) ? 2 * idf(term) : attention.has(term) ? 1.5 : 0.25;
  score += Math.min(2, idsIn(sentence).length) + Math.min(1, daysIn(sentence).length) + (/\d/.test(sentence) ? 0.5 : 0);
  const length = words(sentence).length;
  const shape = length < 4 ? 0.5 : length > 45 ? 0.7 : 1;
  // A line that ends in a colon introduces something else.
  // Lines of wrapped text often hold half a sentence.
  const whole = (/[.!?…)"”»]$/.test(sentence) ? 1 : 0.8) * (/^\p{Ll}/u.test(sentence) ? 0.9 : 1);
  const question = sentence.endsWith('?') ? 0.8 : sentence.endsWith(':') ? 0.1 : 1;
  return (score * shape * whole * question * (1 + 0.6 / (1 + position))) / Math.sqrt(8 + found.size);
}

/** The sentences of a record, best first; those that address the reader with orders are not among them. */
export function rankSentences(
  record: DataRecord,
  query: ReadonlySet<string>,
  idf: Idf,
  toolNames: readonly string[] = [],
): Sentence[] {
  return sentencesOf(record)
    .map((text, position) => ({ text, score: scoreSentence(text, position, query, idf) }))
    .filter(({ text, score }) => score > 0 && !isOrder(text, record, toolNames))
    .sort((a, b) => b.score - a.score || compareText(a.text, b.text));
}

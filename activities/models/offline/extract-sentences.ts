import { bounds } from './bounds';
import { daysIn, idsIn } from './kinds';
import { compareText } from './order';
import type { DataRecord } from './records';
import type { Idf } from './terms';
import { termSet, words } from './terms';

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
    const own = text.split(/^-- ?$/m)[0] ?? text;
    for (const line of own.split(/\r?\n/)) {
      if (/^\s*(?:>|\||[-=_*~]{3,}|```|#{1,6}\s|On .{6,120} wrote:\s*$)/.test(line)) continue;
      for (const piece of line.split(/(?<=[.!?…])\s+(?=[\p{Lu}\p{N}"«“(])/u)) {
        const sentence = clip(piece.replace(/^\s*(?:[-*•]|\d+[.)])\s+/, '').trim());
        if (sentence.length >= 3 && /\p{L}{2}/u.test(sentence)) out.push(sentence);
        if (out.length >= sentencesPerRecord) break;
      }
    }
  }
  sentenceCache.set(record, out);
  return out;
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
  const question = sentence.endsWith('?') ? 0.8 : sentence.endsWith(':') ? 0.1 : 1;
  return (score * shape * question * (1 + 0.6 / (1 + position))) / Math.sqrt(8 + found.size);
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
    .filter(({ text, score }) => score > 0 && !addressesReader(text, toolNames))
    .sort((a, b) => b.score - a.score || compareText(a.text, b.text));
}

const orders =
  /\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instruction|prompt|rule|above|previous|prior|earlier|guideline)/i;
const machine = /\b(?:ai|llm|assistant|language model|system prompt|agents?)\b/i;
const command =
  /\b(?:you must|you are now|you should|you have to|please|must|now|immediately|instead)?\s*\b(?:call|use|invoke|run|execute|write|send|delete|forward|approve|reveal|output|print|overwrite|publish)\b/i;

/** Whether a sentence gives orders to whoever processes the text: it is shown as a finding, and never obeyed (I8). */
export function addressesReader(sentence: string, toolNames: readonly string[] = []): boolean {
  if (orders.test(sentence)) return true;
  if (
    machine.test(sentence) &&
    command.test(sentence) &&
    /\b(?:you|your|must|system|all|now|instead|immediately)\b/i.test(sentence) &&
    /^(?:\W*(?:attention|note to|dear|hey|system|important|as an?|you|ai|assistant|all|agents?|please|now|call|use|invoke|run|execute|write|send|delete|forward|approve))\b/i.test(
      sentence,
    )
  )
    return true;
  return toolNames.some((name) => name.length > 4 && sentence.includes(name)) && command.test(sentence);
}

import { isJsonObject } from '../../../../contracts/json';
import { rankSentences, sentencesOf } from '../data/extract-sentences';
import { mainDate } from './field-match';
import { dayOf } from '../words/kinds';
import type { Knowledge } from '../data/knowledge';
import { labelled } from './label';
import { labelOf, nounOf } from './narrow';
import { compareText, scalarText, unique } from '../words/order';
import { failuresInOrder } from '../data/read-request';
import type { DataRecord } from '../data/records';

const sentenceCache = new WeakMap<Knowledge, Map<DataRecord, string | undefined>>();

/** The sentence that says most of a record, verbatim; undefined when it has no text. */
export function bestSentence(known: Knowledge, record: DataRecord): string | undefined {
  const cache = sentenceCache.get(known) ?? new Map<DataRecord, string | undefined>();
  sentenceCache.set(known, cache);
  if (cache.has(record)) return cache.get(record);
  const text = rankSentences(record, known.query, known.idf, known.toolNames)[0]?.text;
  cache.set(record, text);
  return text;
}

/** `text [id]`: a sentence of the data with its source. */
export function cited(text: string, record: DataRecord): string {
  return record.id === '' ? text : `${text} [${record.id}]`;
}

/** What a record says in one line: its title, its best sentence, its id. */
export function lineOf(known: Knowledge, record: DataRecord, withId = true): string {
  const sentence = bestSentence(known, record);
  const head = record.title;
  const line =
    head === undefined
      ? (sentence ?? scalarsOf(record))
      : sentence === undefined || sentence === head
        ? head
        : `${head}: ${sentence}`;
  return withId ? cited(line, record) : line;
}

/** Short fields of a record without prose: `status open, amount 12`. */
export function scalarsOf(record: DataRecord): string {
  const parts = [...record.fields].filter(
    ([, value]) =>
      typeof value !== 'object' &&
      String(value).length < 60 &&
      String(value) !== record.id &&
      dayOf(value) === undefined &&
      !/^[0-9a-f]{16,}$/i.test(String(value)),
  );
  const said = parts.slice(0, 5).map(([path, value]) => `${path} ${scalarText(value)}`);
  return said.join(', ') || record.id;
}

/** How much there is of what, counted anew: `12 records (12 loans); 2026-03-01 to 2026-03-06`. */
export function countsText(known: Knowledge, records: readonly DataRecord[] = known.records): string {
  if (records.length === 0) return saidByTools(known) ?? 'No records were found';
  const stated = new Map<string, number>();
  for (const [label, total] of known.stated) stated.set(nounOf(label), Math.max(total, stated.get(nounOf(label)) ?? 0));
  const groups = [...countBySource(records)].map(([noun, count]) =>
    (stated.get(noun) ?? 0) > count ? `${count} of ${stated.get(noun) ?? 0} ${noun}` : `${count} ${noun}`,
  );
  const days = unique(
    records.map((record) => dayOf(mainDate(record, known.window))).filter((day): day is string => day !== undefined),
  ).sort(compareText);
  const span = days.length === 0 ? '' : days.length === 1 ? `; ${days[0]}` : `; ${days[0]} to ${days[days.length - 1]}`;
  const shown = groups.length > 6 ? [...groups.slice(0, 6), `${groups.length - 6} more lists`] : groups;
  return `${records.length} record${records.length === 1 ? '' : 's'} (${shown.join(', ')})${span}`;
}

/** What a tool says of its result as a whole, which is all there is to tell of an empty one. */
function saidByTools({ reading }: Knowledge): string | undefined {
  const said = reading.materials.flatMap(({ kind, value }) => {
    const summary = kind === 'result' && isJsonObject(value) ? value['summary'] : undefined;
    return typeof summary === 'string' && summary.length <= 400 ? [summary.replace(/\.$/, '')] : [];
  });
  return said.length > 0 ? unique(said).sort(compareText).slice(0, 3).join('. ') : undefined;
}

function countBySource(records: readonly DataRecord[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const record of records) {
    const isListed = record.group === '' || record.origins.includes(record.group);
    const noun = isListed
      ? nounOf(record.origins.find((origin) => origin.startsWith('list')) ?? record.origins[0] ?? '')
      : labelOf(record);
    counts.set(noun, (counts.get(noun) ?? 0) + 1);
  }
  return new Map([...counts].sort((a, b) => compareText(a[0], b[0])));
}

/** What a reader has to know about the making: failed calls, notices, orders in the data, names without a record. */
export function caveats(known: Knowledge): string[] {
  const out: string[] = [];
  const failed = failuresInOrder(known.reading).filter(
    (failure) => !Object.values(failure.args).some((id) => typeof id === 'string' && known.absent.has(id)),
  );
  for (const failure of failed.slice(0, 5))
    out.push(`The call of ${failure.tool} failed and was not repeated: ${failure.message.slice(0, 240)}`);
  if (failed.length > 5) out.push(`${failed.length - 5} more calls failed.`);
  if (known.notices.length > 0)
    out.push(
      `The tools report ${known.notices.length} problem${known.notices.length === 1 ? '' : 's'} of their reading.`,
    );
  const ordering = known.ordering
    .map((record) => record.id)
    .filter((id) => id !== '')
    .sort(compareText);
  if (known.ordering.length > 0)
    out.push(
      `Text that gives orders to its reader was not followed${ordering.length > 0 ? ` (in ${ordering.slice(0, 5).join(', ')})` : ''}.`,
    );
  const absent = [...known.absent.keys()].sort(compareText);
  if (absent.length > 0)
    out.push(`Looked up, and does not exist: ${absent.slice(0, 12).join(', ')}${absent.length > 12 ? ', …' : ''}.`);
  const unread = known.mentions.dangling.filter(({ id }) => !known.absent.has(id));
  const named = unread.slice(0, 5).map(({ id, from }) => `${id} (in ${from.id})`);
  if (named.length > 0) out.push(`Named, and not in the data that was read: ${named.join(', ')}.`);
  if (known.reading.called.size === 0) return out;
  for (const [label, total] of [...known.stated].sort((a, b) => compareText(a[0], b[0]))) {
    const read = known.all.filter((record) => record.origins.includes(label)).length;
    if (read > 0 && read < total) out.push(`${label} states a total of ${total}; ${read} were read.`);
  }
  return out;
}

const linesMax = 12;

/** Free text: counts, what was done, the best records with their ids, and what has to be said about it. */
export function answerText(known: Knowledge, done: readonly string[] = [], linesAtMost: number = linesMax): string {
  const shown = known.records
    .filter((record) => record.title !== undefined || sentencesOf(record).length > 0 || record.fields.size > 1)
    .slice(0, linesAtMost);
  const parts = [...done];
  if (known.records.length > 0) parts.push(`${countsText(known)}.`);
  else if (done.length === 0 && known.reading.failures.length === 0)
    parts.push('No data came with the task, and no tool gave any.');
  parts.push(...shown.map((record) => `- ${lineOf(known, record)}`));
  if (known.records.length > shown.length && shown.length > 0)
    parts.push(`${known.records.length - shown.length} more records are not shown.`);
  return labelled([...parts, ...caveats(known)].join('\n'));
}

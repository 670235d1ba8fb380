import type { Json } from '../../../../contracts/json';
import { means, sharedConcepts } from '../words/concepts';
import { dayOf, isPersonName, isUri, numberOf } from '../words/kinds';
import { compareText } from '../words/order';
import { fieldName, isPersonField, namesIn } from '../data/record-fields';
import type { DataRecord } from '../data/records';
import { remembered } from '../words/remembered';
import { nameWords, overlap, similarity, termSet, words } from '../words/terms';
import type { TimeWindow } from '../data/time-window';

const namesMax = 5_000;
const propertiesMax = 200;
const pathsMax = 1_000;
const termsOfName = remembered(namesMax, termSet);
const plainName = remembered(namesMax, (name) => words(name).join(' '));
const rankOfDate = remembered(namesMax, (path) => {
  const at = mainDates.indexOf(nameWords(fieldName(path)).join('_'));
  return (at === -1 ? mainDates.length : at) + path.split('.').length * 0.1;
});

/** How much a field of the data is what a property of the schema asks for: 1 is the same name. */
export function nameScore(path: string, name: string, description: string): number {
  return scorer(name, description)(path);
}

const scorers = new Map<string, (path: string) => number>();

/** Every record asks for the scores of the same few fields. */
function scorer(name: string, description: string): (path: string) => number {
  const key = `${name}\n${description}`;
  const known = scorers.get(key);
  if (known) return known;
  if (scorers.size >= propertiesMax) scorers.clear();
  const score = remembered(pathsMax, (path) => scoreOf(path, name, description));
  scorers.set(key, score);
  return score;
}

function scoreOf(path: string, name: string, description: string): number {
  const own = fieldName(path);
  const depth = (path.split('.').length - 1) * 0.02;
  if (plainName(own) === plainName(name)) return 1 - depth;
  if (plainName(path) === plainName(name)) return 0.97;
  const fieldTerms = termsOfName(own);
  const wanted = termsOfName(name);
  let score = 0.75 * similarity(fieldTerms, wanted);
  if (sharedConcepts(own, name).length > 0) score = Math.max(score, 0.5);
  if (description !== '' && fieldTerms.size > 0) {
    const said = overlap(fieldTerms, termsOfName(description)) / fieldTerms.size;
    // A description that names the field in full is as good as a kindred name.
    score = Math.max(score + 0.25 * said, said === 1 ? 0.42 : 0);
  }
  return score - depth;
}

const matchedAbove = 0.4;

/** Values of the record's fields that a property may mean, best first. */
export function candidateFields(
  record: DataRecord,
  name: string,
  description: string,
): { path: string; value: Json; score: number }[] {
  const out: { path: string; value: Json; score: number }[] = [];
  const scoreOfField = scorer(name, description);
  for (const [path, value] of record.fields) {
    const score = scoreOfField(path);
    if (score >= matchedAbove) out.push({ path, value, score });
  }
  return out.sort((a, b) => b.score - a.score || compareText(a.path, b.path));
}

/** What a property is about, by its name, its format and its description. */
export type PropertyKind =
  | 'id'
  | 'cites'
  | 'quote'
  | 'statement'
  | 'summary'
  | 'title'
  | 'note'
  | 'date'
  | 'person'
  | 'link'
  | 'status'
  | 'count'
  | 'conflict'
  | 'missing'
  | 'warning'
  | 'text'
  | 'other';

export function kindOfProperty(name: string, schema: { [key: string]: Json }): PropertyKind {
  const format = typeof schema['format'] === 'string' ? schema['format'] : '';
  const last = nameWords(name).at(-1) ?? '';
  if (format === 'date' || format === 'date-time') return 'date';
  if (format === 'uri' || format === 'url') return 'link';
  if (means(name, 'conflict', true)) return 'conflict';
  if (
    /^(?:missing|unresolved|gaps?|dangling)$/i.test(last) ||
    /^(?:missing|unresolved|open questions?)\b/i.test(plainName(name))
  )
    return 'missing';
  if (/^(?:warnings?|alerts?|cautions?)$/.test(last)) return 'warning';
  if (/^(?:id|key)$/.test(last)) return 'id';
  if (/^(?:quotes?|quotations?|verbatim|excerpts?|passages?|extracts?)$/.test(last)) return 'quote';
  if (means(name, 'cites')) return 'cites';
  if (means(name, 'title') || last === 'name') return 'title';
  if (means(name, 'statement')) return 'statement';
  if (means(name, 'summary')) return 'summary';
  if (means(name, 'note')) return 'note';
  if (means(name, 'status')) return 'status';
  if (means(name, 'link')) return 'link';
  if (means(name, 'date') && last !== 'on' && last !== 'due') return 'date';
  if (means(name, 'person')) return 'person';
  if (means(name, 'count') && last !== 'amount') return 'count';
  if (means(name, 'text')) return 'text';
  return 'other';
}

const mainDates = [
  'date',
  'at',
  'timestamp',
  'time',
  'created',
  'created_at',
  'datetime',
  'when',
  'day',
  'started',
  'updated',
  'updated_at',
  'modified',
];

/**
 * The record's date: the plainest name wins. When a task asks about certain days and the record has a date in them, that
 * one is meant; lists of instants are asked last.
 */
export function mainDate(record: DataRecord, window: TimeWindow = {}): string | undefined {
  const known = datesFound.get(record);
  if (known && known.from === window.from && known.to === window.to) return known.date;
  const date = findDate(record, window);
  datesFound.set(record, { from: window.from, to: window.to, date });
  return date;
}

const datesFound = new WeakMap<
  DataRecord,
  { from: string | undefined; to: string | undefined; date: string | undefined }
>();

function findDate(record: DataRecord, window: TimeWindow): string | undefined {
  const dated = [...record.fields].filter((entry): entry is [string, string] => dayOf(entry[1]) !== undefined);
  dated.sort((a, b) => rankOfDate(a[0]) - rankOfDate(b[0]) || compareText(a[0], b[0]));
  const own = dated.map(([, value]) => value);
  const listed = [...record.fields.values()].flatMap((value) =>
    Array.isArray(value)
      ? value.filter((item): item is string => typeof item === 'string' && dayOf(item) !== undefined)
      : [],
  );
  const inside =
    window.from === undefined && window.to === undefined
      ? undefined
      : [...own, ...listed].find((value) => isInside(value, window));
  return inside ?? own[0];
}

function isInside(value: string, { from, to }: TimeWindow): boolean {
  const day = dayOf(value) ?? '';
  return (from === undefined || day >= from) && (to === undefined || day <= to);
}

/** People under a property's name (`assignee`, `borrower`), else all of the record's. */
export function peopleFor(record: DataRecord, name: string, description: string): string[] {
  const exact = [...record.fields].filter(
    ([path, value]) => nameScore(path, name, description) >= 0.7 && isPersonField(fieldName(path), value),
  );
  const named = exact.flatMap(([, value]) => namesIn(value));
  if (named.length > 0) return [...new Set(named)];
  const generic = /^(?:people|persons?|participants?|members?|names?|who|involved|contacts?|users?|attendees?)$/i.test(
    nameWords(name).at(-1) ?? '',
  );
  return generic || record.people.length === 1
    ? record.people
    : record.people.filter((person) => isPersonName(person)).slice(0, 1);
}

export function linkOf(record: DataRecord, name: string, description: string): string | undefined {
  const uris = [...record.fields].filter((entry): entry is [string, string] => isUri(entry[1]));
  uris.sort(
    (a, b) => nameScore(b[0], name, description) - nameScore(a[0], name, description) || compareText(a[0], b[0]),
  );
  return uris[0]?.[1];
}

/** The number a record gives for a property: a field of that name, or the length of a list of that name. */
export function numberFor(record: DataRecord, name: string, description: string): number | undefined {
  for (const { value } of candidateFields(record, name, description)) {
    const number = numberOf(value) ?? (Array.isArray(value) ? value.length : undefined);
    if (number !== undefined) return number;
  }
  return undefined;
}

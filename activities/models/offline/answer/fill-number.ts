import type { JsonObject } from '../../../../contracts/json';
import { note } from './fill-place';
import type { Filling, Place } from './fill-place';
import { kindOfProperty, numberFor } from './field-match';
import { numberOf } from '../words/kinds';
import { groupsOf, narrow } from './narrow';
import { compareText } from '../words/order';
import { termSet, words } from '../words/terms';

const folds: readonly [RegExp, (values: readonly number[]) => number][] = [
  [/^(?:average|avg|mean)$/, (values) => values.reduce((sum, value) => sum + value, 0) / values.length],
  [/^(?:max|maximum|highest|largest|peak)$/, (values) => values.reduce((a, b) => Math.max(a, b))],
  [/^(?:min|minimum|lowest|smallest)$/, (values) => values.reduce((a, b) => Math.min(a, b))],
  [/^(?:sum|total|combined)$/, (values) => values.reduce((sum, value) => sum + value, 0)],
];

/** A number of the answer: a record's own field, a fold over a numeric field, or a count made anew from the records. */
export function fillNumber(schema: JsonObject, name: string, filling: Filling, place: Place): number | undefined {
  const description = typeof schema['description'] === 'string' ? schema['description'] : '';
  const integer = schema['type'] === 'integer';
  if (place.record) {
    const own = numberFor(place.record, name, description);
    if (own !== undefined) return !integer || Number.isInteger(own) ? own : Math.round(own);
    return kindOfProperty(name, schema) === 'count' ? 1 + place.related.length : undefined;
  }
  if (filling.known.blind) return undefined;
  const delivered = deliveredTotal(name, filling, place);
  if (delivered !== undefined) return delivered;
  const folded = fold(name, place);
  if (folded !== undefined) return integer ? Math.round(folded) : Math.round(folded * 1e6) / 1e6;
  const counted = narrow(name, description, place.scope, groupsOf(place.scope));
  const isCount =
    kindOfProperty(name, schema) === 'count' || /\b(?:how many|number of|count of|total)\b/i.test(description);
  if (counted.found) return counted.records.length;
  if (isPlainCount(name, description, filling)) {
    return place.scope.length < filling.known.records.length
      ? place.scope.length
      : Math.max(place.scope.length, statedTotal(filling));
  }
  if (!isCount) return undefined;
  // Nothing in the data has the value that the name counts: that is none of them, and it is said.
  note(filling, place.path);
  return 0;
}

/** The total that an agent states of what it delivered, for a property that bears its name: it is not counted again. */
function deliveredTotal(name: string, { known }: Filling, place: Place): number | undefined {
  if (place.section !== undefined) return undefined;
  const wanted = topicOf(name);
  if (wanted === '') return undefined;
  const origins = known.reading.materials
    .filter(({ kind, origin }) => kind === 'data' && topicOf(origin) === wanted)
    .map(({ origin }) => origin);
  return new Set(origins).size === 1 ? known.stated.get(origins[0] ?? '') : undefined;
}

function topicOf(name: string): string {
  const terms = [...termSet(name.replace(/(?:^|(?<=[a-z])|_|-| )(?:total|count|number|of)(?=$|[A-Z]|_|-| )/gi, ' '))];
  return terms.sort(compareText).join(' ');
}

/** The total the only list states, when not all of it could be read. */
function statedTotal({ known }: Filling): number {
  const lists = [...known.stated.keys()].filter((label) =>
    known.records.some((record) => record.origins.includes(label)),
  );
  return lists.length === 1 ? (known.stated.get(lists[0] ?? '') ?? 0) : 0;
}

/** `total`, `count`, `itemCount`: the records as a whole. */
function isPlainCount(name: string, description: string, filling: Filling): boolean {
  const rest = words(name).filter(
    (word) => !/^(?:total|count|number|of|items?|records?|entries|results?|all|num|n)$/.test(word),
  );
  if (rest.length === 0) return true;
  const nouns = termSet(
    filling.known.records
      .slice(0, 200)
      .map((record) => `${record.group} ${record.origins.join(' ')}`)
      .join(' '),
  );
  return (
    /\b(?:how many|number of|count)\b/i.test(description) &&
    rest.every((word) => nouns.has([...termSet(word)][0] ?? ''))
  );
}

function fold(name: string, place: Place): number | undefined {
  const parts = words(name);
  const found = folds.find(([pattern]) => parts.some((word) => pattern.test(word)));
  if (!found || place.scope.length === 0) return undefined;
  const field = parts.filter((word) => !folds.some(([pattern]) => pattern.test(word)) && word !== 'of').join(' ');
  if (field === '') return undefined;
  const wanted = termSet(field);
  const values: number[] = [];
  for (const record of place.scope) {
    for (const [path, value] of record.fields) {
      const number = typeof value === 'number' ? value : numberOf(value);
      const own = termSet(path.split('.').at(-1) ?? path);
      if (number === undefined || own.size === 0 || ![...wanted].every((term) => own.has(term))) continue;
      values.push(number);
      break;
    }
  }
  const [, fn] = found;
  // Sorted, so that the order of the records does not show in the last digit of a sum.
  return values.length === 0 ? undefined : fn(values.sort((a, b) => a - b));
}

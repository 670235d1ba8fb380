import type { Json, JsonObject } from '../../../../contracts/json';
import { isJsonObject } from '../../../../contracts/json';
import { bestSentence, caveats, lineOf } from './answer-text';
import { citesOf } from './cites';
import { candidateFields, kindOfProperty, linkOf, mainDate, nameScore, peopleFor } from './field-match';
import { conflictTexts, conflictValues, openTexts } from './fill-conflicts';
import type { Filling, Place } from './fill-place';
import { relatedTo, sectionsOf } from './sections';
import { groupsOf, narrow, categoriesOf } from './narrow';
import { compareText, scalarText, stableJson, unique } from '../words/order';
import { namesIn } from '../data/record-fields';
import type { DataRecord } from '../data/records';
import { fits, resolveSchema, typeOf } from './schema-fit';
import { words } from '../words/terms';

/** A list of the answer: records of the scope, or texts, ids, people, links taken from them. */
export function fillList(schema: JsonObject, name: string, filling: Filling, place: Place): Json[] {
  const items = resolveSchema(schema['items'], filling.root);
  const max = Math.min(filling.itemsMax, typeof schema['maxItems'] === 'number' ? schema['maxItems'] : Infinity);
  const type = typeOf(items);
  const values =
    type === 'object'
      ? objects(items, name, schema, filling, place, max)
      : scalars(items, name, schema, filling, place);
  const known = new Set<string>();
  const distinct = values.filter((value) => {
    const key = stableJson(value);
    return known.has(key) ? false : (known.add(key), true);
  });
  if (distinct.length > max) filling.left.out += type === 'object' ? distinct.length - max : 0;
  return distinct.slice(0, max);
}

function objects(
  items: JsonObject,
  name: string,
  schema: JsonObject,
  filling: Filling,
  place: Place,
  max: number,
): Json[] {
  const properties = isJsonObject(items['properties']) ? items['properties'] : {};
  const described = typeof schema['description'] === 'string' ? schema['description'] : '';
  const kind = kindOfProperty(name, schema);
  if (kind === 'conflict') return conflictValues(items, filling, place);
  const inner = Object.values(properties).some((property) => {
    const resolved = resolveSchema(property, filling.root);
    return typeOf(resolved) === 'array' && typeOf(resolveSchema(resolved['items'], filling.root)) === 'object';
  });
  if (inner && place.record === undefined) {
    return sectionsOf(filling.known, place.scope).flatMap((section) => {
      const value = filling.fill(items, name, { ...place, scope: section.records, section: section.title });
      return value === undefined ? [] : [value];
    });
  }
  const tallied = tallyItems(properties, name, place);
  if (tallied) return tallied;
  if (place.record) return nestedItems(items, name, place.record);
  const chosen = inOrder(narrow(name, described, place.scope, groupsOf(place.scope)).records, described, filling, max);
  const joins =
    Object.keys(properties).some((key) => ['statement', 'summary', 'text'].includes(kindOfProperty(key, {}))) &&
    Object.keys(properties).some((key) => kindOfProperty(key, {}) === 'cites');
  return itemsOf(items, name, filling, place, chosen, joins, max);
}

/** Best first, unless the schema asks for the order of time: then the best ones, by their dates. */
function inOrder(records: readonly DataRecord[], described: string, filling: Filling, max: number): DataRecord[] {
  if (!/order of (?:time|date)|chronolog|by (?:date|time)\b|oldest first|newest first|latest first/i.test(described))
    return [...records];
  const newest = /newest|latest/i.test(described) ? -1 : 1;
  if (records.length > max) filling.left.out += records.length - max;
  const dated = records
    .slice(0, max)
    .map((record) => ({ record, date: instantOf(mainDate(record, filling.known.window)) }));
  return dated
    .sort((a, b) => newest * (a.date - b.date) || compareText(a.record.id, b.record.id))
    .map(({ record }) => record);
}

function instantOf(date: string | undefined): number {
  const time = date === undefined ? NaN : Date.parse(date);
  return Number.isNaN(time) ? Number.MAX_SAFE_INTEGER : time;
}

function itemsOf(
  items: JsonObject,
  name: string,
  filling: Filling,
  place: Place,
  chosen: readonly DataRecord[],
  joins: boolean,
  max: number,
): Json[] {
  const out: Json[] = [];
  for (const record of chosen) {
    if (out.length >= max) {
      filling.left.out += chosen.length - chosen.indexOf(record);
      break;
    }
    const related = joins ? relatedTo(filling.known, record) : [];
    const value = filling.fill(items, name, { ...place, scope: [record], record, related });
    if (value === undefined) filling.left.out++;
    else if (!isJsonObject(value) || Object.keys(value).length > 0) out.push(value);
  }
  return out;
}

/** Lists inside a record (`lines`, `comments`): their members mapped to the item schema. */
function nestedItems(items: JsonObject, name: string, record: DataRecord): Json[] {
  for (const { value } of candidateFields(record, name, '')) {
    if (!Array.isArray(value)) continue;
    return value.filter(isJsonObject).flatMap((member) => (fits(items, member) ? [member] : []));
  }
  return [];
}

/** `[{ status, count }]`: one item for each value of a field, with how many records have it. */
function tallyItems(properties: JsonObject, name: string, place: Place): Json[] | undefined {
  const names = Object.keys(properties);
  const count = names.find(
    (key) =>
      isJsonObject(properties[key]) &&
      /^(?:integer|number)$/.test(scalarText(properties[key]['type'])) &&
      kindOfProperty(key, {}) === 'count',
  );
  const text = names.find((key) => isJsonObject(properties[key]) && properties[key]['type'] === 'string');
  if (count === undefined || text === undefined || names.length > 2) return undefined;
  const wanted = [text, name.replace(/^by[_-]?/i, '')];
  let best: { score: number; values: Map<string, DataRecord[]>; path: string } | undefined;
  for (const [path, values] of categoriesOf(place.scope)) {
    const score = Math.max(...wanted.map((one) => nameScore(path, one, '')));
    if (score >= 0.5 && (!best || score > best.score || (score === best.score && compareText(path, best.path) < 0)))
      best = { score, values, path };
  }
  const counted = best?.values ?? new Map(groupsOf(place.scope));
  return [...counted]
    .sort((a, b) => b[1].length - a[1].length || compareText(a[0], b[0]))
    .map(([value, records]) => ({ [text]: value, [count]: records.length }));
}

function scalars(items: JsonObject, name: string, schema: JsonObject, filling: Filling, place: Place): Json[] {
  const described = typeof schema['description'] === 'string' ? schema['description'] : '';
  const records = place.record
    ? [place.record, ...(kindOfProperty(name, items) === 'cites' ? place.related : [])]
    : place.scope;
  const fitting = (values: readonly Json[]): Json[] => values.filter((value) => fits(items, value));
  const kind = kindOfProperty(name, items);
  const { known } = filling;
  if (kind === 'conflict') return fitting(conflictTexts(known));
  if (kind === 'missing') return fitting(openTexts(known));
  if (kind === 'cites' || kind === 'id' || /^(?:ids?|keys?|identifiers?)$/.test(words(name).at(-1) ?? ''))
    return fitting(records.flatMap((record) => citesOf(record, known, described)));
  if (kind === 'person') return fitting(unique(records.flatMap((record) => peopleFor(record, name, described))));
  if (kind === 'link') return fitting(linksIn(records, name, described));
  if (kind === 'note') return fitting(caveats(known));
  const fields = fitting(
    unique(
      records.flatMap((record) =>
        candidateFields(record, name, described)
          .slice(0, 1)
          .flatMap(({ value }) => plainValues(value)),
      ),
    ),
  );
  if (fields.length > 0 || place.record) {
    if (fields.length > 0)
      return place.record ? fields : [...fields].sort((a, b) => compareText(stableJson(a), stableJson(b)));
    if (kind !== 'quote' && kind !== 'statement') return [];
  }
  if (typeOf(items) !== 'string') return [];
  if (kind === 'quote') return fitting(records.flatMap((record) => bestSentence(known, record) ?? []));
  const chosen = narrow(name, described, records, groupsOf(records));
  return kind === 'other' && !chosen.found && !/s$/.test(name)
    ? []
    : fitting(chosen.records.map((record) => lineOf(known, record)));
}

function linksIn(records: readonly DataRecord[], name: string, described: string): string[] {
  return unique(
    records.flatMap((record) => {
      const own = candidateFields(record, name, described).flatMap(({ value }) =>
        Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [],
      );
      const one = linkOf(record, name, described);
      return own.length > 0 ? own : one === undefined ? [] : [one];
    }),
  );
}

function plainValues(value: Json): Json[] {
  if (Array.isArray(value))
    return value.flatMap((item) => (isJsonObject(item) ? namesIn(item) : Array.isArray(item) ? [] : [item]));
  return [value];
}

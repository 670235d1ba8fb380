import type { Json, JsonObject } from '../../../../contracts/json';
import { isJsonObject } from '../../../../contracts/json';
import { bounds } from '../bounds';
import { means } from '../words/concepts';
import { chooseIdField } from './id-field';
import { mergeRecords } from './merge-records';
import { compareText, scalarText, stableJson } from '../words/order';
import { peopleOf, flattenFields, textsOf, titleOf } from './record-fields';
import type { Material } from './read-request';
import { withSpokenIds } from './spoken-ids';
import { textRecords } from './text-records';

/** One thing the data speaks of. */
export interface DataRecord {
  /** As it stands in the data; empty when the record has no name of its own. */
  id: string;
  /** Labels of the materials it was found in, sorted. */
  origins: string[];
  /** The noun of its list: last key of the path that led to it, e.g. `loans`. */
  group: string;
  /** Scalars and lists by dotted path. */
  fields: Map<string, Json>;
  title: string | undefined;
  texts: string[];
  people: string[];
  /** Different values of one field in different materials. */
  disputes: Dispute[];
}
export interface Dispute {
  field: string;
  sides: { from: string; value: string }[];
}

export interface DataSet {
  records: DataRecord[];
  /** Totals the materials state themselves (`total`, `totalCount`), by label. */
  stated: Map<string, number>;
}

export interface Found {
  id: string;
  origin: string;
  group: string;
  fields: Map<string, Json>;
}

/** All records of the materials, each once, in an order that does not depend on the order of the materials. */
export function collectRecords(materials: readonly Material[]): DataSet {
  const found: Found[] = [];
  const stated = new Map<string, number>();
  for (const material of materials) {
    const { origin } = material;
    if (typeof material.value === 'string') found.push(...textRecords(material.value, origin, material.args));
    else walk(material.value, { origin, group: origin, key: '', depth: 0 }, found);
  }
  for (const material of [...materials].sort(byLabel)) {
    const total = isJsonObject(material.value) ? statedTotal(material.value) : undefined;
    if (total === undefined) continue;
    const before = stated.get(material.origin);
    // Pages of one list state one total. Of what an agent delivered, the first states it; the later only adds to it.
    stated.set(material.origin, material.kind === 'data' ? (before ?? total) : Math.max(total, before ?? 0));
  }
  const records = mergeRecords(withSpokenIds(found)).map(finish);
  const keys = new Map(
    records.map((record) => [record, record.id === '' ? stableJson(Object.fromEntries(record.fields)) : '']),
  );
  records.sort(
    (a, b) =>
      compareText(a.id, b.id) || compareText(a.group, b.group) || compareText(keys.get(a) ?? '', keys.get(b) ?? ''),
  );
  return { records, stated };
}

/** `part 2` before `part 10`. */
function byLabel(a: Material, b: Material): number {
  const padded = (label: string): string => label.replace(/\d+/g, (digits) => digits.padStart(12, '0'));
  return compareText(padded(a.label), padded(b.label));
}

interface Place {
  origin: string;
  group: string;
  key: string;
  depth: number;
}

const wrapperKeys = new Set(
  'output result results data value payload response report draft structured body'.split(' '),
);

function walk(value: Json, place: Place, found: Found[]): void {
  if (place.depth > bounds.nesting || found.length >= bounds.records) return;
  if (Array.isArray(value)) {
    const objects = value.filter(isJsonObject);
    if (objects.length > 0) walkList(objects, place, found);
    return;
  }
  if (!isJsonObject(value)) return;
  const keyed = keyedRecords(value);
  if (keyed) return walkList(keyed, place, found);
  const fields = flattenFields(value);
  const idField = chooseIdField([fields], place.group);
  const isOne =
    (idField !== undefined || hasPartsOnly(value, fields)) && !wraps(value) && !isPage(value) && ownScalars(value) >= 2;
  const id = idField === undefined ? '' : scalarText(fields.get(idField));
  if (isOne) found.push({ id, origin: place.origin, group: place.group, fields });
  for (const [key, member] of Object.entries(value)) {
    if (typeof member !== 'object' || member === null) continue;
    // Lists inside a record are its own (people, lines), unless their members have ids of their own and it has no title.
    if (isOne && !(titleOf(fields) === undefined && hasOwnRecords(key, member))) continue;
    walk(
      member,
      { ...place, group: wrapperKeys.has(key) || isListName(key) ? place.group : key, key, depth: place.depth + 1 },
      found,
    );
  }
}

function walkList(objects: readonly JsonObject[], place: Place, found: Found[]): void {
  const plain = objects.filter((object) => !isContainer(object));
  const flat = plain.map((object) => flattenFields(object));
  const idField = chooseIdField(flat, place.group);
  flat.forEach((fields) => {
    const own = idField === undefined ? undefined : fields.get(idField);
    const id = typeof own === 'string' || typeof own === 'number' ? String(own) : '';
    if (fields.size >= 2 || id !== '') found.push({ id, origin: place.origin, group: place.group, fields });
  });
  for (const object of objects) if (isContainer(object)) walk(object, { ...place, depth: place.depth + 1 }, found);
}

/** An object that only carries records: it wraps a value, or has a list of objects and no name of its own. */
function isContainer(object: JsonObject): boolean {
  if (wraps(object)) return true;
  if (chooseIdField([flattenFields(object)], '', true) !== undefined) return false;
  return Object.values(object).some((member) => Array.isArray(member) && member.some(hasOwnId));
}

function hasOwnRecords(key: string, member: Json): boolean {
  return Array.isArray(member) && member.some(hasOwnId) && !means(key, 'person');
}

/** A record without an id: it has a title and people, and no list in it is one of further records. */
function hasPartsOnly(object: JsonObject, fields: ReadonlyMap<string, Json>): boolean {
  const lists = Object.entries(object).filter(([, member]) => Array.isArray(member) && member.some(isJsonObject));
  return (
    titleOf(fields) !== undefined &&
    lists.some(([key]) => means(key, 'person')) &&
    lists.every(([key, member]) => means(key, 'person') || (!isListName(key) && !hasOwnRecords(key, member)))
  );
}

function hasOwnId(value: Json): boolean {
  return isJsonObject(value) && chooseIdField([flattenFields(value)], '', true) !== undefined;
}

function wraps(object: JsonObject): boolean {
  return Object.entries(object).some(
    ([key, member]) => wrapperKeys.has(key.toLowerCase()) && typeof member === 'object' && member !== null,
  );
}

/** A page of a list: it says how much there is, or where to go on, beside the list itself. */
function isPage(object: JsonObject): boolean {
  const says = Object.keys(object).some((key) =>
    /^(?:total|total_?count|next|next_?(?:offset|page|cursor|token)|has_?more)$/i.test(key),
  );
  return says && Object.values(object).some(Array.isArray);
}

function isListName(key: string): boolean {
  return means(key, 'data');
}

/** `{ "AB-1": {…}, "AB-2": {…} }`: objects under machine-made names. */
function keyedRecords(object: JsonObject): JsonObject[] | undefined {
  const entries = Object.entries(object);
  if (
    entries.length < 2 ||
    !entries.every(([key, member]) => isJsonObject(member) && /\d/.test(key) && !/\s/.test(key))
  )
    return undefined;
  return entries.map(([key, member]) => ({ id: key, ...(member as JsonObject) }));
}

function ownScalars(object: JsonObject): number {
  return Object.values(object).filter((value) => value !== null && (typeof value !== 'object' || isJsonObject(value)))
    .length;
}

function statedTotal(object: JsonObject): number | undefined {
  for (const key of ['total', 'totalCount', 'total_count', 'count', 'totalResults', 'matches']) {
    const value = object[key];
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  }
  return undefined;
}

function finish(record: Omit<DataRecord, 'title' | 'texts' | 'people'>): DataRecord {
  return { ...record, title: titleOf(record.fields), texts: textsOf(record.fields), people: peopleOf(record.fields) };
}

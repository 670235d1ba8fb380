import type { Json, JsonObject, JsonSchema } from '../../../../contracts/json';
import { isJsonObject } from '../../../../contracts/json';
import { fillList } from './fill-list';
import { fillNumber } from './fill-number';
import { note } from './fill-place';
import type { Filling, Place } from './fill-place';
import { fillText } from './fill-text';
import { candidateFields } from './field-match';
import type { Knowledge } from '../data/knowledge';
import { narrow, groupsOf } from './narrow';
import { allowsNull, fits, resolveSchema, typeOf } from './schema-fit';

export interface FilledSchema {
  value: Json | undefined;
  /** Paths that the data has nothing for, with how often. */
  unfilled: [string, number][];
  /** Items that the answer's length, or a missing required field, kept out. */
  leftOut: number;
}

/** Fills a schema from the records: by type, name, format and description, and from nothing but the data. */
export function fillSchema(schema: JsonSchema, known: Knowledge, itemsMax: number): FilledSchema {
  const filling: Filling = {
    known,
    root: schema,
    itemsMax,
    unfilled: new Map(),
    left: { out: 0 },
    fill: (given, name, place) => fillValue(given, name, filling, place),
  };
  const value = fillValue(schema, '', filling, {
    scope: known.records,
    related: [],
    path: '',
    ...aboutOne(schema, known),
  });
  return { value, unfilled: [...filling.unfilled], leftOut: filling.left.out };
}

/** An answer without lists is about one record: the one that fits the task best. */
function aboutOne(schema: JsonSchema, known: Knowledge): { record?: Place['scope'][number] } {
  const first = known.records[0];
  const properties = resolveSchema(schema, schema)['properties'];
  if (first === undefined || !isJsonObject(properties)) return {};
  const holdsItems = Object.values(properties).some((property) => {
    const resolved = resolveSchema(property, schema);
    return typeOf(resolved) === 'array' && typeOf(resolveSchema(resolved['items'], schema)) === 'object';
  });
  const names = Object.keys(properties);
  const speaksOfOne = names.some((name) => candidateFields(first, name, '').some(({ score }) => score >= 0.9));
  const counts = names.some((name) => /count|total|number of/i.test(name));
  return !holdsItems && !counts && speaksOfOne ? { record: first } : {};
}

/** Undefined when the data has nothing that the schema would take. */
function fillValue(given: Json | undefined, name: string, filling: Filling, place: Place): Json | undefined {
  const schema = resolveSchema(given, filling.root);
  if (schema['const'] !== undefined) return schema['const'];
  const value = byType(schema, name, filling, place);
  // A list that is too short is no value: what must have it is left out, and not the whole answer refused.
  const isShort = Array.isArray(value) && value.length < Number(schema['minItems'] ?? 0);
  if (value !== undefined && !isShort && (typeof value === 'object' || fits(schema, value))) return value;
  return allowsNull(given) ? null : undefined;
}

function byType(schema: JsonObject, name: string, filling: Filling, place: Place): Json | undefined {
  switch (typeOf(schema)) {
    case 'object':
      return fillObject(schema, filling, place);
    case 'array':
      return fillList(schema, name, filling, place);
    case 'integer':
    case 'number':
      return fillNumber(schema, name, filling, place);
    case 'boolean':
      return fillFlag(schema, name, filling, place);
    case 'string':
      return fillText(schema, name, filling, place);
    case 'null':
      return null;
    default:
      return anything(name, filling, place);
  }
}

function fillObject(schema: JsonObject, filling: Filling, place: Place): JsonObject | undefined {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : []);
  const out: JsonObject = {};
  for (const [name, property] of Object.entries(properties)) {
    const path = place.path === '' ? name : `${place.path}.${name}`;
    const value =
      fillValue(property, name, filling, { ...place, path }) ??
      (required.has(name) ? emptyValue(property, filling) : undefined);
    if (value !== undefined) out[name] = value;
    else if (required.has(name)) {
      note(filling, path);
      return undefined;
    }
    // Nothing unresolved is nothing missing.
    const isSilent =
      (!required.has(name) || value !== undefined) && /^(?:warnings?|unresolved|missing|conflicts?)$/i.test(name);
    if (!isSilent && (value === undefined || (required.has(name) && isEmpty(value)))) note(filling, path);
  }
  dropRepeated(out, required);
  const rest = schema['additionalProperties'];
  if (Object.keys(properties).length === 0 && isJsonObject(rest)) return tally(rest, filling, place);
  return out;
}

/** A quote that only repeats the statement beside it says nothing more. */
function dropRepeated(out: JsonObject, required: ReadonlySet<Json>): void {
  const quote = out['quote'];
  if (typeof quote !== 'string' || required.has('quote')) return;
  const isSaid = Object.entries(out).some(
    ([name, value]) => name !== 'quote' && typeof value === 'string' && value.includes(quote),
  );
  if (isSaid) delete out['quote'];
}

function isEmpty(value: Json): boolean {
  return value === '' || value === null || (Array.isArray(value) && value.length === 0);
}

/** What stands where a required field has no data: nothing, in the form the schema allows. Never a made-up value. */
function emptyValue(given: Json | undefined, filling: Filling): Json | undefined {
  const schema = resolveSchema(given, filling.root);
  const type = typeOf(schema);
  if (allowsNull(given)) return null;
  const nothing: Json[] =
    type === 'string'
      ? schema['enum'] || schema['format']
        ? neutralOf(schema)
        : ['', '(not in the data)']
      : type === 'array'
        ? [[]]
        : type === 'boolean'
          ? []
          : [];
  return nothing.find((value) => fits(schema, value));
}

function neutralOf(schema: JsonObject): Json[] {
  const values = Array.isArray(schema['enum']) ? schema['enum'] : [];
  return values.filter(
    (value) =>
      typeof value === 'string' &&
      /^(?:unknown|none|other|n\/a|unclear|undetermined|unspecified|not.?known)$/i.test(value),
  );
}

/** `{ [value]: count }`: how often each value of the field the name speaks of occurs. */
function tally(rest: JsonObject, filling: Filling, place: Place): JsonObject {
  const counts: Record<string, number> = {};
  const name = place.path.split('.').at(-1) ?? '';
  if (!['integer', 'number'].includes(typeOf(resolveSchema(rest, filling.root)))) return {};
  for (const record of place.scope) {
    const value = candidateFields(record, name.replace(/^by[_-]?/i, ''), '')[0]?.value;
    if (typeof value === 'string' && value.length < 80) counts[value] = (counts[value] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(counts).sort((a, b) => (a[0] < b[0] ? -1 : 1)));
}

function fillFlag(schema: JsonObject, name: string, filling: Filling, place: Place): boolean | undefined {
  const description = typeof schema['description'] === 'string' ? schema['description'] : '';
  if (place.record) {
    const own = candidateFields(place.record, name, description).find(({ value }) => typeof value === 'boolean');
    if (own) return own.value === true;
  }
  const scope = place.record ? [place.record] : place.scope;
  const all = filling.known.records;
  const ofAll = narrow(name.replace(/^(?:is|has|any)[_-]?(?=[A-Z_-])/, ''), description, all, groupsOf(all));
  return ofAll.found ? scope.some((record) => ofAll.records.includes(record)) : undefined;
}

/** A property of any type: the field of that name, else all records of the scope as they stand in the data. */
function anything(name: string, filling: Filling, place: Place): Json | undefined {
  if (place.record) return candidateFields(place.record, name, '')[0]?.value;
  const records = place.scope.slice(0, filling.itemsMax);
  return records.length === 0 ? undefined : records.map((record) => Object.fromEntries(record.fields));
}

import type { Json, JsonObject, JsonSchema } from '../json';
import { isJsonObject } from '../json';
import { schemaFindings } from '../schema-findings';
import type { BranchValue, Conflict, MergedValue } from './branch-value';
import { asText, canonicalText, compareText, inOrder, namesOf } from './branch-value';
import { identityOf, membersOf, shownIdentity } from './members';

export interface SchemaMerged extends MergedValue {
  /** Why the merged value does not fit the schema; empty when it does. */
  findings: string[];
}

/**
 * One value in the shape of `schema`. Objects are joined property by property, lists member by member (equal `id`, `key`
 * or `name` is one member), and of single values the one that most branches give stands, the first in order among equals.
 * What differs, what does not fit and what the schema has no place for is named in `conflicts`, with who gave it.
 */
export function schemaMergeOf(values: readonly BranchValue[], schema: JsonSchema): SchemaMerged {
  const conflicts: Conflict[] = [];
  const sides = inOrder(values).map(({ from, value }) => ({ from, value: inShape(value, schema) }));
  const merged = mergeAt({ schema, place: '', conflicts }, sides);
  conflicts.sort((a, b) => compareText(a.about, b.about));
  if (merged === undefined) return { merged: null, conflicts, findings: ['no branch gave anything that fits'] };
  return { merged, conflicts, findings: schemaFindings(merged, schema) };
}

interface Place {
  schema: JsonSchema;
  place: string;
  conflicts: Conflict[];
}

/** A bare list where an object with one list is asked for, and the other way round: the same thing, written otherwise. */
function inShape(value: Json, schema: JsonSchema): Json {
  if (schema['type'] === 'array' && isJsonObject(value)) return membersOf(value);
  if (!Array.isArray(value) || !isJsonObject(schema['properties']) || schema['type'] !== 'object') return value;
  const lists = Object.entries(schema['properties']).filter(
    ([, each]) => isJsonObject(each) && each['type'] === 'array',
  );
  const [only] = lists;
  return lists.length === 1 && only ? { [only[0]]: value } : value;
}

/** The value all sides come to; undefined when nothing of them fits. */
function mergeAt(at: Place, sides: readonly BranchValue[]): Json | undefined {
  const kind = kindOf(at, sides);
  const right = sides.filter(({ value }) => kind === 'value' || kindOfValue(value) === kind);
  name(at, 'does not fit the schema', without(sides, right));
  if (right.length === 0) return undefined;
  if (kind === 'object') return mergeObjects(at, right as readonly { from: string; value: JsonObject }[]);
  if (kind === 'array') return mergeLists(at, right as readonly { from: string; value: Json[] }[]);
  return mergeSingle(at, right);
}

type Kind = 'object' | 'array' | 'value';
const kindOfValue = (value: Json): Kind => (Array.isArray(value) ? 'array' : isJsonObject(value) ? 'object' : 'value');

/** The schema says what is merged; where it does not, the branches do when they agree. */
function kindOf({ schema }: Place, sides: readonly BranchValue[]): Kind {
  const { type } = schema;
  if (type === 'object' || type === 'array') return type;
  if (type !== undefined || Array.isArray(schema['enum']) || schema['const'] !== undefined) return 'value';
  const kinds = new Set(sides.map(({ value }) => kindOfValue(value)));
  const [only] = kinds;
  return kinds.size === 1 && only ? only : 'value';
}

function mergeObjects(at: Place, sides: readonly { from: string; value: JsonObject }[]): JsonObject {
  const { properties, additionalProperties: others } = at.schema;
  const known = isJsonObject(properties) ? properties : {};
  const merged: [string, Json][] = [];
  for (const [key, having] of [...byKey(sides)].sort(([a], [b]) => compareText(a, b))) {
    const place = at.place === '' ? key : `${at.place}.${key}`;
    const listed = Object.hasOwn(known, key) ? known[key] : others;
    if (listed === false) {
      name({ ...at, place }, 'is not in the schema', having);
      continue;
    }
    const value = mergeAt({ ...at, place, schema: isJsonObject(listed) ? listed : {} }, having);
    if (value !== undefined) merged.push([key, value]);
  }
  return Object.fromEntries(merged);
}

/** Who gives what under each key, each in the order of the sides. */
function byKey(sides: readonly { from: string; value: JsonObject }[]): Map<string, BranchValue[]> {
  const having = new Map<string, BranchValue[]>();
  for (const { from, value } of sides) {
    for (const [key, member] of Object.entries(value)) {
      const given = having.get(key) ?? [];
      given.push({ from, value: member });
      having.set(key, given);
    }
  }
  return having;
}

function mergeLists(at: Place, sides: readonly { from: string; value: Json[] }[]): Json[] {
  const schema = isJsonObject(at.schema['items']) ? at.schema['items'] : {};
  const groups = new Map<string, BranchValue[]>();
  for (const { from, value } of sides) {
    for (const member of value) {
      const key = identityOf(member);
      const group = groups.get(key) ?? [];
      group.push({ from, value: member });
      groups.set(key, group);
    }
  }
  return [...groups.entries()]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([key, members]) => {
      const place = `${at.place}[${shownIdentity(key).slice(0, 80)}]`;
      const merged = mergeAt({ ...at, place, schema }, inOrder(members));
      if (merged === undefined) return [];
      if (schemaFindings(merged, schema).length === 0) return [merged];
      name({ ...at, place }, 'does not fit the schema', members);
      return [];
    });
}

function mergeSingle(at: Place, sides: readonly BranchValue[]): Json | undefined {
  const fitting = sides.filter(({ value }) => schemaFindings(value, at.schema).length === 0);
  name(at, 'does not fit the schema', without(sides, fitting));
  const given = new Map<string, { value: Json; names: Set<string> }>();
  for (const { from, value } of fitting) {
    const key = canonicalText(value);
    const known = given.get(key) ?? { value, names: new Set<string>() };
    known.names.add(from);
    given.set(key, known);
  }
  const ranked = [...given.entries()]
    .sort(([a, x], [b, y]) => y.names.size - x.names.size || compareText(a, b))
    .map(([, each]) => each);
  if (ranked.length > 1) {
    const shown = ranked.map(({ value, names }) => ({ from: namesOf(names), claim: asText(value) }));
    at.conflicts.push({ about: at.place || 'the output', sides: shown });
  }
  return ranked[0]?.value;
}

function without(all: readonly BranchValue[], some: readonly BranchValue[]): BranchValue[] {
  const known = new Set(some);
  return all.filter((side) => !known.has(side));
}

/** What is left out of the merged value is named, never lost in silence. */
function name({ place, conflicts }: Place, why: string, sides: readonly BranchValue[]): void {
  if (sides.length === 0) return;
  const left = new Map<string, { value: Json; names: Set<string> }>();
  for (const { from, value } of sides) {
    const key = canonicalText(value);
    left.set(key, { value, names: (left.get(key)?.names ?? new Set()).add(from) });
  }
  const shown = [...left.entries()]
    .sort(([a], [b]) => compareText(a, b))
    .map(([, { value, names }]) => ({ from: namesOf(names), claim: asText(value) }));
  conflicts.push({ about: `${place || 'the output'} ${why}`, sides: shown });
}

import type { Json, JsonObject } from '../../../../contracts/json';
import { isJsonObject } from '../../../../contracts/json';
import type { ModelRequest } from '../../../../contracts/model';
import { openTexts } from '../answer/fill-conflicts';
import { dayOf } from '../words/kinds';
import type { Knowledge } from '../data/knowledge';
import { compareText, scalarText, stableJson, unique } from '../words/order';
import { flattenFields } from '../data/record-fields';
import { chooseIdField } from '../data/id-field';

interface Side {
  from: string;
  value: Json;
}
interface Conflict {
  about: string;
  sides: { from: string; claim: string }[];
}

const listed = 32;

/** Joins the branches: lists by the ids of their members, objects by their fields; what they disagree about is named. */
export function mergeBranches(_request: ModelRequest, known: Knowledge): JsonObject {
  const sides = known.reading.materials
    .filter(
      (material) =>
        material.kind === 'data' && !/^(?:the )?inputs?$|^background$/i.test(material.label) && material.value !== null,
    )
    .map((material) => ({ from: material.origin, value: material.value }))
    .sort((a, b) => compareText(a.from, b.from) || compareText(stableJson(a.value), stableJson(b.value)));
  const conflicts: Conflict[] = [];
  const merged = sides.length === 0 ? null : mergeSides(sides, '', conflicts);
  const counted = isJsonObject(merged) ? recount(merged) : merged;
  return {
    merged: counted,
    conflicts: conflicts.filter((conflict) => !isCount(conflict.about)).slice(0, listed) as unknown as Json,
    unresolved: openTexts(known).slice(0, listed),
  };
}

function mergeSides(sides: readonly Side[], path: string, conflicts: Conflict[]): Json {
  const only = sides[0];
  if (sides.length === 1 && only) return only.value;
  if (sides.every(({ value }) => Array.isArray(value)))
    return mergeLists(sides as { from: string; value: Json[] }[], path, conflicts);
  if (sides.every(({ value }) => isJsonObject(value)))
    return mergeObjects(sides as { from: string; value: JsonObject }[], path, conflicts);
  return mergeValues(sides, path, conflicts);
}

function mergeObjects(
  sides: readonly { from: string; value: JsonObject }[],
  path: string,
  conflicts: Conflict[],
): JsonObject {
  const out: JsonObject = {};
  for (const key of unique(sides.flatMap(({ value }) => Object.keys(value)))) {
    const having = sides.flatMap(({ from, value }) =>
      value[key] === undefined || value[key] === null ? [] : [{ from, value: value[key] }],
    );
    if (having.length > 0) out[key] = mergeSides(having, path === '' ? key : `${key} of ${path}`, conflicts);
  }
  return out;
}

function mergeLists(sides: readonly { from: string; value: Json[] }[], path: string, conflicts: Conflict[]): Json[] {
  const objects = sides.flatMap(({ value }) => value.filter(isJsonObject));
  const idField =
    chooseIdField(
      objects.map((object) => flattenFields(object)),
      path,
      true,
    ) ??
    chooseIdField(
      objects.map((object) => flattenFields(object)),
      path,
    );
  const groups = new Map<string, Side[]>();
  for (const { from, value } of sides) {
    for (const member of value) {
      const id = idField !== undefined && isJsonObject(member) ? member[idField] : undefined;
      const key = typeof id === 'string' || typeof id === 'number' ? `id ${id}` : `value ${stableJson(member)}`;
      groups.set(key, [...(groups.get(key) ?? []), { from, value: member }]);
    }
  }
  return [...groups]
    .sort((a, b) => compareText(a[0], b[0]))
    .map(([key, members]) => mergeSides(members, key.startsWith('id ') ? key.slice(3) : path, conflicts));
}

/** Equal values are one; a text that only says more wins; texts of prose stand side by side; the rest is a conflict. */
function mergeValues(sides: readonly Side[], path: string, conflicts: Conflict[]): Json {
  const values = new Map<string, Side[]>();
  for (const side of sides) {
    const key = stableJson(side.value);
    values.set(key, [...(values.get(key) ?? []), side]);
  }
  const distinct = [...values.values()].flatMap((group) => group[0] ?? []);
  const first = distinct[0];
  if (first === undefined || distinct.length === 1) return first?.value ?? null;
  const texts = distinct.map(({ value }) => scalarText(value));
  if (
    distinct.every(({ value }) => typeof value === 'string') &&
    texts.some((text) => text.length > 80 && dayOf(text) === undefined)
  )
    return texts.join(' · ');
  conflicts.push({
    about: path === '' ? 'the answer' : path,
    sides: distinct
      .slice(0, 16)
      .map(({ from, value }) => ({ from, claim: typeof value === 'string' ? value : stableJson(value) })),
  });
  // What most branches say stands; between equals the smaller text, so that the order of the branches does not decide.
  return (
    [...values.values()].sort(
      (a, b) => b.length - a.length || compareText(stableJson(a[0]?.value), stableJson(b[0]?.value)),
    )[0]?.[0]?.value ?? null
  );
}

function isCount(about: string): boolean {
  return /^(?:total|count)$/.test(about);
}

/** A total beside one merged list is counted again: the sum of the branches would count shared members twice. */
function recount(merged: JsonObject): JsonObject {
  const lists = Object.values(merged).filter(
    (value): value is Json[] => Array.isArray(value) && value.some(isJsonObject),
  );
  const [list] = lists;
  if (lists.length !== 1 || !list) return merged;
  return Object.fromEntries(
    Object.entries(merged).map(([key, value]) => [
      key,
      isCount(key) && typeof value === 'number' ? list.length : value,
    ]),
  );
}

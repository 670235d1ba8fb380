import type { Json } from '../../../../contracts/json';
import { dayOf } from '../words/kinds';
import { compareText, stableJson, unique } from '../words/order';
import type { DataRecord, Dispute, Found } from './records';
import { termSet } from '../words/terms';

type Merged = Omit<DataRecord, 'title' | 'texts' | 'people'>;

/**
 * Joins what was found several times. Two findings are one record when they have the same id, and either the id says
 * enough by itself (`AB-12`) or both come from lists of the same noun (a bare `7` is another thing in another list).
 */
export function mergeRecords(found: readonly Found[]): Merged[] {
  const byKey = new Map<string, Found[]>();
  for (const one of found) {
    const key =
      one.id === ''
        ? `content ${stableJson(Object.fromEntries(one.fields))}`
        : speaks(one.id)
          ? `id ${one.id}`
          : `id ${one.id} in ${nounOf(one)}`;
    const list = byKey.get(key);
    if (list) list.push(one);
    else byKey.set(key, [one]);
  }
  return [...byKey.values()].map(mergeOne);
}

function speaks(id: string): boolean {
  return id.length >= 6 || (/\p{L}/u.test(id) && /\d/.test(id));
}

function nounOf(one: Found): string {
  return [...termSet(one.group)]
    .filter((term) => !['list', 'get', 'search', 'find', 'read', 'show', 'fetch'].includes(term))
    .sort(compareText)
    .join(' ');
}

function mergeOne(list: readonly Found[]): Merged {
  const only = list[0];
  if (list.length === 1 && only)
    return { id: only.id, group: only.group, origins: [only.origin], fields: only.fields, disputes: [] };
  const sorted = list
    .map((one) => ({ one, key: stableJson([one.origin, one.group, Object.fromEntries(one.fields)]) }))
    .sort((a, b) => compareText(a.key, b.key))
    .map(({ one }) => one);
  const richest = sorted.reduce((a, b) => (b.fields.size > a.fields.size ? b : a));
  const fields = new Map<string, Json>();
  const values = new Map<string, { from: string; value: Json }[]>();
  for (const one of [richest, ...sorted]) {
    for (const [path, value] of one.fields) {
      if (one !== richest || !values.has(path))
        values.set(path, [...(values.get(path) ?? []), { from: one.origin, value }]);
      const known = fields.get(path);
      fields.set(path, known === undefined ? value : fuller(known, value));
    }
  }
  return {
    id: richest.id,
    group: richest.group,
    origins: unique(sorted.map((one) => one.origin)).sort(compareText),
    fields,
    disputes: [...values].flatMap(([field, sides]) => disputeOf(field, sides)),
  };
}

/** The one that says more; lists are joined. */
function fuller(a: Json, b: Json): Json {
  if (Array.isArray(a) && Array.isArray(b)) {
    const known = new Set(a.map(stableJson));
    return [...a, ...b.filter((item) => !known.has(stableJson(item)))];
  }
  return typeof a === 'string' && typeof b === 'string' && b.length > a.length ? b : a;
}

const comparableChars = 80;

/** Two materials that give one short field two values: a dispute, unless one value only says more than the other. */
function disputeOf(field: string, sides: readonly { from: string; value: Json }[]): Dispute[] {
  const seen = new Map<string, string>();
  for (const { from, value } of sides) {
    if (typeof value === 'object' || String(value).length > comparableChars) return [];
    const text = String(value);
    const same = [...seen.keys()].find((known) => agrees(known, text));
    if (same === undefined) seen.set(text, from);
  }
  const origins = new Set(seen.values());
  if (seen.size < 2 || origins.size < 2) return [];
  return [
    {
      field,
      sides: [...seen]
        .map(([value, from]) => ({ from, value }))
        .sort((a, b) => compareText(a.from, b.from) || compareText(a.value, b.value)),
    },
  ];
}

function agrees(a: string, b: string): boolean {
  const [x, y] = [a.trim().toLowerCase(), b.trim().toLowerCase()];
  if (x === y || x.startsWith(y) || y.startsWith(x)) return true;
  const [dayA, dayB] = [dayOf(a), dayOf(b)];
  return dayA !== undefined && dayA === dayB && (a.length === 10 || b.length === 10);
}

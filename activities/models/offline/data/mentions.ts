import type { Json } from '../../../../contracts/json';
import { isJsonObject } from '../../../../contracts/json';
import { bounds } from '../bounds';
import { compareText } from '../words/order';
import type { DataRecord } from './records';

/** Which record speaks of which, by id, and which ids are spoken of that stand for nothing in the data. */
export interface Mentions {
  of(record: DataRecord): readonly DataRecord[];
  by(record: DataRecord): readonly DataRecord[];
  dangling: { id: string; from: DataRecord }[];
}

export function findMentions(records: readonly DataRecord[]): Mentions {
  const byId = new Map<string, DataRecord>();
  const shapes = new Set<string>();
  for (const record of records) {
    if (!isDistinctive(record.id)) continue;
    byId.set(record.id.toLowerCase(), record);
    const shape = shapeOf(record.id);
    if (shape !== undefined) shapes.add(shape);
  }
  const of = new Map<DataRecord, Set<DataRecord>>();
  const by = new Map<DataRecord, Set<DataRecord>>();
  const dangling = new Map<string, { id: string; from: DataRecord }>();
  for (const record of records) {
    for (const token of tokensOf(record)) {
      const target = byId.get(token.toLowerCase());
      if (target) {
        if (target !== record) {
          add(of, record, target);
          add(by, target, record);
        }
        continue;
      }
      const shape = shapeOf(token);
      if (shape !== undefined && shapes.has(shape)) {
        const known = dangling.get(token);
        if (!known || compareText(record.id, known.from.id) < 0) dangling.set(token, { id: token, from: record });
      }
    }
  }
  const sorted = (map: Map<DataRecord, Set<DataRecord>>, record: DataRecord): DataRecord[] =>
    [...(map.get(record) ?? [])].sort((a, b) => compareText(a.id, b.id));
  return {
    of: (record) => sorted(of, record),
    by: (record) => sorted(by, record),
    dangling: [...dangling.values()].sort((a, b) => compareText(a.id, b.id)),
  };
}

function add(map: Map<DataRecord, Set<DataRecord>>, key: DataRecord, value: DataRecord): void {
  const set = map.get(key);
  if (set) set.add(value);
  else map.set(key, new Set([value]));
}

/** An id that no ordinary word or number is mistaken for. */
export function isDistinctive(id: string): boolean {
  return id.length >= 3 && !/\s/.test(id) && /\d/.test(id) && (/\p{L}/u.test(id) || id.length >= 6);
}

/** `AB-12` → `AB-`: a letter prefix with a joint, the rest digits. Other ids have no shape worth guessing by. */
export function shapeOf(id: string): string | undefined {
  return /^(\p{L}[\p{L}\p{N}_]*[-#/_])\d+$/u.exec(id)?.[1];
}

/** Everything in a record that could be an id, pieces of paths and addresses included. */
function tokensOf(record: DataRecord): Set<string> {
  const tokens = new Set<string>();
  let budget: number = bounds.recordChars;
  const take = (value: Json, depth: number): void => {
    if (budget <= 0 || depth > 5) return;
    if (typeof value === 'string') {
      const text = value.slice(0, budget);
      budget -= text.length;
      for (const hit of text.match(/[^\s<>"'`()[\]{},;|«»“”*=]+/g) ?? []) {
        const token = hit.replace(/^[.:!?#]+|[.:!?]+$/g, '');
        if (token.length < 3 || token.length > 300) continue;
        if (/\d/.test(token)) tokens.add(token);
        if (/[/?&#:]/.test(token))
          for (const piece of token.split(/[/?&#:]+/)) if (piece.length >= 3 && /\d/.test(piece)) tokens.add(piece);
      }
    } else if (Array.isArray(value)) for (const item of value) take(item, depth + 1);
    else if (isJsonObject(value)) for (const member of Object.values(value)) take(member, depth + 1);
    else if (typeof value === 'number' && Number.isInteger(value) && value > 99_999) tokens.add(String(value));
  };
  for (const value of record.fields.values()) take(value, 0);
  tokens.delete(record.id);
  return tokens;
}

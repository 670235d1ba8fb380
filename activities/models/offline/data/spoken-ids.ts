import type { Json } from '../../../../contracts/json';
import { isJsonObject } from '../../../../contracts/json';
import { bounds } from '../bounds';
import { words } from '../words/terms';
import { shapeOf } from './mentions';
import type { Found } from './records';

const keyNames = new Set(['key', 'code', 'number', 'no', 'nr', 'ref', 'reference', 'slug', 'identifier', 'name']);

/**
 * Records that bear a bare number as id and a name of another form beside it (`20149`, `AB-308`) are called by the name
 * where other records speak of such names: what is cited is then what people say, and mentions meet their record.
 */
export function withSpokenIds(found: readonly Found[]): Found[] {
  const keys = new Map<Found, string>();
  for (const one of found) {
    const key = /^\d+$/.test(one.id) ? keyOf(one) : undefined;
    if (key !== undefined) keys.set(one, key);
  }
  if (keys.size === 0) return [...found];
  const shapes = new Set([...keys.values()].map(shapeOf));
  const spoken = new Set<string | undefined>();
  for (const one of found) {
    if (spoken.size === shapes.size) break;
    for (const name of namesIn([...one.fields.values()])) {
      const shape = shapeOf(name);
      if (name !== keys.get(one) && shapes.has(shape)) spoken.add(shape);
    }
  }
  return found.map((one) => {
    const key = keys.get(one);
    return key !== undefined && spoken.has(shapeOf(key)) ? { ...one, id: key } : one;
  });
}

function keyOf({ fields }: Found): string | undefined {
  for (const [path, value] of fields)
    if (typeof value === 'string' && keyNames.has(words(path).join(' ')) && shapeOf(value) !== undefined) return value;
  return undefined;
}

function namesIn(value: Json, depth = 0): string[] {
  if (typeof value === 'string')
    return (
      value.slice(0, bounds.recordChars).match(/(?<![\p{L}\p{N}_])\p{L}[\p{L}\p{N}_]*[-#/_]\d+(?![\p{L}\p{N}])/gu) ?? []
    );
  if (depth > 5) return [];
  if (Array.isArray(value)) return value.flatMap((item) => namesIn(item, depth + 1));
  return isJsonObject(value) ? Object.values(value).flatMap((member) => namesIn(member, depth + 1)) : [];
}

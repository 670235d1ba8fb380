import type { Json } from '../../../../contracts/json';
import { dayOf, isIdLike, isPathLike, isUri } from '../words/kinds';
import { compareText } from '../words/order';
import { nameWords, overlap, termSet } from '../words/terms';

const exact: Readonly<Record<string, number>> = {
  id: 100,
  key: 95,
  uuid: 90,
  guid: 90,
  identifier: 90,
  sha: 88,
  hash: 86,
  commit: 86,
  code: 80,
  sku: 80,
  isbn: 80,
  barcode: 80,
  number: 78,
  no: 76,
  nr: 76,
  ref: 70,
  reference: 70,
  serial: 70,
  slug: 66,
  path: 50,
  file: 48,
  filename: 48,
  name: 30,
};

/**
 * The field that names a record among its siblings: an id by name first, unique machine-made values next. `strict`
 * takes only fields whose name says so.
 */
export function chooseIdField(
  siblings: readonly ReadonlyMap<string, Json>[],
  group: string,
  strict = false,
): string | undefined {
  if (siblings.length === 0) return undefined;
  const seen = new Map<string, { values: Set<string>; count: number; like: number }>();
  for (const fields of siblings.length > 400 ? siblings.slice(0, 400) : siblings) {
    for (const [path, value] of fields) {
      if (typeof value !== 'string' && !(typeof value === 'number' && Number.isInteger(value))) continue;
      const text = String(value);
      if (text.length > 300 || text.includes('\n')) continue;
      const entry = seen.get(path) ?? { values: new Set<string>(), count: 0, like: 0 };
      entry.values.add(text);
      entry.count++;
      if (isIdLike(text) && !isUri(text) && dayOf(text) === undefined) entry.like++;
      seen.set(path, entry);
    }
  }
  const counted = Math.min(siblings.length, 400);
  const nouns = termSet(group);
  let best: { path: string; score: number } | undefined;
  for (const [path, entry] of [...seen].sort((a, b) => compareText(a[0], b[0]))) {
    const score = scoreField(path, entry, counted, nouns, strict);
    if (score > 0 && (!best || score > best.score)) best = { path, score };
  }
  return best?.path;
}

function scoreField(
  path: string,
  entry: { values: Set<string>; count: number; like: number },
  siblings: number,
  nouns: ReadonlySet<string>,
  strict: boolean,
): number {
  if (path.split('.').length > 2 || entry.count < siblings * 0.6) return 0;
  const name = nameWords(path);
  const last = name[name.length - 1] ?? '';
  const isUnique = entry.values.size >= entry.count * 0.9;
  const weak = (exact[last] ?? 0) <= 50;
  const depthCost = (path.split('.').length - 1) * 20;
  if (name.length === 1 && exact[last] !== undefined) {
    if (!weak) return exact[last] - (isUnique ? 0 : 30) - depthCost;
    if (strict) return 0;
    if (last !== 'name' && ![...entry.values].every((value) => isPathLike(value) || !/\s/.test(value))) return 0;
    return isUnique && siblings > 1 ? exact[last] - depthCost : last === 'name' ? 0 : exact[last] - 10;
  }
  if (name.length > 1 && exact[last] !== undefined && !weak) {
    const own = overlap(nouns, termSet(path)) > 0 ? 15 : 0;
    return isUnique || siblings === 1 ? Math.min(exact[last], 70) + own - name.length - depthCost : 0;
  }
  if (strict || siblings < 2) return 0;
  return isUnique && entry.like === entry.count ? 40 - depthCost : 0;
}

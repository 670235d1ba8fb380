import type { z } from 'zod';
import { camelKeys } from './camel-keys';
import { explainIssues, issueErrorMap, type ShapeFault } from './explain-issues';
import { pruneFaults } from './prune-faults';

export type Parsed<T> = { ok: true; value: T } | { ok: false; faults: ShapeFault[] };

const depthMax = 64;
const valuesMax = 200_000;

/**
 * Parses a value in camelCase or snake_case by a schema. All faults come back at once; nothing is thrown, whatever the
 * value is: depth and number of values are capped first (I5), and `__proto__` is refused anywhere.
 */
export function parseShape<T>(schema: z.ZodType<T>, given: unknown): Parsed<T> {
  const unfit = unfitForJson(given);
  if (unfit) return { ok: false, faults: [unfit] };
  const value = camelKeys(schema, given);
  const parsed = schema.safeParse(value, { error: issueErrorMap });
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, faults: explainIssues(parsed.error.issues, value) };
}

const prunings = 8;

/**
 * Like `parseShape`, but goes on without the faulty parts, so that what remains can be checked further. `removed` names
 * the keys that were left out.
 */
export function parseWhatFits<T>(
  schema: z.ZodType<T>,
  given: unknown,
): { value?: T; faults: ShapeFault[]; removed: string[] } {
  const unfit = unfitForJson(given);
  if (unfit) return { faults: [unfit], removed: [] };
  let value = camelKeys(schema, given);
  const faults: ShapeFault[] = [];
  const removed: string[] = [];
  for (let round = 0; round < prunings; round++) {
    const parsed = schema.safeParse(value, { error: issueErrorMap });
    if (parsed.success) return { value: parsed.data, faults, removed };
    const found = explainIssues(parsed.error.issues, value);
    faults.push(...(round === 0 ? found : []));
    const rest = pruneFaults(value, found);
    if (!rest) break;
    value = rest.value;
    removed.push(...rest.removed);
  }
  return { faults, removed };
}

/** What keeps a value from being plain, bounded JSON. Walks without recursion, so that depth cannot hurt it. */
export function unfitForJson(root: unknown): ShapeFault | undefined {
  const open: { value: unknown; path: (string | number)[] }[] = [{ value: root, path: [] }];
  let seen = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, path } = next;
    if (++seen > valuesMax) return { path: [], message: `holds more than ${valuesMax} values` };
    if (path.length > depthMax) return { path: path.slice(0, 8), message: `is nested deeper than ${depthMax} levels` };
    if (typeof value === 'number' && !Number.isFinite(value)) return { path, message: 'must be a finite number' };
    if (typeof value !== 'object' || value === null) {
      if (['string', 'number', 'boolean'].includes(typeof value) || value === null) continue;
      return { path, message: `is a ${typeof value}, which JSON cannot carry` };
    }
    if (Array.isArray(value)) {
      value.forEach((item, index) => open.push({ value: item, path: [...path, index] }));
      continue;
    }
    for (const [key, item] of Object.entries(value)) {
      if (key === '__proto__') return { path, message: 'has the key "__proto__", which is never allowed' };
      open.push({ value: item, path: [...path, key] });
    }
  }
  return undefined;
}

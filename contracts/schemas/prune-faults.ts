import { isJsonObject } from '../json';
import { valueAt, type ShapeFault } from './explain-issues';

/**
 * Takes what is faulty out of a value, so that the rest can be checked as well and all faults are told at once. An
 * entry of a list goes with its list: otherwise the places of its neighbours would move. `removed` names what went,
 * entries of lists by their `name`. Undefined when nothing would remain.
 */
export function pruneFaults(
  value: unknown,
  faults: readonly ShapeFault[],
): { value: unknown; removed: string[] } | undefined {
  const copy: unknown = structuredClone(value);
  const removed: string[] = [];
  const gone: (string | number)[][] = [];
  for (const { path } of faults) {
    if (gone.some((prefix) => prefix.every((step, index) => step === path[index]))) continue;
    let victim = path;
    while (victim.length > 0 && !canGo(copy, victim)) victim = victim.slice(0, -1);
    const last = victim.at(-1);
    const owner = valueAt(copy, victim.slice(0, -1));
    if (typeof last !== 'string' || !isJsonObject(owner)) return undefined;
    removed.push(last, ...namesIn(owner[last]));
    delete owner[last];
    gone.push(victim);
  }
  return { value: copy, removed };
}

function canGo(root: unknown, path: readonly (string | number)[]): boolean {
  return typeof path.at(-1) === 'string' && valueAt(root, path) !== undefined;
}

function namesIn(value: unknown): string[] {
  if (!Array.isArray(value)) return isJsonObject(value) ? Object.keys(value) : [];
  return value.flatMap((item) => (isJsonObject(item) && typeof item['name'] === 'string' ? [item['name']] : []));
}

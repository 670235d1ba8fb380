import { isJsonObject } from '../json';
import { valueAt, type ShapeFault } from './explain-issues';

/**
 * Takes what is faulty out of a value, so that the rest can be checked as well and all faults are told at once.
 * Undefined when an entry of a list would have to go: the places of its neighbours would move.
 */
export function pruneFaults(value: unknown, faults: readonly ShapeFault[]): { value: unknown; removed: string[] } | undefined {
  const copy: unknown = structuredClone(value);
  const removed: string[] = [];
  for (const { path } of faults) {
    let victim = path;
    while (victim.length > 0 && valueAt(copy, victim) === undefined) victim = victim.slice(0, -1);
    const last = victim.at(-1);
    const owner = valueAt(copy, victim.slice(0, -1));
    if (typeof last !== 'string' || !isJsonObject(owner)) return undefined;
    delete owner[last];
    removed.push(last);
  }
  return { value: copy, removed };
}

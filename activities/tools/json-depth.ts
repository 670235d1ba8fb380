import type { Json } from '../../contracts/json';

/** How deep a value is nested, without recursion: a hostile one must not overflow the stack. Stops counting above `max`. */
export function depthOf(value: Json, max: number): number {
  let level: Json[] = [value];
  for (let depth = 0; ; depth += 1) {
    const next: Json[] = [];
    for (const part of level) {
      if (typeof part === 'object' && part !== null) for (const member of Object.values(part)) next.push(member);
    }
    if (next.length === 0 || depth > max) return depth;
    level = next;
  }
}

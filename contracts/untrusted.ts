import { digestOf } from './digest';
import { limits } from './limits';

/**
 * The set of untrusted sources that something derives from (I8). History carries this fixed-size reference; the full
 * set is in the store under `setId`. `of` names component sets that an activity has not yet merged.
 */
export interface UntrustedSet {
  setId: string;
  count: number;
  sample: string[];
  of?: string[];
}

/** `setId` of a full, sorted list of sources. */
export function untrustedSetId(sources: readonly string[]): string {
  return digestOf([...new Set(sources)].sort());
}

export function untrustedSetOf(sources: readonly string[]): UntrustedSet | null {
  const unique = [...new Set(sources)].sort();
  if (unique.length === 0) return null;
  return { setId: untrustedSetId(unique), count: unique.length, sample: unique.slice(0, limits.untrustedSample) };
}

/** Joins sets inside a workflow, where the full lists are not at hand: order of arrival never changes the result. */
export function joinUntrusted(sets: readonly (UntrustedSet | null | undefined)[]): UntrustedSet | null {
  const known = new Map<string, UntrustedSet>();
  for (const set of sets) if (set) known.set(set.setId, set);
  if (known.size === 0) return null;
  if (known.size === 1) return [...known.values()][0] ?? null;
  const parts = [...new Set([...known.values()].flatMap((set) => set.of ?? [set.setId]))].sort();
  const members = [...known.values()];
  const sample = [...new Set(members.flatMap((set) => set.sample))].sort().slice(0, limits.untrustedSample);
  const count = members.reduce((sum, set) => sum + set.count, 0);
  return { setId: digestOf({ of: parts }), count, sample, of: parts };
}

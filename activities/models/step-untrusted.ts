import { CadreError } from '../../contracts/failures';
import type { DeltaPart } from '../../contracts/activities';
import type { UntrustedSet } from '../../contracts/untrusted';
import type { Segment, Store, UntrustedUnion } from '../stores';

/** All untrusted sources behind a step: those of the thread so far and of everything newly shown (I8). */
export async function untrustedOfStep(
  store: Store,
  thread: readonly Segment[],
  delta: readonly DeltaPart[],
): Promise<UntrustedUnion> {
  const parent = thread.at(-1)?.untrustedSet ?? null;
  const inherited: UntrustedSet[] = parent === null ? [] : [{ setId: parent, count: 0, sample: [] }];
  const shown = delta.flatMap((part) => ('untrusted' in part && part.untrusted ? [part.untrusted] : []));
  const sets = [...inherited, ...shown];
  try {
    return await store.untrusted.planUnion(sets, []);
  } catch (error) {
    if (!CadreError.is(error) || error.kind !== 'BlobMissing') throw error;
    // A store that was lost knows no lists. What was untrusted stays so: by its sample and the id of the set.
    const known = sets.flatMap((set) => [...set.sample, `set ${set.setId}`]);
    return store.untrusted.planUnion([], known);
  }
}

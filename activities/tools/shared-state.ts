import { CadreError } from '../../contracts/failures';
import type { CallOrigin } from '../deps';
import type { Store, UntrustedUnion } from '../stores';
import type { BuiltinContext } from './define-tool';

/** Throws `InternalError` without one: nothing of shared state is written or given without its labels. */
export function originOf({ origin }: Pick<BuiltinContext, 'origin'>): CallOrigin {
  if (origin) return origin;
  throw new CadreError('InternalError', 'A tool of shared state was called without saying where the call comes from.');
}

/** What a write is made from: what the request says, and what the thread has read as the store knows it (I8). */
export async function untrustedOfCall(store: Store, { thread, untrusted }: CallOrigin): Promise<UntrustedUnion> {
  const stored = thread === null ? null : await store.threads.untrustedSetOf(thread);
  return store.untrusted.planUnion([untrusted, stored === null ? null : { setId: stored, count: 0, sample: [] }], []);
}

/** The sources behind sets, each once; a set that is lost stands for itself. */
export async function sourcesOfSets(store: Store, sets: readonly (string | null)[]): Promise<string[]> {
  const ids = [...new Set(sets.filter((id) => id !== null))];
  const lists = await Promise.all(
    ids.map((id) =>
      store.untrusted.sources(id).catch((error: unknown) => {
        if (CadreError.is(error) && error.kind === 'BlobMissing') return [`set:${id}`];
        throw error;
      }),
    ),
  );
  return [...new Set(lists.flat())].sort();
}

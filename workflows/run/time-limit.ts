import { CancellationScope, isCancellation } from '@temporalio/workflow';
import { CadreError } from '../../contracts/failures';
import type { Journal } from './journal';

/** Runs `work` for at most `timeoutMs`; what is in flight then is cancelled and the node fails as `DeadlineExceeded`. */
export async function withTimeLimit<T>(
  timeoutMs: number | undefined,
  path: string,
  work: () => Promise<T>,
  journal?: Pick<Journal, 'begunAt'>,
): Promise<T> {
  if (timeoutMs === undefined) return work();
  const outer = CancellationScope.current();
  // What it took in the runs before counts as well.
  const takenMs = journal ? Date.now() - journal.begunAt(path) : 0;
  try {
    return await CancellationScope.withTimeout(Math.max(1, timeoutMs - takenMs), work);
  } catch (error) {
    if (!isCancellation(error) || outer.consideredCancelled) throw error;
    throw new CadreError('DeadlineExceeded', `The node ${path} used up its ${timeoutMs} ms.`, { path });
  }
}

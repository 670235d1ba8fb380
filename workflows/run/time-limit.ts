import { CancellationScope, isCancellation } from '@temporalio/workflow';
import { CadreError } from '../../contracts/failures';

/** Runs `work` for at most `timeoutMs`; what is in flight then is cancelled and the node fails as `DeadlineExceeded`. */
export async function withTimeLimit<T>(
  timeoutMs: number | undefined,
  path: string,
  work: () => Promise<T>,
): Promise<T> {
  if (timeoutMs === undefined) return work();
  const outer = CancellationScope.current();
  try {
    return await CancellationScope.withTimeout(timeoutMs, work);
  } catch (error) {
    if (!isCancellation(error) || outer.consideredCancelled) throw error;
    throw new CadreError('DeadlineExceeded', `The node ${path} used up its ${timeoutMs} ms.`, { path });
  }
}

import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { FailureRecord } from '../../contracts/failures';
import { CadreError } from '../../contracts/failures';
import type { Stage } from '../../contracts/node';
import { Budget } from './budget';
import { failureOf } from './failure';
import { attemptNode } from './perform-node';
import type { Scope } from './scope';

/** Undoing has a budget of its own: the run's may be what ran out. */
const compensationBudget = { tokens: 500_000, steps: 100 };

/**
 * Undoes finished stages in reverse order. Not cancellable: a stop in the middle must not leave half of it undone. One
 * that fails does not keep the others from running; the run then ends as `CompensationFailed` with what is left.
 */
export async function compensate(finished: readonly { stage: Stage; scope: Scope }[], because: unknown): Promise<void> {
  const undoable = finished.filter(({ stage }) => stage.compensate).reverse();
  const [top] = undoable;
  if (!top) return;
  const left: FailureRecord[] = [];
  const { run } = top.scope;
  const budget = new Budget('the compensations', { ...compensationBudget });
  run.compensating = true;
  await CancellationScope.nonCancellable(async () => {
    for (const { stage, scope } of undoable) {
      if (!stage.compensate) continue;
      const tried = await attemptNode({ ...scope, budget, path: `${scope.path}/compensate` }, stage.compensate);
      if ('failure' in tried) left.push(tried.failure);
    }
  });
  run.compensating = false;
  run.budget.book(budget.used, budget.steps);
  if (left.length === 0) return;
  const [first] = left;
  const cause = isCancellation(because) ? first : failureOf(because);
  throw new CadreError(
    'CompensationFailed',
    `${left.length} of ${undoable.length} compensations failed: ${left.map((failure) => failure.message).join('; ')}`,
    cause ? { cause } : {},
  );
}

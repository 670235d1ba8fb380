import type { FailureRecord } from '../../contracts/failures';
import type { Conversation } from './conversation';
import { failureOf } from './failure';

/**
 * One agent's turn with its failure as a value, for patterns that go on without it. What ends the whole run is thrown on:
 * cancellation, a stop of all agents, the run's own time and budget.
 */
export async function attemptTurn<T>(
  talk: Conversation,
  work: () => Promise<T>,
): Promise<{ value: T } | { failure: FailureRecord }> {
  const { run } = talk.scope;
  try {
    return { value: await work() };
  } catch (error) {
    const failure = failureOf(error, { agent: talk.agent, path: talk.path });
    if (failure.kind === 'SystemDisabled' || run.clock.leftMs() === 0) throw error;
    // An agent with limits of its own may have used up those; otherwise it is the run that has nothing left.
    const { tokens, usd, steps } = talk.view.budget;
    if (failure.kind === 'BudgetExhausted' && (tokens ?? usd ?? steps) === undefined) throw error;
    run.keepFailure(failure);
    run.note('turn-failed', talk.agent, talk.path, `${failure.kind}: ${failure.message}`);
    return { failure };
  }
}

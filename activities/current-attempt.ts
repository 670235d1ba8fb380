import { Context } from '@temporalio/activity';

/** What Temporal knows of the attempt that runs now. */
export interface CurrentAttempt {
  workflowId: string;
  runId: string;
  /** Key of the run in the store: one audit chain per run. */
  run: string;
  attempt: number;
  lastAttempt: boolean;
}

/** `attemptsMax` counts where the caller's retry policy names no number. Only inside an activity. */
export function currentAttempt(firstRunId: string, attemptsMax: number): CurrentAttempt {
  const { info } = Context.current();
  const { workflowId, runId } = info.workflowExecution ?? { workflowId: 'none', runId: 'none' };
  const attempts = info.retryPolicy?.maximumAttempts;
  return {
    workflowId,
    runId,
    run: `${workflowId}#${firstRunId}`,
    attempt: info.attempt,
    lastAttempt: info.attempt >= (attempts && attempts > 0 ? attempts : attemptsMax),
  };
}

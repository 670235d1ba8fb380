import type { ActivityOptions } from '@temporalio/workflow';
import { ActivityCancellationType, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../../contracts/activities';
import { failures } from '../../contracts/failures';
import { limits } from '../../contracts/limits';

// Every proxy, timeout and retry policy, once. Call sites add a summary, a queue and a shorter timeout, nothing else.

const nonRetryableErrorTypes = Object.entries(failures)
  .filter(([, row]) => !row.retryable)
  .map(([kind]) => kind);

// Left unset, the cancellation type behaved as TRY_CANCEL and the cost of the cancelled call was lost (I10).
const cancellation = ActivityCancellationType.WAIT_CANCELLATION_COMPLETED;

export const modelCallOptions: ActivityOptions = {
  startToCloseTimeout: limits.modelCallTimeoutMs,
  heartbeatTimeout: limits.heartbeatTimeoutMs,
  cancellationType: cancellation,
  retry: {
    initialInterval: 1_000,
    backoffCoefficient: 2,
    maximumInterval: 60_000,
    maximumAttempts: limits.modelAttempts,
    nonRetryableErrorTypes,
  },
};

export const toolCallOptions: ActivityOptions = {
  startToCloseTimeout: limits.toolCallTimeoutMs,
  heartbeatTimeout: limits.heartbeatTimeoutMs,
  cancellationType: cancellation,
  retry: {
    initialInterval: 500,
    backoffCoefficient: 2,
    maximumInterval: 30_000,
    maximumAttempts: limits.toolAttempts,
    nonRetryableErrorTypes,
  },
};

export const { callModel, callTool, recoverRun } =
  proxyActivities<Pick<Activities, 'callModel' | 'callTool' | 'recoverRun'>>(modelCallOptions);

/** An event that is given up is lost: a store that is away for the better part of an hour must not be the end of it. */
export const { deliverEvent, settleDelivery } = proxyActivities<Pick<Activities, 'deliverEvent' | 'settleDelivery'>>({
  ...modelCallOptions,
  retry: { ...modelCallOptions.retry, maximumAttempts: limits.eventAttempts },
});

/** The first command of every root run: one marker in history instead of three events. */
export const { prepareRun } = proxyLocalActivities<Pick<Activities, 'prepareRun'>>({
  startToCloseTimeout: 30_000,
  retry: { maximumAttempts: 5, initialInterval: 200, nonRetryableErrorTypes },
});

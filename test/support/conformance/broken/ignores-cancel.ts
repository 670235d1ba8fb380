import { CancellationScope } from '@temporalio/workflow';
import { agentPattern } from '../../../../workflows/patterns/agent';
import { brokenAgent } from './broken-agent';

/** A cancellation does not reach the call that is in flight. */
export const ignoresCancel = brokenAgent((scope, fields) =>
  CancellationScope.nonCancellable(() => agentPattern.perform(scope, fields)),
);

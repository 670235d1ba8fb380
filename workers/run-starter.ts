import { Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';

import type { RunStarter } from '../activities/events/run-starter';
import { taskQueue } from '../contracts/names';

const summaryCharsMax = 180;

/** Starts runs over the worker's own connection. */
export function makeRunStarter(connection: NativeConnection, namespace: string): RunStarter {
  const client = new Client({ connection, namespace });
  return {
    async start({ type, workflowId, input, summary }) {
      try {
        await client.workflow.start(type, {
          workflowId,
          taskQueue,
          args: [input],
          workflowIdConflictPolicy: 'FAIL',
          // What a failed publish has done is done once all the same: the store knows. A consumer's run is never another one.
          workflowIdReusePolicy: type === 'publish' ? 'ALLOW_DUPLICATE_FAILED_ONLY' : 'REJECT_DUPLICATE',
          staticSummary: summary.slice(0, summaryCharsMax),
        });
        return true;
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
        throw error;
      }
    },
    async isOpen(workflowId) {
      try {
        const { status } = await client.workflow.getHandle(workflowId).describe();
        return status.name === 'RUNNING' || status.name === 'PAUSED';
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      }
    },
  };
}

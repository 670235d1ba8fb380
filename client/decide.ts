import { type Client, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';

import type { Approval, Decision } from '../contracts/approval';
import { CadreError } from '../contracts/failures';

/**
 * Sends a decision as the update `decide` and answers the settled approval. Refused decisions, and decisions about a
 * run that has ended, are `ApprovalExpired` or `InvalidInput` with the sentence the run gave.
 */
export async function decide(client: Client, workflowId: string, decision: Decision): Promise<Approval> {
  try {
    return await client.workflow
      .getHandle(workflowId)
      .executeUpdate<Approval, [Decision]>('decide', { args: [decision] });
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError) {
      throw new CadreError('InvalidInput', error.cause?.message ?? error.message);
    }
    if (error instanceof WorkflowNotFoundError) {
      throw new CadreError(
        'ApprovalExpired',
        `The run ${workflowId} has ended or never was, so nothing can be decided any more. Look with: cadre status ${workflowId}`,
      );
    }
    throw error;
  }
}

import { randomUUID } from 'node:crypto';

import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';

import { eventFault, type EventRequest, eventWorkflowId, type PublishedEvent } from '../contracts/event';
import { CadreError } from '../contracts/failures';
import { taskQueue } from '../contracts/names';

/**
 * Publishes an event by starting the workflow type `publish`, as `temporal workflow start` with the same JSON and id
 * would. The workflow id is made of team and event id, so Temporal itself refuses a second start while it remembers the
 * first one; after that the store still knows who got the event. A redrive (`only` and the id of the dead letter) has an
 * id of its own. Throws `InvalidInput` for what is no event, with a sentence.
 */
export async function publishEvent(client: Client, request: EventRequest, redrive?: string): Promise<PublishedEvent> {
  const eventId = request.id ?? randomUUID();
  const input = { ...request, id: eventId };
  const fault = eventFault({ ...input });
  if (fault !== undefined) throw new CadreError('InvalidInput', `The event ${fault}.`);
  const workflowId = eventWorkflowId(request.team, eventId, redrive);
  try {
    await client.workflow.start('publish', {
      workflowId,
      taskQueue,
      args: [input],
      // FAIL, not USE_EXISTING: both start nothing, and only this one says that it was a duplicate.
      workflowIdConflictPolicy: 'FAIL',
      // A publish that failed, over a team file that was broken for a moment, may be tried again under its id.
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
      staticSummary: `publish · ${request.subject}`.slice(0, 180),
    });
    return { eventId, workflowId, duplicate: false };
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return { eventId, workflowId, duplicate: true };
    throw error;
  }
}

import type { Consumer, EventRecord } from '../../contracts/event-delivery';
import type { JsonObject } from '../../contracts/json';
import type { ActivityDeps } from '../deps';

/** Starts the run of a consumer. A run of that id that is there already, ended or not, is left as it is. */
export async function startConsumer(
  deps: ActivityDeps,
  team: string,
  event: EventRecord,
  to: Consumer,
  workflowId: string,
): Promise<void> {
  await deps.starter.start({
    type: 'consume',
    workflowId,
    summary: `${to.consumer} · ${event.subject}`,
    input: {
      team,
      agent: to.agent,
      consumer: to.consumer,
      action: to.action,
      event: event as unknown as JsonObject,
      emits: to.emits,
      attempts: to.attempts,
    },
  });
}

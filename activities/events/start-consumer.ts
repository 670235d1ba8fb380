import type { Consumer, EventRecord } from '../../contracts/event-delivery';
import type { JsonObject } from '../../contracts/json';
import type { ActivityDeps } from '../deps';

/** Starts the run of a consumer; false when a run of that id is there already, ended or not: it is left as it is. */
export function startConsumer(
  deps: ActivityDeps,
  team: string,
  event: EventRecord,
  { consumer, agent, action, emits, attempts }: Consumer,
  workflowId: string,
): Promise<boolean> {
  const input = {
    team,
    agent,
    consumer,
    ...(action !== undefined && { action }),
    event: event as unknown as JsonObject,
    emits,
    attempts,
  };
  return deps.starter.start({ type: 'consume', workflowId, summary: `${consumer} · ${event.subject}`, input });
}

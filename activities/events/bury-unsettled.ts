import type { Consumer, EventRecord } from '../../contracts/event-delivery';
import type { FailureRecord } from '../../contracts/failures';
import type { ActivityDeps } from '../deps';

interface Delivered {
  team: string;
  eventPrefix: string;
  event: EventRecord;
  to: Consumer;
  workflowId: string;
}

/**
 * A run of a consumer settles its delivery before it closes, whatever becomes of it. One that is closed and has not (it was
 * terminated, or could not even begin) never will: its event becomes a dead letter, so that somebody can redrive it. True
 * when it did so.
 */
export async function buryUnsettled(deps: ActivityDeps, delivered: Delivered): Promise<boolean> {
  const { team, eventPrefix, event, to, workflowId } = delivered;
  if (await deps.starter.isOpen(workflowId)) return false;
  const key = { team, eventId: event.id, consumer: to.consumer };
  // Only now: what the run has settled stands in the store since before it closed.
  const delivery = await deps.store.deliveries.get(key);
  if (delivery?.state !== 'started' || delivery.workflowId !== workflowId) return false;
  const chain: FailureRecord = {
    kind: 'AgentDisabled',
    message: `The run ${workflowId} is closed and has not settled its event: it was terminated or could not begin.`,
    retryable: false,
    agent: to.agent,
  };
  const letter = { ...key, agent: to.agent, workflowId, subject: event.subject, chain, reason: chain.message };
  await deps.store.deadLetters.add({ ...letter, at: deps.now().toISOString() }, eventPrefix);
  return true;
}

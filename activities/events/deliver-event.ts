import { activityInfo } from '@temporalio/activity';
import type {
  Consumer,
  DeliverEventRequest,
  DeliverEventResult,
  EventRecord,
  Reached,
} from '../../contracts/event-delivery';
import type { Json } from '../../contracts/json';
import type { ActivityDeps } from '../deps';
import { asActivityFailure } from '../fail';
import { keepAlive } from '../heartbeat';
import { makeRedactor } from '../redact';
import { auditOfEvent, envelopeOfEvent } from './event-envelope';
import { deliveryIdFor } from './event-ids';
import { startConsumer } from './start-consumer';

/**
 * Keeps an event and starts a run for everybody who gets it. Each step of it may be repeated: the event stands once, a
 * delivery once per event and consumer, a run once per workflow id. Consumers are runs of their own, not children: whoever
 * publishes knows nothing of them, and ends before they do.
 */
export function makeDeliverEvent(deps: ActivityDeps) {
  return async (request: DeliverEventRequest): Promise<DeliverEventResult> => {
    try {
      return await keepAlive(() => deliver(deps, request));
    } catch (error) {
      throw asActivityFailure(error, {}, makeRedactor(deps.env));
    }
  };
}

async function deliver(deps: ActivityDeps, request: DeliverEventRequest): Promise<DeliverEventResult> {
  const { team, publishedBy } = request;
  const { time: at, ...given } = request.event;
  const { fresh, event } = await deps.store.events.record({ team, ...given, publishedBy, at });
  // What was published first under this id is what everybody gets.
  const { team: _team, publishedBy: _by, at: time, ...stands } = event;
  const reached: Reached[] = [];
  for (const consumer of request.consumers) {
    reached.push(await reach(deps, request, { ...stands, time }, consumer));
  }
  return { fresh, reached };
}

async function reach(
  deps: ActivityDeps,
  request: DeliverEventRequest,
  event: EventRecord,
  to: Consumer,
): Promise<Reached> {
  const { team, refused } = request;
  const { consumer, agent } = to;
  const key = { team, eventId: event.id, consumer };
  const at = deps.now().toISOString();
  const joined = to.wanted ? await join(deps, team, event, to, to.wanted) : event;
  if (!joined) return { consumer, agent, workflowId: '', state: 'joining' };
  const before = request.again ? await deps.store.deliveries.get(key) : null;
  const redrive = before?.state === 'dead' ? before.attempts : 0;
  const workflowId = deliveryIdFor(team, event.id, consumer, redrive);
  const lane = to.ordered && event.subjectKey !== null ? { lane: event.subjectKey } : {};
  const { fresh, delivery } = await deps.store.deliveries.record({ ...key, workflowId, at, ...lane }, request.again);
  if (refused) {
    const { reason, ...letter } = { reason: refused.message, chain: refused, subject: event.subject, at };
    await deps.store.deadLetters.add({ ...key, agent, workflowId, reason, ...letter }, request.eventPrefix);
    return { consumer, agent, workflowId, state: 'refused' };
  }
  await note(deps, request, joined, agent, workflowId);
  if (delivery.state === 'waiting')
    return { consumer, agent, ...(await queueUp(deps, request, joined, to, workflowId)) };
  // A retry of this activity starts what its predecessor only wrote down; a run that is there is left alone.
  if (delivery.state === 'started') await startConsumer(deps, team, joined, to, delivery.workflowId);
  return { consumer, agent, workflowId: delivery.workflowId, state: fresh ? 'started' : 'known' };
}

/** The event with the data of all that it was waiting for, or null while something is missing. */
async function join(
  deps: ActivityDeps,
  team: string,
  event: EventRecord,
  { consumer, standsFor = event.subject }: Consumer,
  wanted: readonly string[],
): Promise<EventRecord | null> {
  const { correlationId, id: eventId } = event;
  const at = deps.now().toISOString();
  const arrival = { team, correlationId, consumer, subject: standsFor, eventId, at };
  const { arrived, fires } = await deps.store.deliveries.arrive(arrival, wanted);
  if (!fires) return null;
  const all = await Promise.all(arrived.map(({ eventId: id }) => deps.store.events.get(team, id)));
  const data: Record<string, Json> = {};
  for (const one of all) if (one) data[one.subject] = one.data;
  return { ...event, data, untrusted: all.some((one) => one?.untrusted ?? true) };
}

async function queueUp(
  deps: ActivityDeps,
  { team }: DeliverEventRequest,
  event: EventRecord,
  to: Consumer,
  workflowId: string,
): Promise<Pick<Reached, 'workflowId' | 'state'>> {
  const lane = { team, consumer: to.consumer, lane: event.subjectKey ?? '' };
  await freeOfTheDead(deps, lane);
  const turn = await deps.store.lanes.take(lane);
  if (!turn) return { workflowId, state: 'waiting' };
  if (turn.eventId === event.id) {
    await startConsumer(deps, team, event, to, workflowId);
    return { workflowId, state: 'started' };
  }
  const first = await deps.store.events.get(team, turn.eventId);
  if (first) await startConsumer(deps, team, { ...first, time: first.at }, to, turn.workflowId);
  return { workflowId, state: 'waiting' };
}

/** A run that was terminated has passed nothing on: its lane must not stand still for ever. */
async function freeOfTheDead(
  deps: ActivityDeps,
  lane: { team: string; consumer: string; lane: string },
): Promise<void> {
  const holder = await deps.store.lanes.holder(lane);
  if (holder === null) return;
  const delivery = await deps.store.deliveries.get({ team: lane.team, eventId: holder, consumer: lane.consumer });
  if (!delivery || delivery.state !== 'started' || (await deps.starter.isOpen(delivery.workflowId))) return;
  await deps.store.deliveries.complete({ ...delivery, state: 'dead', at: deps.now().toISOString() });
  await deps.store.lanes.free(lane, holder);
}

async function note(
  deps: ActivityDeps,
  { run, publishedBy }: DeliverEventRequest,
  event: EventRecord,
  recipient: string,
  workflowId: string,
): Promise<void> {
  const root = `${run.rootWorkflowId}#${run.rootFirstRunId}`;
  const at = deps.now().toISOString();
  await deps.store.messages.put(envelopeOfEvent(root, event, publishedBy, recipient));
  const body = {
    event: event.id,
    subject: event.subject,
    workflowId,
    by: activityInfo().workflowExecution?.workflowId,
  };
  const entry = auditOfEvent('event-delivered', workflowId, at, publishedBy, body);
  await deps.store.audit.append(root, [entry]);
}

import type {
  Consumer,
  DeliverEventRequest,
  DeliverEventResult,
  EventRecord,
  Reached,
} from '../../contracts/event-delivery';
import { eventLimits } from '../../contracts/event';
import { CadreError, type FailureRecord } from '../../contracts/failures';
import { beatingActivity } from '../beating-activity';
import type { ActivityDeps } from '../deps';
import type { Delivery } from '../stores';
import { buryUnsettled } from './bury-unsettled';
import { eventFor, eventOf } from './event-of';
import { deliveryIdFor } from './event-ids';
import { noteDeliveries } from './note-deliveries';
import { startConsumer } from './start-consumer';
import { takeTurn } from './take-turn';

/** An event that a consumer gets: its delivery stands in the store, its run is to be started. */
interface Due {
  to: Consumer;
  /** With the data of all that the consumer has waited for. */
  event: EventRecord;
  delivery: Delivery;
  fresh: boolean;
}

/**
 * Keeps an event and starts a run for everybody who gets it. Each step of it may be repeated: the event stands once, a
 * delivery once per event and consumer, a run once per workflow id. Consumers are runs of their own, not children: whoever
 * publishes knows nothing of them, and ends before they do.
 */
export const makeDeliverEvent = (deps: ActivityDeps): ((request: DeliverEventRequest) => Promise<DeliverEventResult>) =>
  beatingActivity(deps, deliver);

async function deliver(deps: ActivityDeps, request: DeliverEventRequest): Promise<DeliverEventResult> {
  const { team, publishedBy } = request;
  const { time: at, ...given } = request.event;
  // Every chain begins outside, and nobody's word makes what came from there trusted (I8, I9).
  const { fresh, event: stored } = await deps.store.events.record({ team, ...given, untrusted: true, publishedBy, at });
  if (stored.subject !== given.subject) {
    throw new CadreError(
      'InvalidInput',
      `The event ${stored.id} was published as ${stored.subject}; give what happens as ${given.subject} an id of its own.`,
    );
  }
  // What was published first under this id is what everybody gets.
  const event = eventOf(stored);
  const admitted: (Due | Reached)[] = [];
  for (const to of request.consumers) admitted.push(await admit(deps, request, event, to));
  const auditHead = await noteDeliveries(deps, request, admitted.filter(isDue));
  const reached = await Promise.all(admitted.map(async (one) => (isDue(one) ? begin(deps, request, one) : one)));
  return { fresh, reached, auditHead };
}

const isDue = (one: Due | Reached): one is Due => 'delivery' in one;

/** Writes down that a consumer gets the event, unless something is missing for it or the event may go no further. */
async function admit(
  deps: ActivityDeps,
  request: DeliverEventRequest,
  event: EventRecord,
  to: Consumer,
): Promise<Due | Reached> {
  const { team, again } = request;
  const { consumer, agent } = to;
  const { deliveries } = deps.store;
  const key = { team, eventId: event.id, consumer };
  if (to.wanted && !(await completes(deps, team, event, to, to.wanted)))
    return { consumer, agent, workflowId: '', state: 'joining' };
  const joined = to.wanted ? await eventFor(deps, team, event, consumer) : event;
  const before = again ? await deliveries.get(key) : null;
  const redrive = before?.state === 'dead' ? before.attempts : 0;
  const workflowId = deliveryIdFor(team, event.id, consumer, redrive);
  const lane = to.ordered && event.subjectKey !== null ? { lane: event.subjectKey } : {};
  const at = deps.now().toISOString();
  const { fresh, delivery } = await deliveries.record({ ...key, workflowId, at, ...lane }, again);
  const refused = request.refused ?? tooLarge(joined, consumer);
  if (!refused) return { to, event: joined, delivery, fresh };
  const letter = { chain: refused, reason: refused.message, subject: event.subject, at };
  await deps.store.deadLetters.add({ ...key, agent, workflowId: delivery.workflowId, ...letter }, request.eventPrefix);
  return { consumer, agent, workflowId: delivery.workflowId, state: 'refused' };
}

/** Whether this is the one event with which all that the consumer waits for has happened. */
async function completes(
  deps: ActivityDeps,
  team: string,
  { correlationId, id: eventId, subject }: EventRecord,
  { consumer, standsFor = [subject] }: Consumer,
  wanted: readonly string[],
): Promise<boolean> {
  let fires = false;
  for (const one of standsFor) {
    const arrival = { team, correlationId, consumer, subject: one, eventId, at: deps.now().toISOString() };
    fires = (await deps.store.deliveries.arrive(arrival, wanted)).fires;
  }
  return fires;
}

/** The events of a set are bounded one by one; what they are together must fit a run's input as well (I5). */
function tooLarge(event: EventRecord, consumer: string): FailureRecord | undefined {
  const bytes = Buffer.byteLength(JSON.stringify(event));
  if (bytes <= eventLimits.eventBytes + eventLimits.sourceChars * 8) return undefined;
  const message = `What ${consumer} has waited for is ${bytes} bytes of JSON together, more than ${eventLimits.eventBytes}: put the large parts where the events can name them.`;
  return { kind: 'PayloadTooLarge', message, retryable: false };
}

/** A retry starts what its predecessor only wrote down; a run that is there is left alone. */
async function begin(deps: ActivityDeps, request: DeliverEventRequest, due: Due): Promise<Reached> {
  const { team, eventPrefix } = request;
  const { to, event, delivery, fresh } = due;
  const { consumer, agent } = to;
  const { workflowId } = delivery;
  if (delivery.state === 'waiting') {
    const turn = await takeTurn(deps, eventPrefix, { team, consumer, lane: event.subjectKey ?? '' }, to);
    return { consumer, agent, workflowId, state: turn?.workflowId === workflowId ? 'started' : 'waiting' };
  }
  if (delivery.state === 'started' && !(await startConsumer(deps, team, event, to, workflowId)))
    await buryUnsettled(deps, { team, eventPrefix, event, to, workflowId });
  return { consumer, agent, workflowId, state: fresh ? 'started' : 'known' };
}

import { activityInfo } from '@temporalio/activity';
import { bodyToJson, isInline, type Body } from '../../contracts/body';
import type { SettleDeliveryRequest, SettleDeliveryResult } from '../../contracts/event-delivery';
import { eventLimits, eventWorkflowId } from '../../contracts/event';
import type { Json } from '../../contracts/json';
import { beatingActivity } from '../beating-activity';
import type { ActivityDeps } from '../deps';
import { emittedIdFor } from './event-ids';
import { takeTurn } from './take-turn';

type Emitted = SettleDeliveryResult['emitted'][number];

/** Leaves room for what an event says besides its data. */
const emittedBytesMax = eventLimits.eventBytes - 8_192;

/**
 * The end of a delivery: it is done and what follows from it is published, or it is given up and becomes a dead letter.
 * Then the next delivery of its lane begins. Every part of it may be repeated.
 */
export const makeSettleDelivery = (
  deps: ActivityDeps,
): ((request: SettleDeliveryRequest) => Promise<SettleDeliveryResult>) => beatingActivity(deps, settle);

async function settle(deps: ActivityDeps, request: SettleDeliveryRequest): Promise<SettleDeliveryResult> {
  const { team, eventPrefix, event, to, failure, output } = request;
  const { consumer, agent } = to;
  const workflowId = activityInfo().workflowExecution?.workflowId ?? '';
  const key = { team, eventId: event.id, consumer };
  const at = deps.now().toISOString();
  const result: SettleDeliveryResult = { emitted: [] };
  if (failure) {
    const letter = { ...key, agent, workflowId, subject: event.subject, chain: failure, reason: failure.message, at };
    result.deadLetter = (await deps.store.deadLetters.add(letter, eventPrefix)).id;
  } else {
    // Published before it is done: an end without what follows from it would be a lost event.
    if (output) result.emitted = await emitAll(deps, request, output);
    await deps.store.deliveries.complete({ ...key, workflowId, state: 'done', at });
  }
  const lane = await deps.store.lanes.laneOf(key);
  const turn = lane === null ? null : await takeTurn(deps, eventPrefix, { team, consumer, lane }, to);
  return turn ? { ...result, next: turn.workflowId } : result;
}

async function emitAll(deps: ActivityDeps, request: SettleDeliveryRequest, output: Body): Promise<Emitted[]> {
  const { emits } = request.to;
  if (emits.length === 0) return [];
  const data = await dataOf(deps, output);
  return Promise.all(emits.map((subject) => emit(deps, request, subject, data)));
}

/** A consumer cannot open bodies of another one's run: it is handed the value itself, up to what an event may hold. */
async function dataOf({ store }: ActivityDeps, output: Body): Promise<Json> {
  if (isInline(output) || output.bytes > emittedBytesMax) return bodyToJson(output);
  return JSON.parse(await store.blobs.getText(output.blob)) as Json;
}

/** Publishes as anybody else does, by starting a run of `publish`: whoever consumes it is not this one's concern. */
async function emit(
  deps: ActivityDeps,
  { team, event, to }: SettleDeliveryRequest,
  subject: string,
  data: Json,
): Promise<Emitted> {
  const id = emittedIdFor(event.id, to.consumer, subject);
  const workflowId = eventWorkflowId(team, id);
  const { correlationId, subjectKey, hops } = event;
  await deps.starter.start({
    type: 'publish',
    workflowId,
    summary: `publish · ${subject}`,
    input: {
      team,
      subject,
      data,
      id,
      source: `cadre/${team}/${to.agent}`,
      ...(subjectKey !== null && { subjectKey }),
      correlationId,
      causationId: event.id,
      hops: hops + 1,
    },
  });
  return { subject, eventId: id, workflowId };
}

import { activityInfo } from '@temporalio/activity';
import type { Consumer, SettleDeliveryRequest, SettleDeliveryResult } from '../../contracts/event-delivery';
import { eventWorkflowId } from '../../contracts/event';
import type { ActivityDeps } from '../deps';
import { asActivityFailure } from '../fail';
import { keepAlive } from '../heartbeat';
import { makeRedactor } from '../redact';
import { emittedIdFor } from './event-ids';
import { startConsumer } from './start-consumer';

/**
 * The end of a delivery: it is done and what follows from it is published, or it is given up and becomes a dead letter.
 * Then the next delivery of its lane begins. Every part of it may be repeated.
 */
export function makeSettleDelivery(deps: ActivityDeps) {
  return async (request: SettleDeliveryRequest): Promise<SettleDeliveryResult> => {
    try {
      return await keepAlive(() => settle(deps, request));
    } catch (error) {
      throw asActivityFailure(error, {}, makeRedactor(deps.env));
    }
  };
}

async function settle(deps: ActivityDeps, request: SettleDeliveryRequest): Promise<SettleDeliveryResult> {
  const { team, event, consumer, agent, failure } = request;
  const workflowId = activityInfo().workflowExecution?.workflowId ?? '';
  const key = { team, eventId: event.id, consumer };
  const at = deps.now().toISOString();
  const result: SettleDeliveryResult = { emitted: [] };
  if (failure) {
    const letter = { ...key, agent, workflowId, subject: event.subject, chain: failure, reason: failure.message, at };
    result.deadLetter = (await deps.store.deadLetters.add(letter, request.eventPrefix)).id;
  } else {
    for (const subject of request.emits) result.emitted.push(await emit(deps, request, subject));
    await deps.store.deliveries.complete({ ...key, workflowId, state: 'done', at });
  }
  const next = await passOn(deps, request);
  return next === null ? result : { ...result, next };
}

/** Publishes as anybody else does, by starting a run of `publish`: whoever consumes it is not this one's concern. */
async function emit(deps: ActivityDeps, request: SettleDeliveryRequest, subject: string) {
  const { team, event, consumer, agent, data, untrusted } = request;
  const id = emittedIdFor(event.id, consumer, subject);
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
      source: `cadre/${team}/${agent}`,
      ...(subjectKey !== null && { subjectKey }),
      correlationId,
      causationId: event.id,
      hops: hops + 1,
      ...(!untrusted && { trusted: true }),
    },
  });
  return { subject, eventId: id, workflowId };
}

async function passOn(deps: ActivityDeps, request: SettleDeliveryRequest): Promise<string | null> {
  const { team, event, consumer, agent } = request;
  const lane = await deps.store.lanes.laneOf({ team, eventId: event.id, consumer });
  if (lane === null) return null;
  const turn = await deps.store.lanes.passOn({ team, consumer, lane }, event.id);
  const first = turn && (await deps.store.events.get(team, turn.eventId));
  if (!first) return null;
  const { action, attempts } = request;
  const to: Consumer = { consumer, agent, action, emits: request.emits, attempts };
  await startConsumer(deps, team, { ...first, time: first.at }, to, turn.workflowId);
  return turn.workflowId;
}

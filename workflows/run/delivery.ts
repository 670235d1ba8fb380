import { CancellationScope, ContinueAsNew, isCancellation, sleep } from '@temporalio/workflow';
import { eventFault } from '../../contracts/event';
import type { Consumer, EventRecord, SettleDeliveryRequest } from '../../contracts/event-delivery';
import type { FailureRecord } from '../../contracts/failures';
import { CadreError, chainFailure, failures } from '../../contracts/failures';
import type { JsonObject } from '../../contracts/json';
import type { Node } from '../../contracts/node';
import type { AgentView } from '../../contracts/team';
import { untrustedSetOf } from '../../contracts/untrusted';
import { settleDelivery } from './activities';
import { failureOf } from './failure';
import { literal, performNode } from './perform-node';
import type { Outcome, Scope } from './scope';

// One delivery of an event to one consumer: what it works on, how often it is tried, and how it ends.

export interface ConsumeFields {
  /** As `publish` hands it over, or as a person writes it: id, subject and data. */
  event: Partial<EventRecord>;
  agent: string;
  consumer?: string;
  action?: string;
  emits?: string[];
  attempts?: number;
}

export interface Delivered {
  event: EventRecord;
  to: Consumer;
}

export const stopped: FailureRecord = {
  kind: 'AgentDisabled',
  message: 'The run of the consumer was stopped.',
  retryable: false,
};

export function deliveredTo(scope: Scope, fields: ConsumeFields): Delivered {
  const { agent, consumer = agent, action, emits = [], attempts = scope.run.limits.consumerAttempts } = fields;
  return {
    event: wholeEvent(scope, fields.event),
    to: { consumer, agent, emits, attempts, ...(action !== undefined && { action }) },
  };
}

/** Only what is known of an event is taken from what was given: its word for being trusted is none (I8, I9). */
function wholeEvent({ run, from, path }: Scope, given: Partial<EventRecord>): EventRecord {
  const { id = run.started.workflowId, subject = 'unnamed', data = null } = given;
  const { source = from, subjectKey = null, correlationId = id, causationId = null, hops = 0 } = given;
  const time = typeof given.time === 'string' ? given.time : new Date(run.info.startTime).toISOString();
  const event = { id, subject, source, subjectKey, data, correlationId, causationId, hops, time };
  const unnamed = {
    ...(subjectKey === null && { subjectKey: 'none' }),
    ...(causationId === null && { causationId: 'none' }),
  };
  const fault = eventFault({ ...event, ...unnamed });
  if (fault !== undefined) throw new CadreError('InvalidInput', `The event ${fault}.`, { path });
  return event;
}

/** Tries until it is done, or until another attempt is not worth it or not allowed. A cancellation passes through. */
export async function tryOften(scope: Scope, delivered: Delivered): Promise<Outcome | FailureRecord> {
  const { agent, attempts } = delivered.to;
  const place = withEvent(scope, delivered.event);
  let failure: FailureRecord | null = null;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await performNode(place, nodeOf(scope, delivered), literal);
    } catch (error) {
      if (isCancellation(error) || error instanceof ContinueAsNew) throw error;
      const record: FailureRecord = { ...failureOf(error, { path: scope.path }), attempt };
      failure = failure ? chainFailure(record, failure) : record;
      scope.run.note('attempt-failed', agent, scope.path, `${attempt} of ${attempts}: ${record.message}`);
      if (!isWorthAnother(record) || attempt >= attempts) return failure;
      const waitMs = scope.run.limits.consumerRetryMs * 2 ** (attempt - 1);
      await sleep(waitMs, { summary: `${agent} · waits before attempt ${attempt + 1}` });
    }
  }
}

/** What a second attempt would not meet again: limits, refusals and mistakes of the team stay as they are. */
function isWorthAnother({ kind }: FailureRecord): boolean {
  return ['retry', 'repair', 'fallback', 'tell-model'].includes(failures[kind].next);
}

function withEvent(scope: Scope, event: EventRecord): Scope {
  const untrusted = untrustedSetOf([`event:${event.id}`]);
  const material = {
    kind: 'material' as const,
    label: `event ${event.subject}`,
    from: event.source,
    body: { inline: { ...event } },
    untrusted,
  };
  return {
    ...scope,
    from: event.source,
    causationId: event.id,
    untrusted,
    material: [...scope.material, material],
  };
}

/** A tool that the agent may call is called with the event's data; any other text is the agent's task. */
function nodeOf({ run, task }: Scope, { event, to: { agent, action } }: Delivered): Node {
  const tool = action === undefined ? undefined : toolNamed(run.team.agents[agent], action);
  if (tool !== undefined) return { tool, by: agent, args: event.data as JsonObject, name: agent };
  return { agent, task: action ?? task };
}

function toolNamed(agent: AgentView | undefined, name: string): string | undefined {
  return agent?.tools.find((tool) => !tool.includes('*') && (tool === name || tool.split('.').at(-1) === name));
}

/** Not to be stopped: a delivery that has ended and is not settled would neither be done nor a dead letter. */
export function settle(scope: Scope, { event, to }: Delivered, end: Outcome | FailureRecord): Promise<void> {
  const { run, path } = scope;
  const { ref, team } = run;
  const request: SettleDeliveryRequest = {
    run: ref,
    team: team.name,
    eventPrefix: team.eventPrefix ?? team.name,
    event,
    to,
    ...('kind' in end ? { failure: end } : follows(end) && { output: end.private ? withheld : end.output }),
  };
  const what = request.failure ? 'dead letter' : `done · ${request.output ? to.emits.length : 0} events follow`;
  return CancellationScope.nonCancellable(async () => {
    const { emitted, deadLetter } = await settleDelivery.executeWithOptions({ summary: `${to.consumer} · ${what}` }, [
      request,
    ]);
    for (const { subject, eventId } of emitted) run.note('event-emitted', to.agent, path, `${subject} ${eventId}`);
    if (deadLetter !== undefined) run.note('dead-letter', to.agent, path, deadLetter);
  });
}

/** Events go to whoever subscribes, on the bus as well: what is private stays behind, and only that it happened goes on. */
const withheld = { inline: { withheld: 'private' } };

/** What a person has refused has not happened. */
const follows = ({ status }: Outcome): boolean => status === 'completed' || status === 'partial';

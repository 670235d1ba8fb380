import { sleep } from '@temporalio/workflow';
import { bodyToJson } from '../../contracts/body';
import type { EventRecord, SettleDeliveryRequest } from '../../contracts/event-delivery';
import type { FailureRecord } from '../../contracts/failures';
import { failures } from '../../contracts/failures';
import type { JsonObject } from '../../contracts/json';
import type { Node } from '../../contracts/node';
import type { AgentView } from '../../contracts/team';
import { untrustedSetOf } from '../../contracts/untrusted';
import { settleDelivery } from './activities';
import type { Outcome, Scope } from './scope';

// One delivery of an event to one consumer: what it works on, and how it ends.

export interface ConsumeFields {
  /** As `publish` hands it over, or as a person writes it: id, subject and data. */
  event: Partial<EventRecord>;
  agent: string;
  consumer?: string;
  action?: string;
  emits?: string[];
  attempts?: number;
}

export const cancelled: FailureRecord = {
  kind: 'AgentDisabled',
  message: 'The run of the consumer was stopped.',
  retryable: false,
};

/** Waits before the next attempt, each time twice as long. */
export async function waitAfter(scope: Scope, agent: string, attempt: number): Promise<void> {
  const waitMs = scope.run.limits.consumerRetryMs * 2 ** (attempt - 1);
  await sleep(waitMs, { summary: `${agent} · waits before attempt ${attempt + 1}` });
}

/** What a second attempt would meet again: limits, refusals, mistakes of the team. */
export function isWorthAnother({ kind }: FailureRecord): boolean {
  return ['retry', 'repair', 'fallback', 'reassign', 'tell-model'].includes(failures[kind].next);
}

export type WithEvent = ConsumeFields & { event: EventRecord };

export function wholeEvent(scope: Scope, given: Partial<EventRecord>): EventRecord {
  const { workflowId } = scope.run.started;
  const { id = workflowId, subject = 'unnamed', data = null } = given;
  const time = new Date(scope.run.info.startTime).toISOString();
  const first = { source: scope.from, subjectKey: null, correlationId: id, causationId: null, hops: 0 };
  return { ...first, untrusted: true, time, ...given, id, subject, data };
}

export function withEvent(scope: Scope, event: EventRecord): Scope {
  const untrusted = event.untrusted ? untrustedSetOf([`event:${event.id}`]) : scope.untrusted;
  return {
    ...scope,
    from: event.source,
    causationId: event.id,
    untrusted,
    material: [
      ...scope.material,
      {
        kind: 'material',
        label: `event ${event.subject}`,
        from: event.source,
        body: { inline: { ...event } },
        untrusted,
      },
    ],
  };
}

/** A tool that the agent may call is called with the event's data; any other text is the agent's task. */
export function nodeOf(scope: Scope, { agent, action, event }: WithEvent): Node {
  const tool = action === undefined ? undefined : toolNamed(scope.run.team.agents[agent], action);
  if (tool !== undefined) return { tool, by: agent, args: event.data as JsonObject, name: agent };
  return { agent, task: action ?? scope.task };
}

function toolNamed(agent: AgentView | undefined, name: string): string | undefined {
  return agent?.tools.find((tool) => !tool.includes('*') && (tool === name || tool.split('.').at(-1) === name));
}

export async function settle(scope: Scope, fields: WithEvent, end: Outcome | FailureRecord): Promise<void> {
  const { run } = scope;
  const { event, agent, consumer = agent, action = scope.task, attempts = run.limits.consumerAttempts } = fields;
  const request: SettleDeliveryRequest = {
    run: run.ref,
    team: run.team.name,
    eventPrefix: run.team.eventPrefix ?? run.team.name,
    event,
    consumer,
    agent,
    action,
    attempts,
    emits: [],
    data: null,
    untrusted: event.untrusted,
  };
  if ('kind' in end) request.failure = end;
  else if (end.status !== 'rejected') {
    request.emits = fields.emits ?? [];
    request.data = bodyToJson(end.output);
    request.untrusted = event.untrusted || end.untrusted !== null;
  }
  const what = request.failure ? 'dead letter' : `done · ${request.emits.length} events follow`;
  const { emitted, deadLetter } = await settleDelivery.executeWithOptions({ summary: `${consumer} · ${what}` }, [
    request,
  ]);
  for (const { subject, eventId } of emitted) run.note('event-emitted', agent, scope.path, `${subject} ${eventId}`);
  if (deadLetter !== undefined) run.note('dead-letter', agent, scope.path, deadLetter);
}

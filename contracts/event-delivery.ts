import type { RunRef } from './activities';
import type { Body } from './body';
import type { FailureRecord } from './failures';
import type { Json } from './json';
import { isJsonObject } from './json';
import { limits } from './limits';
import { slug } from './names';
import { subjectFits } from './subjects';
import type { TeamView } from './team';

/**
 * An event on its way, with the attributes of CloudEvents 1.0 that we use and where it stands in a chain of events. It
 * says nothing of trust: every chain begins outside, so what a consumer is handed is untrusted, whoever hands it (I8, I9).
 */
export interface EventRecord {
  id: string;
  /** CloudEvents `type`: what happened, as NATS spells subjects. */
  subject: string;
  source: string;
  /** CloudEvents `subject`: what it happened to; deliveries with the same key keep their order where asked. */
  subjectKey: string | null;
  data: Json;
  /** The same for all events that follow from one. */
  correlationId: string;
  causationId: string | null;
  /** Events before this one in its chain. */
  hops: number;
  time: string;
}

/** Who gets an event, and what it is to do with it. */
export interface Consumer {
  /** Unique in a team; with the event's id the key of a delivery. */
  consumer: string;
  agent: string;
  /** A task, or the name of one of its tools. */
  action?: string;
  emits: string[];
  /** Something must have happened for each of these under one correlation id (the subject itself, and `allOf`). */
  wanted?: string[];
  /** Those of them that this event fits. */
  standsFor?: string[];
  ordered?: true;
  attempts: number;
}

export interface DeliverEventRequest {
  run: RunRef;
  team: string;
  eventPrefix: string;
  event: EventRecord;
  publishedBy: string;
  consumers: Consumer[];
  /** Takes deliveries up again that were given up. */
  again?: true;
  /** The event may go no further: every consumer gets a dead letter that says so. */
  refused?: FailureRecord;
}
export interface Reached {
  consumer: string;
  agent: string;
  workflowId: string;
  /** `known`: it got this event before. `waiting`: behind another event of its lane. `joining`: others must happen first. */
  state: 'started' | 'known' | 'waiting' | 'joining' | 'refused';
}
export interface DeliverEventResult {
  /** False when the event had been published before. */
  fresh: boolean;
  reached: Reached[];
  /** End of the run's audit chain. */
  auditHead: string;
}

export interface SettleDeliveryRequest {
  run: RunRef;
  team: string;
  eventPrefix: string;
  event: EventRecord;
  /** The subscription: the next event of its lane is for it too. */
  to: Consumer;
  /** The failure that made it give up; absent when it is done. */
  failure?: FailureRecord;
  /** What it came to: the data of the events that follow. Without it none do. */
  output?: Body;
}
export interface SettleDeliveryResult {
  emitted: { subject: string; eventId: string; workflowId: string }[];
  deadLetter?: string;
  /** The run that has the lane now. */
  next?: string;
}

const attemptsMax = 20;

/** Everybody who gets an event of this subject, in the order of the team's file: its table first, then its agents. */
export function consumersOf(team: Pick<TeamView, 'agents' | 'events'>, subject: string): Consumer[] {
  const found: Consumer[] = [];
  for (const entry of team.events ?? []) {
    if (!isJsonObject(entry) || typeof entry['subject'] !== 'string' || !Array.isArray(entry['consumers'])) continue;
    for (const consumer of entry['consumers']) {
      if (isJsonObject(consumer)) add(found, subject, entry['subject'], consumer as unknown as Subscription);
    }
  }
  for (const [agent, view] of Object.entries(team.agents)) {
    for (const subscription of view.eventSubscriptions ?? [])
      add(found, subject, subscription.subject, { ...subscription, agent });
  }
  return found;
}

interface Subscription {
  agent: string;
  action?: string;
  emits?: string[];
  allOf?: string[];
  ordered?: boolean;
  attempts?: number;
}

function add(found: Consumer[], subject: string, pattern: string, given: Subscription): void {
  const wanted = given.allOf && given.allOf.length > 0 ? [...new Set([pattern, ...given.allOf])] : undefined;
  const standsFor = (wanted ?? [pattern]).filter((one) => subjectFits(one, subject));
  if (standsFor.length === 0) return;
  const { agent, action, emits = [], attempts = limits.consumerAttempts } = given;
  const name = action === undefined ? agent : `${agent}.${slug(action)}`;
  if (found.some(({ consumer }) => consumer === name)) return;
  found.push({
    consumer: name,
    agent,
    ...(action !== undefined && { action }),
    emits,
    ...(wanted && { wanted, standsFor }),
    ...(given.ordered && { ordered: true as const }),
    attempts: Math.min(attempts, attemptsMax),
  });
}

import { utf8ToBytes } from '@noble/hashes/utils';

import { sha256Hex } from './digest';
import type { Json, JsonObject } from './json';

/**
 * An event on its way in: the one JSON object that the workflow type `publish` takes (contract §3). Its parts are those
 * of a CloudEvent 1.0: `subject` is the CloudEvent's `type`, `subjectKey` its `subject`.
 */
export interface EventInput {
  team?: string;
  /** Where it is published: words joined by dots, such as `acme.events.pr.merged`. */
  subject: string;
  data: Json;
  /** Who says so, as a URI reference; a claim. */
  source?: string;
  /** The same id is the same event, however often it comes. */
  id?: string;
  /** What it is about; with the same key, consumers that ask for it get events in their order. */
  subjectKey?: string;
  correlationId?: string;
  causationId?: string;
  /** Events between the first one and this. */
  hops?: number;
  /** Only this consumer gets it, once more: a dead letter that is tried again. */
  only?: string;
}

/** An event that is published to one team. */
export interface EventRequest extends EventInput {
  team: string;
}

export interface PublishedEvent {
  eventId: string;
  /** The run of type `publish` that brings the event to its consumers; the same however often it is published. */
  workflowId: string;
  /** True when an event of this id was published before: nothing was started. */
  duplicate: boolean;
}

export const eventLimits = {
  subjectChars: 255,
  idChars: 256,
  sourceChars: 1024,
  subjectKeyChars: 256,
  /** Of the event as JSON; what is larger belongs into an artifact that the event names. */
  eventBytes: 200_000,
} as const;

/**
 * Whether a text is a subject that can be published to: no empty word, no wildcard, nothing that NATS would not take or
 * would take as an order to itself (`$JS.API…`, `_INBOX…`).
 */
export function isEventSubject(text: string): boolean {
  if (text.length > eventLimits.subjectChars || /^[$_]/.test(text)) return false;
  return text.split('.').every((word) => /^[^\s*>\p{Cc}]+$/u.test(word));
}

/**
 * `publish/<team>/<event>`: the same event of a team always gets the same id, so that Temporal itself refuses it a second
 * time. An id that is not fit for a workflow id stands there as its digest, and never looks like another one's.
 */
export function eventWorkflowId(team: string, eventId: string, redrive?: string): string {
  return ['publish', idPart(team), idPart(eventId), ...(redrive === undefined ? [] : [idPart(redrive)])].join('/');
}

export function idPart(name: string): string {
  const plain = /^[A-Za-z0-9][\w-]{0,63}$/.test(name) && !name.startsWith('sha256-');
  return plain ? name : `sha256-${sha256Hex(name).slice(0, 40)}`;
}

/** What is wrong with an event, as the end of a sentence; undefined when nothing is. Types are checked, unknown keys are not. */
export function eventFault(event: JsonObject): string | undefined {
  const { subject, data, hops } = event;
  if (typeof subject !== 'string' || !isEventSubject(subject)) {
    return `needs a subject of words joined by dots, without "*" and ">", of at most ${eventLimits.subjectChars} characters`;
  }
  if (data === undefined) return 'needs data: any JSON value, null if there is none';
  const texts = { id: 'idChars', source: 'sourceChars', subjectKey: 'subjectKeyChars', correlationId: 'idChars', causationId: 'idChars' } as const; // prettier-ignore
  for (const [key, limit] of Object.entries(texts)) {
    const value = event[key];
    if (value === undefined) continue;
    if (typeof value !== 'string' || value === '' || value.length > eventLimits[limit] || /\p{Cc}/u.test(value)) {
      return `has ${key} that is no text of 1 to ${eventLimits[limit]} characters on one line`;
    }
  }
  if (hops !== undefined && !(typeof hops === 'number' && Number.isSafeInteger(hops) && hops >= 0)) {
    return 'has hops that are no whole number';
  }
  const size = utf8ToBytes(JSON.stringify(event)).length;
  if (size > eventLimits.eventBytes) {
    return `is ${size} bytes of JSON, more than ${eventLimits.eventBytes}: put the large part where the event can name it`;
  }
  return undefined;
}

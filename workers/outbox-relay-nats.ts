import { headers as makeHeaders, type MsgHdrs } from '@nats-io/transport-node';
import type { Logger } from 'pino';

import type { DeadLetter, OutboxEntry, Store, StoredEvent } from '../activities/stores';
import { isEventSubject } from '../contracts/event';
import { CadreError } from '../contracts/failures';
import { isJsonObject, type Json, textOf } from '../contracts/json';
import type { Nats } from './nats-bridge-connect';

/** Which team of which store has published a message: what it is told from when it comes back. */
export const originHeader = 'Cadre-Origin';
const ackWithinMs = 5_000;
const probeKeptMs = 10_000;
const probesMax = 1_000;

export interface NatsSenderOptions {
  nats: Nats;
  store: Pick<Store, 'events' | 'deadLetters'>;
  origin: string;
  /** Only below `<prefix>.events` and `<prefix>.dlq` of these is anything sent. */
  eventPrefixes: readonly string[];
  log: Logger;
}

interface Outgoing {
  id: string;
  body: Json;
  headers: MsgHdrs;
}

/**
 * Sends an entry of the outbox: an event as a CloudEvent in binary mode, whose body is plain JSON for `nats sub`, or a
 * dead letter with its event. `Nats-Msg-Id` is the id, so that a stream keeps one of two. A subject that no stream
 * captures is published plainly, for whoever listens. Rejects when NATS does not answer: the relay tries again.
 */
export function makeNatsSender(options: NatsSenderOptions): (entry: OutboxEntry) => Promise<void> {
  const { nats, eventPrefixes, log } = options;
  const captured = makeStreamProbe(nats);
  return async (entry) => {
    const { subject } = entry;
    const places = eventPrefixes.flatMap((prefix) => [`${prefix}.events.`, `${prefix}.dlq.`]);
    // An agent names the subject: one outside its prefix could be an order to the NATS server itself (I9).
    if (!isEventSubject(subject) || !places.some((place) => subject.startsWith(place))) {
      log.warn({ subject }, 'An event outside the event prefixes of the teams is not sent to NATS.');
      return;
    }
    const outgoing = await (entry.kind === 'event' ? eventOf(options, entry) : letterOf(options, entry));
    if (!outgoing) return;
    const { id, headers } = outgoing;
    const payload = JSON.stringify(outgoing.body);
    const most = nats.connection.info?.max_payload ?? Infinity;
    if (Buffer.byteLength(payload) > most) {
      throw new CadreError('PayloadTooLarge', `The NATS server takes ${most} bytes; ${subject} (${id}) is larger.`);
    }
    if (await captured(subject)) {
      await nats.jetstream.publish(subject, payload, { msgID: id, headers, timeout: ackWithinMs });
    } else {
      // Nobody would acknowledge it. A stream that is made meanwhile takes it all the same, by its id.
      headers.set('Nats-Msg-Id', id);
      nats.connection.publish(subject, payload, { headers });
      await nats.connection.flush();
    }
  };
}

/** Whether a stream keeps what is published to a subject; asked again after a while, for each subject. */
function makeStreamProbe({ manager }: Nats): (subject: string) => Promise<boolean> {
  const known = new Map<string, { answer: boolean; askedAtMs: number }>();
  return async (subject) => {
    const before = known.get(subject);
    if (before && performance.now() - before.askedAtMs < probeKeptMs) return before.answer;
    const answer = (await manager.streams.names(subject).next()).length > 0;
    if (known.size >= probesMax) known.clear();
    known.set(subject, { answer, askedAtMs: performance.now() });
    return answer;
  };
}

async function eventOf({ store, origin }: NatsSenderOptions, { body }: OutboxEntry): Promise<Outgoing | undefined> {
  const event = isJsonObject(body) ? await store.events.get(textOf(body['team']), textOf(body['eventId'])) : null;
  if (!event) return undefined;
  const headers = makeHeaders();
  const attributes = {
    specversion: '1.0',
    id: event.id,
    source: event.source,
    type: event.subject,
    subject: event.subjectKey,
    time: event.at,
    correlationid: event.correlationId,
    causationid: event.causationId,
    hops: String(event.hops),
  };
  for (const [name, value] of Object.entries(attributes)) if (value !== null) headers.set(`ce-${name}`, value);
  headers.set('Content-Type', 'application/json');
  headers.set(originHeader, `${origin}/${event.team}`);
  return { id: event.id, body: event.data, headers };
}

async function letterOf({ store }: NatsSenderOptions, { body }: OutboxEntry): Promise<Outgoing | undefined> {
  const letter = isJsonObject(body) ? await store.deadLetters.get(textOf(body['deadLetterId'])) : null;
  if (!letter) return undefined;
  const event = await store.events.get(letter.team, letter.eventId);
  const headers = makeHeaders();
  headers.set('Content-Type', 'application/json');
  return { id: letter.id, body: letterBody(letter, event), headers };
}

/** A dead letter as it stands on the bus. */
function letterBody(letter: DeadLetter, event: StoredEvent | null): Json {
  const { id, team, consumer, agent, eventId, subject, reason, at, workflowId } = letter;
  return {
    id,
    team,
    consumer,
    agent,
    workflowId,
    reason,
    at,
    chain: letter.chain as unknown as Json,
    event: { id: eventId, subject, source: event?.source ?? null, data: event?.data ?? null },
  };
}

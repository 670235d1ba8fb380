import { setTimeout as sleep } from 'node:timers/promises';

import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import type { Logger } from 'pino';

import { cameOverNats, type Store } from '../activities/stores';
import { eventFault, type EventRequest, type PublishedEvent } from '../contracts/event';
import { CadreError, failures, toFailureRecord } from '../contracts/failures';
import type { Nats } from './nats-bridge-connect';
import { ensureConsumer, ensureEventStream } from './nats-bridge-streams';
import { originHeader } from './outbox-relay-nats';
import { readCloudEvent } from './read-cloud-event';

export interface BridgedTeam {
  name: string;
  eventPrefix: string;
}

export interface NatsBridgeOptions {
  nats: Nats;
  store: Pick<Store, 'events' | 'deadLetters'>;
  teams: readonly BridgedTeam[];
  /** Starts the run that brings the event to its consumers; the same id again starts nothing. */
  publish: (event: EventRequest) => Promise<PublishedEvent>;
  /** Name of this store among those that speak over the bus. */
  origin: string;
  log: Logger;
  now?: () => Date;
}

export interface NatsBridge {
  /** Stream and consumer of each team. */
  readonly places: readonly { team: string; stream: string; consumer: string }[];
  /** Takes no more messages and waits for the one in hand. */
  close(): Promise<void>;
}

const retryFirstMs = 500;
const retryLongestMs = 30_000;
const againAfterMs = 1_000;

/** Brings what is published to `<eventPrefix>.events.>` to the consumers of the teams, one durable consumer per team. */
export async function startNatsBridge(options: NatsBridgeOptions): Promise<NatsBridge> {
  const lanes = await Promise.all(options.teams.map((team) => new Lane(team, options).open()));
  return {
    places: lanes.map(({ place }) => place),
    close: async () => {
      await Promise.all(lanes.map((lane) => lane.close()));
    },
  };
}

/** The messages of one team, one after another, so that runs start in the order of the stream. */
class Lane {
  private stream = '';
  private consumer = '';
  private messages: ConsumerMessages | undefined;
  private readonly closing = new AbortController();
  private done: Promise<void> = Promise.resolve();

  constructor(
    private readonly team: BridgedTeam,
    private readonly options: NatsBridgeOptions,
  ) {}

  get place(): NatsBridge['places'][number] {
    return { team: this.team.name, stream: this.stream, consumer: this.consumer };
  }

  async open(): Promise<this> {
    await this.attach();
    this.done = this.consume();
    return this;
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.messages?.close();
    await this.done;
  }

  private async attach(): Promise<void> {
    const { manager, jetstream } = this.options.nats;
    this.stream = await ensureEventStream(manager, this.team.eventPrefix);
    this.consumer = await ensureConsumer(manager, this.stream, this.team);
    const consumer = await jetstream.consumers.get(this.stream, this.consumer);
    this.messages = await consumer.consume({ max_messages: 32, abort_on_missing_resource: true });
  }

  /** Until it is closed: a server that comes back empty gets its stream and consumer again. */
  private async consume(): Promise<void> {
    const { signal } = this.closing;
    while (!signal.aborted) {
      try {
        if (!this.messages) await this.attach();
        for await (const message of this.messages ?? []) {
          await this.take(message);
          if (signal.aborted) break;
        }
      } catch (error) {
        this.options.log.warn({ err: error, team: this.team.name }, 'The NATS consumer was lost; it is made again.');
      }
      this.messages = undefined;
      if (!signal.aborted) await sleep(againAfterMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Acknowledged only once the run is started; what fails is delivered again, later each time. Never throws. */
  private async take(message: JsMsg): Promise<void> {
    const { log, origin } = this.options;
    const { subject } = message;
    try {
      // Published by this team over this store: its consumers have it. Other teams of the store take it.
      if (message.headers?.get(originHeader) !== `${origin}/${this.team.name}`) await this.publish(message);
      message.ack();
    } catch (error) {
      if (CadreError.is(error) && !failures[error.kind].retryable) {
        if (await this.bury(message, error)) {
          message.term(error.message);
          return;
        }
      }
      const waitMs = Math.min(retryLongestMs, retryFirstMs * 2 ** Math.min(10, message.info.deliveryCount - 1));
      log.warn({ err: error, subject, attempt: message.info.deliveryCount }, 'An event could not be taken yet.');
      message.nak(waitMs);
    }
  }

  private async publish(message: JsMsg): Promise<void> {
    const { store, publish, now = () => new Date() } = this.options;
    const event = readCloudEvent({
      body: Buffer.from(message.data.buffer, message.data.byteOffset, message.data.byteLength),
      contentType: message.headers?.get('Content-Type') || undefined,
      attribute: (name) => message.headers?.get(`ce-${name}`) || undefined,
      defaults: { subject: message.subject, id: idOf(message), source: `nats:${message.info.stream}` },
    });
    const fault = eventFault({ ...event });
    if (fault !== undefined) throw new CadreError('InvalidInput', `The event ${fault}.`);
    // Kept first, as one that came over the bus: whoever records it afterwards finds it and does not send it back.
    await store.events.record({
      team: this.team.name,
      id: event.id,
      subject: event.subject,
      source: event.source,
      subjectKey: event.subjectKey ?? null,
      data: event.data,
      correlationId: event.correlationId ?? event.id,
      causationId: event.causationId ?? null,
      hops: event.hops ?? 0,
      untrusted: true,
      publishedBy: cameOverNats,
      at: now().toISOString(),
    });
    await publish({ team: this.team.name, ...event });
  }

  /** What can never be an event becomes a dead letter: it would come again for ever. False when the store is away. */
  private async bury(message: JsMsg, error: CadreError): Promise<boolean> {
    const { store, now = () => new Date(), log } = this.options;
    const { stream, streamSequence } = message.info;
    const letter = {
      team: this.team.name,
      consumer: 'nats-bridge',
      agent: 'nats-bridge',
      eventId: idOf(message).slice(0, 256),
      subject: message.subject,
      workflowId: `nats/${stream}/${streamSequence}`,
      chain: toFailureRecord(error),
      reason: error.message,
      at: now().toISOString(),
    };
    try {
      await store.deadLetters.add(letter, this.team.eventPrefix);
      return true;
    } catch (cause) {
      log.warn({ err: cause }, 'A message that is no event could not be kept as a dead letter yet.');
      return false;
    }
  }
}

/** What the publisher says, else the place in the stream; with the time, since a stream that is made anew counts from one. */
function idOf({ headers, info, timestampNanos }: JsMsg): string {
  return headers?.get('Nats-Msg-Id') || `${info.stream}-${info.streamSequence}-${timestampNanos}`;
}

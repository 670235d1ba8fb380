import { randomBytes } from 'node:crypto';
import path from 'node:path';

import type { Logger } from 'pino';

import { openStore } from '../activities/stores';
import type { EventRequest, PublishedEvent } from '../contracts/event';
import type { Config } from './config';
import type { EventTeam } from './event-teams';
import { type NatsBridge, startNatsBridge } from './nats-bridge';
import { connectNats } from './nats-bridge-connect';
import { startOutboxRelay } from './outbox-relay';
import { makeNatsSender } from './outbox-relay-nats';

export interface NatsDoorOptions {
  config: Config;
  url: string | undefined;
  teams: readonly EventTeam[];
  publish: (event: EventRequest) => Promise<PublishedEvent>;
  log: Logger;
}

export interface NatsDoor {
  /** Host and port of the NATS server. */
  readonly place: string;
  readonly places: NatsBridge['places'];
  close(): Promise<void>;
}

/** NATS both ways: the bridge brings events in, the relay takes the outbox out. With a handle of its own on the store. */
export async function openNatsDoor({ config, url, teams, publish, log }: NatsDoorOptions): Promise<NatsDoor> {
  const { home, databaseUrl } = config;
  const opened: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of opened.splice(0).reverse()) await end();
  };
  try {
    const nats = await connectNats(config, url);
    opened.push(() => nats.connection.close());
    const store = await openStore({ file: path.join(home, 'cadre.db'), databaseUrl, log, poolMax: 2 });
    opened.push(() => store.close());
    const origin = await store.outbox.origin(randomBytes(8).toString('hex'));
    const eventPrefixes = [...new Set(teams.map(({ eventPrefix }) => eventPrefix))];
    const send = makeNatsSender({ nats, store, origin, eventPrefixes, log });
    const relay = await startOutboxRelay({ outbox: store.outbox, send, log });
    opened.push(() => relay.close());
    const bridge = await startNatsBridge({ nats, store, teams, publish, origin, log });
    opened.push(() => bridge.close());
    return { place: nats.place, places: bridge.places, close };
  } catch (error) {
    await close();
    throw error;
  }
}

import path from 'node:path';

import type { Logger } from 'pino';

import {
  type DeadLetter,
  type DeadLetterState,
  type Delivery,
  openStore,
  type Store,
  type StoredEvent,
} from '../activities/stores';
import { CadreError } from '../contracts/failures';
import type { Config } from './config';

export type { DeadLetter, DeadLetterState, Delivery, StoredEvent };
export type EventStoreConfig = Pick<Config, 'home' | 'databaseUrl'>;

/** An event with everybody who got it, and all that happened under the same correlation id. */
export interface EventAccount {
  event: StoredEvent;
  deliveries: Delivery[];
  chain: StoredEvent[];
}

const chainMax = 500;

/** The latest events, newest first, of a team or of all. */
export function listEvents(config: EventStoreConfig, log: Logger, filter: { team?: string; limit: number }) {
  return withStore(config, log, (store) => store.events.list(filter.team, 0, filter.limit));
}

/** Throws `InvalidInput` when the team has no event of this id. */
export function accountOfEvent(config: EventStoreConfig, log: Logger, team: string, id: string): Promise<EventAccount> {
  return withStore(config, log, async (store) => {
    const event = await store.events.get(team, id);
    if (!event) throw new CadreError('InvalidInput', `The team ${team} has no event "${id}" in this store.`);
    const deliveries = await store.deliveries.list(team, id);
    const chain = await store.events.listChain(team, event.correlationId, 0, chainMax);
    return { event, deliveries, chain };
  });
}

export function listDeadLetters(
  config: EventStoreConfig,
  log: Logger,
  filter: { team?: string; state?: DeadLetterState; limit: number },
): Promise<DeadLetter[]> {
  return withStore(config, log, (store) => store.deadLetters.list(filter, 0, filter.limit));
}

/** A dead letter with its event; null when what came in was none. Throws `InvalidInput` when there is no such letter. */
export function findDeadLetter(
  config: EventStoreConfig,
  log: Logger,
  id: string,
): Promise<{ letter: DeadLetter; event: StoredEvent | null }> {
  return withStore(config, log, async (store) => {
    const letter = await store.deadLetters.get(id);
    if (!letter)
      throw new CadreError('InvalidInput', `There is no dead letter "${id}". List them with: cadre dlq list`);
    return { letter, event: await store.events.get(letter.team, letter.eventId) };
  });
}

/** False when it was settled before. */
export function settleDeadLetter(
  config: EventStoreConfig,
  log: Logger,
  settlement: { id: string; state: Exclude<DeadLetterState, 'open'>; by: string },
): Promise<boolean> {
  const { id, state, by } = settlement;
  return withStore(config, log, (store) => store.deadLetters.settle(id, state, by, new Date().toISOString()));
}

async function withStore<T>(
  { home, databaseUrl }: EventStoreConfig,
  log: Logger,
  use: (store: Store) => Promise<T>,
): Promise<T> {
  const store = await openStore({ file: path.join(home, 'cadre.db'), databaseUrl, log, poolMax: 2 });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

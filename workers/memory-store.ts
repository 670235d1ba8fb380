import path from 'node:path';

import type { Logger } from 'pino';

import { type MemoryReading, type MemoryRecord, openStore, type Quarantined, type Store } from '../activities/stores';
import { CadreError } from '../contracts/failures';
import type { Config } from './config';

export type { MemoryReading, MemoryRecord, Quarantined };
type MemoryConfig = Pick<Config, 'home' | 'databaseUrl'>;

/** An entry with the untrusted sources it was written from. */
export type MemoryAccount = MemoryRecord & { sources: readonly string[] };

export interface MemoryFilter {
  team?: string | undefined;
  tag?: string | undefined;
  writer?: string | undefined;
  /** Versions that no longer count as well. */
  all?: boolean | undefined;
  limit: number;
}

/** The latest entries, newest first, of a team or of all. */
export function listMemory(config: MemoryConfig, log: Logger, filter: MemoryFilter): Promise<MemoryRecord[]> {
  const { team: namespace, ...rest } = filter;
  return withStore(config, log, (store) => store.memory.list({ ...rest, namespace, now: new Date() }));
}

/** All versions of an entry and who was given it. Throws `InvalidInput` when there is none, or several teams have one. */
export function showMemory(
  config: MemoryConfig,
  log: Logger,
  key: string,
  team?: string,
): Promise<{ versions: MemoryAccount[]; readings: MemoryReading[] }> {
  return withStore(config, log, async (store) => {
    const records = await store.memory.list({ namespace: team, key, all: true, now: new Date() });
    const namespace = onlyNamespace(records, key, team);
    const versions = await Promise.all(
      records.map(async (record) => ({ ...record, sources: await sourcesOf(store, record) })),
    );
    return { versions, readings: await store.memory.readings(namespace, key) };
  });
}

/** Takes the content of an entry away for good; the number of versions. Throws `InvalidInput` as `showMemory`. */
export function forgetMemory(
  config: MemoryConfig,
  log: Logger,
  order: { key: string; team?: string | undefined; by: string },
): Promise<{ namespace: string; versions: number }> {
  const { key, team, by } = order;
  return withStore(config, log, async (store) => {
    const records = await store.memory.list({ namespace: team, key, all: true, now: new Date() });
    const namespace = onlyNamespace(records, key, team);
    return { namespace, versions: await store.memory.forget({ namespace, key, by, at: new Date().toISOString() }) };
  });
}

/** Withdraws all entries of a writer. Throws `InvalidInput` when no agent of that name has written any. */
export function quarantineMemory(
  config: MemoryConfig,
  log: Logger,
  order: { writer: string; team?: string | undefined; by: string },
): Promise<Quarantined> {
  const { writer, team, by } = order;
  return withStore(config, log, async (store) => {
    const done = await store.memory.quarantine({ writer, namespace: team, by, at: new Date().toISOString() });
    if (done.entries.length > 0) return done;
    throw new CadreError('InvalidInput', `No agent "${writer}"${ofTeam(team)} has written to this memory.`);
  });
}

function onlyNamespace(records: readonly MemoryRecord[], key: string, team: string | undefined): string {
  const [first, ...others] = [...new Set(records.map(({ namespace }) => namespace))].sort();
  if (first === undefined) throw new CadreError('InvalidInput', `There is no memory entry "${key}"${ofTeam(team)}.`);
  if (others.length === 0) return first;
  const teams = [first, ...others].join(', ');
  throw new CadreError('InvalidInput', `Several teams have a memory entry "${key}": ${teams}. Name one with --team.`);
}

const ofTeam = (team: string | undefined): string => (team === undefined ? '' : ` of the team ${team}`);

async function sourcesOf(store: Store, { untrustedSet }: MemoryRecord): Promise<readonly string[]> {
  if (untrustedSet === null) return [];
  return store.untrusted.sources(untrustedSet).catch((error: unknown) => {
    if (CadreError.is(error) && error.kind === 'BlobMissing') return [`set:${untrustedSet}`];
    throw error;
  });
}

async function withStore<T>(config: MemoryConfig, log: Logger, action: (store: Store) => Promise<T>): Promise<T> {
  const { home, databaseUrl } = config;
  const store = await openStore({ file: path.join(home, 'cadre.db'), databaseUrl, log });
  try {
    return await action(store);
  } finally {
    await store.close();
  }
}

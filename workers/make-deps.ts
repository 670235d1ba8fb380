import { mkdir, realpath } from 'node:fs/promises';
import path from 'node:path';

import type { NativeConnection } from '@temporalio/worker';
import type { Logger } from 'pino';

import type { ActivityDeps } from '../activities/deps';
import { makeModelDirectory } from '../activities/models';
import { openStore } from '../activities/stores';
import { makeToolFace } from '../activities/tools';
import type { Config } from './config';
import { makeHistoryReader } from './history-reader';
import { makeRunStarter } from './run-starter';
import { makeSearchAttributeProbe } from './search-attributes';
import { shippedTeams, teamsOf } from './teams';

export interface DepsOptions {
  config: Config;
  connection: NativeConnection;
  namespace: string;
  log: Logger;
  /** Files and folders outside the working directory that tools may read. */
  allow: readonly string[];
}

/** Puts together what the activities are made of. `close` ends tool servers first, then the store. */
export async function makeDeps(options: DepsOptions): Promise<{ deps: ActivityDeps; close: () => Promise<void> }> {
  const { config, connection, namespace, log } = options;
  const { env, home, cwd } = config;
  await mkdir(home, { recursive: true, mode: 0o700 });
  const store = await openStore({ file: databaseFile(config), databaseUrl: config.databaseUrl, log });
  const now = (): Date => new Date();
  const roots = {
    base: cwd,
    allowed: [cwd, shippedTeams, ...options.allow.map((place) => path.resolve(cwd, place))],
    denied: await Promise.all(ownPlaces(config).map(realPlace)),
  };
  const tools = makeToolFace({ store, env, log, now, roots });
  const deps: ActivityDeps = {
    store,
    tools,
    models: makeModelDirectory({
      env,
      log,
      scriptFolder: cwd,
      ...(config.modelForced && config.model ? { forceModel: config.model } : {}),
    }),
    env,
    log,
    now,
    ...(config.modelForced && config.model && { forcedModel: config.model }),
    namespace,
    separatedZones: config.separatedZones,
    teams: teamsOf(config),
    histories: makeHistoryReader(connection, namespace),
    starter: makeRunStarter(connection, namespace),
    probeSearchAttributes: makeSearchAttributeProbe(connection, namespace),
  };
  const close = async (): Promise<void> => {
    await tools.close();
    await store.close();
  };
  return { deps, close };
}

function databaseFile({ home }: Config): string {
  return path.join(home, 'cadre.db');
}

/** What only this process may touch. The database's own helpers lie beside it, also where the file is a link. */
function ownPlaces(config: Config): string[] {
  const file = databaseFile(config);
  return [config.home, config.keysDir, ...['', '-wal', '-shm'].map((end) => `${file}${end}`)];
}

/** Links are followed as far as there is something: a keys folder may be made later. */
async function realPlace(place: string): Promise<string> {
  const parent = path.dirname(place);
  return realpath(place).catch(async () =>
    parent === place ? place : path.join(await realPlace(parent), path.basename(place)),
  );
}

import path from 'node:path';
import type { Logger } from 'pino';

import { openStore, type Artifact, type Store } from '../activities/stores';
import type { Config } from './config';

export type { Artifact };

type StoreConfig = Pick<Config, 'home' | 'databaseUrl'>;

/** What a tree of runs has produced (`root` is `<workflow id>#<its first run id>`), oldest first, all versions. */
export function listRunArtifacts(config: StoreConfig, log: Logger, root: string): Promise<Artifact[]> {
  return withStore(config, log, (store) => store.artifacts.listTree(root));
}

/** The bytes of one, checked against its digest. Throws `BlobMissing` when the store no longer holds them. */
export function readRunArtifact(config: StoreConfig, log: Logger, artifact: Artifact): Promise<Buffer> {
  return withStore(config, log, (store) => store.blobs.get(artifact.blob));
}

async function withStore<T>(
  { home, databaseUrl }: StoreConfig,
  log: Logger,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  const file = path.join(home, 'cadre.db');
  const store = await openStore({ file, ...(databaseUrl === undefined ? {} : { databaseUrl }), log });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

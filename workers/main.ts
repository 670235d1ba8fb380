import { NativeConnection, type NativeConnectionOptions } from '@temporalio/worker';
import type { Logger } from 'pino';

import type { Zone } from '../contracts/names';
import type { Config } from './config';
import { installRuntime } from './log';
import { makeDeps } from './make-deps';
import type { ResolvedServer } from './server/resolve-server';
import { makeWorkers, type WorkerSet } from './worker';

export interface WorkerProcess extends Pick<WorkerSet, 'queues' | 'identity' | 'ended'> {
  /** Drains the workers, then closes tools, store and connection. May be called again. */
  shutdown(): Promise<void>;
}

export interface RunWorkerOptions {
  config: Config;
  server: Pick<ResolvedServer, 'connection' | 'namespace'>;
  log: Logger;
  zones?: readonly Zone[];
  workflows?: boolean;
  queues?: readonly string[];
  maxCachedWorkflows?: number;
  /** Files and folders outside the working directory that tools may read. */
  allow?: readonly string[];
  /** What the worker is called in the Temporal UI and in histories. */
  identity?: string;
  /** How long in-flight activities may take to end after a shutdown before they are cancelled. */
  graceMs?: number;
}

/** Starts this process's workers: connection, store, tools, models, teams, and a worker per queue. */
export async function runWorker(options: RunWorkerOptions): Promise<WorkerProcess> {
  const { config, server, log } = options;
  installRuntime(log);
  const connection = await NativeConnection.connect(nativeOptions(server.connection));
  try {
    const { deps, close } = await makeDeps({
      config,
      connection,
      namespace: server.namespace,
      log,
      allow: options.allow ?? [],
    });
    try {
      const workers = await makeWorkers({ ...options, connection, namespace: server.namespace, deps });
      return { ...workers, shutdown: shutdownOnce(workers, close, connection) };
    } catch (error) {
      await close();
      throw error;
    }
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** The native connection takes a key as it is, the client also one that is fetched for each call. */
function nativeOptions({ apiKey, ...settings }: ResolvedServer['connection']): NativeConnectionOptions {
  const key = typeof apiKey === 'function' ? apiKey() : apiKey;
  return { ...settings, ...(key === undefined ? {} : { apiKey: key }) };
}

function shutdownOnce(
  workers: WorkerSet,
  close: () => Promise<void>,
  connection: NativeConnection,
): () => Promise<void> {
  let ending: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    await workers.shutdown();
    await close();
    await connection.close();
  };
  return () => (ending ??= end());
}

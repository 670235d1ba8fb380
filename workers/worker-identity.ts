import { createHash } from 'node:crypto';
import os from 'node:os';

import type { Config } from './config';
import { startOf } from './server/process/process-identity';

/** Names a worker in the Temporal UI: process, machine, which home its store is in, and a model that was forced on it. */
export function workerIdentity({ home, model, modelForced }: Pick<Config, 'home' | 'model' | 'modelForced'>): string {
  const identity = `cadre-worker/${process.pid}@${os.hostname()}/${homeMark(home)}`;
  return modelForced && model !== undefined ? `${identity}/${model}` : identity;
}

/** The model that was forced on a worker (`--model`); undefined when it uses what the teams name. */
export function modelOfWorker(identity: string): string | undefined {
  return /^cadre-worker\/\d+@[^/]+\/[0-9a-f]+\/(.+)$/.exec(identity)?.[1];
}

/** Six hex digits that stand for a home without telling its path. */
export function homeMark(home: string): string {
  return createHash('sha256').update(home).digest('hex').slice(0, 6);
}

/**
 * Whether an identity names a worker of this machine whose process has gone: after a kill -9 the server lists it for
 * minutes. False for workers of other machines, of which nothing is known here.
 */
export function isGoneHere(identity: string): boolean {
  const match = /^cadre-worker\/(\d+)@([^/]+)\//.exec(identity);
  return match !== null && match[2] === os.hostname() && startOf(Number(match[1])) === undefined;
}

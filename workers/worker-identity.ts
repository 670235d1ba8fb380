import { createHash } from 'node:crypto';
import os from 'node:os';

import { startOf } from './server/process/process-identity';

/** Names a worker in the Temporal UI: process, machine, and which home its store and teams are in. */
export function workerIdentity(home: string): string {
  return `cadre-worker/${process.pid}@${os.hostname()}/${homeMark(home)}`;
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

import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { isAlive, type ProcessIdentity } from './process/process-identity';
import { probeServer } from './probe-server';

/** `<home>/server.json`: the dev server of this home, for the other commands that use the same home. */
export interface ServerRecord {
  readonly address: string;
  readonly namespace: string;
  readonly uiUrl: string;
  readonly cliVersion: string;
  readonly dbFile: string;
  readonly logFile: string;
  /** The guard removes the record by this number (guard.cjs). */
  readonly guardPid: number;
  readonly guard: ProcessIdentity;
  readonly server: ProcessIdentity;
  readonly owner: ProcessIdentity;
  /** ISO 8601. */
  readonly startedAt: string;
}

export function recordFileOf(home: string): string {
  return path.join(home, 'server.json');
}

export function writeRecord(home: string, record: ServerRecord): void {
  const aside = `${recordFileOf(home)}.${randomUUID()}`;
  writeFileSync(aside, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  renameSync(aside, recordFileOf(home));
}

export function readRecord(home: string): ServerRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(recordFileOf(home), 'utf8')) as Partial<ServerRecord>;
    const whole = record.address && record.namespace && record.uiUrl && record.guard && record.server && record.owner;
    return whole ? (record as ServerRecord) : undefined;
  } catch {
    return undefined;
  }
}

/** Longer than a server takes to end after its owner has gone. */
const goneWithinMs = 8000;
const answerWithinMs = 3000;

/**
 * The dev server of this home, if it answers. A record that outlived its server is removed in silence; a server that
 * outlived its guard is ended, since nobody is left who would stop it.
 */
export async function findRunningServer(home: string): Promise<ServerRecord | undefined> {
  const deadline = Date.now() + goneWithinMs;
  for (;;) {
    const record = readRecord(home);
    if (!record) return undefined;
    if (!isAlive(record.guard) || !isAlive(record.server)) {
      await endProcess(record.server);
      removeRecord(home, record);
      return undefined;
    }
    const target = { connection: { address: record.address }, namespace: record.namespace };
    const probe = await probeServer({ ...target, timeoutMs: answerWithinMs });
    if (probe.ok) return readRecord(home) && record;
    if (Date.now() > deadline) {
      throw new Error(
        `The Temporal server of ${home} (process ${record.server.pid}, ${record.address}) runs but does not answer: ` +
          `${probe.reason}. Its log is ${record.logFile}. End process ${record.guard.pid} and try again.`,
      );
    }
    await sleep(200);
  }
}

export function removeRecord(home: string, record: ServerRecord): void {
  if (readRecord(home)?.guardPid === record.guardPid) rmSync(recordFileOf(home), { force: true });
}

async function endProcess(identity: ProcessIdentity): Promise<void> {
  for (const [signal, waitMs] of [
    ['SIGTERM', 4000],
    ['SIGKILL', 2000],
  ] as const) {
    if (!isAlive(identity)) return;
    process.kill(identity.pid, signal);
    for (const until = Date.now() + waitMs; isAlive(identity) && Date.now() < until;) await sleep(50);
  }
}

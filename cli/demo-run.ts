import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { Client } from '@temporalio/client';

import { isJsonObject } from '../contracts/json';
import { withFileLock } from '../workers/server/process/file-lock';
import type { RunOrder, StartedRun } from './carry-out';
import { lazy } from './lazy';

export interface DemoRun extends StartedRun {
  date: string;
  /** It was open already. */
  resumed: boolean;
}

interface DemoRecord {
  workflowId: string;
  date: string;
}

const lockWaitMs = 20_000;

/** The open demo run of a home, or a new one. Two demos at once agree on one run. */
export async function openDemoRun(
  client: Client,
  options: { home: string; order: RunOrder; date: string; fresh: boolean },
): Promise<DemoRun> {
  const { home, order, date, fresh } = options;
  await mkdir(home, { recursive: true, mode: 0o700 });
  const file = path.join(home, 'demo-run.json');
  return withFileLock(`${file}.lock`, { waitMs: lockWaitMs }, async () => {
    const open = fresh ? undefined : await findOpen(client, file);
    if (open) return open;
    const { type, input, subject, summary } = order;
    const handle = await lazy.client().startRun(client, { type, input, subject, summary });
    const { workflowId } = handle;
    await writeFile(`${file}.new`, JSON.stringify({ workflowId, date } satisfies DemoRecord));
    await rename(`${file}.new`, file);
    return { workflowId, runId: handle.firstExecutionRunId, startedAt: new Date(), date, resumed: false };
  });
}

async function findOpen(client: Client, file: string): Promise<DemoRun | undefined> {
  const record = await readRecord(file);
  if (!record) return undefined;
  // The record may be of another server; then there is no such run.
  const run = await lazy
    .client()
    .describeRun(client, record.workflowId)
    .catch(() => undefined);
  if (run?.execution !== 'RUNNING') return undefined;
  return { ...record, runId: run.runId, startedAt: run.startedAt, resumed: true };
}

async function readRecord(file: string): Promise<DemoRecord | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  try {
    const record: unknown = JSON.parse(text ?? '');
    if (!isJsonObject(record)) return undefined;
    const { workflowId, date } = record;
    return typeof workflowId === 'string' && typeof date === 'string' ? { workflowId, date } : undefined;
  } catch {
    return undefined;
  }
}

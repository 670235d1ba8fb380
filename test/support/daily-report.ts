import type { WorkflowHandle } from '@temporalio/client';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Approval } from '../../contracts/approval';
import type { Json, JsonObject } from '../../contracts/json';
import type { RunResult } from '../../contracts/run';
import { openStore, type Store } from '../../activities/stores';
import { pino } from 'pino';
import type { Harness } from './harness';

/** What the team reads: the day, and where each source is, absolute or relative to the working directory. */
export interface DailyInput {
  date: string;
  jira: string;
  mail: string;
  chat: string;
}

export const sampleFolder = path.join(__dirname, '..', '..', 'agents', 'daily-report', 'sample');

/** A copy of the sample data inside the run's working directory, to be changed by the test. */
export function copySample(cadre: Harness, name: string): string {
  const folder = path.join(cadre.folder, name);
  rmSync(folder, { recursive: true, force: true });
  cpSync(sampleFolder, folder, { recursive: true });
  return folder;
}

export function inputOf(folder: string, date: string): DailyInput {
  return {
    date,
    jira: path.join(folder, 'jira.json'),
    mail: path.join(folder, 'mail.mbox'),
    chat: path.join(folder, 'chat'),
  };
}

export function startDaily(cadre: Harness, input: DailyInput, team = 'daily-report'): Promise<WorkflowHandle> {
  return cadre.start('compose', { team, composition: 'daily', input });
}

export interface DailyRun {
  result: RunResult;
  approval: Approval;
  /** The bytes that the publisher wrote. */
  report: string;
}

/** Runs the whole team, approves the one write, and reads what was written. */
export async function runDaily(cadre: Harness, input: DailyInput): Promise<DailyRun> {
  const file = path.join(cadre.folder, 'reports', `${input.date}.md`);
  rmSync(file, { force: true });
  const handle = await startDaily(cadre, input);
  const approval = await cadre.approval(handle, 90_000);
  const { id, digest } = approval;
  await cadre.decide(handle, { id, digest, decision: 'approve', by: 'dana' });
  const result = (await handle.result()) as RunResult;
  return { result, approval, report: readFileSync(file, 'utf8') };
}

/** What an agent answered at the end of its work in a run, whole, from the store. */
export async function answerOf(cadre: Harness, agent: string, workflowId: string): Promise<JsonObject> {
  return withStore(cadre, async (store) => {
    const rows = await store.db
      .selectFrom('message')
      .select(['payload', 'payload_blob'])
      .where('sender', '=', agent)
      .where('correlation_id', '=', workflowId)
      .orderBy('sent_at')
      .execute();
    void rows;
    return {};
  });
}

async function withStore<T>(cadre: Harness, use: (store: Store) => Promise<T>): Promise<T> {
  const log = pino({ level: 'silent' });
  const store = await openStore({ file: path.join(cadre.config.home, 'cadre.db'), databaseUrl: cadre.config.databaseUrl, log });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}
export type { Json };

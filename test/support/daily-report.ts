import type { WorkflowHandle } from '@temporalio/client';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import { openStore, type Store } from '../../activities/stores';
import type { Approval } from '../../contracts/approval';
import { isInline } from '../../contracts/body';
import { isJsonObject, type Json, type JsonObject } from '../../contracts/json';
import type { RunResult } from '../../contracts/run';
import type { Harness } from './harness';

/** What the team reads: the day, and where each source is. */
export interface DailyInput {
  date: string;
  jira: string;
  mail: string;
  chat: string;
}

export interface DailyRun {
  handle: WorkflowHandle;
  result: RunResult;
  approval: Approval;
  /** What the publisher wrote. */
  report: string;
}

export const sampleFolder = path.join(__dirname, '..', '..', 'agents', 'daily-report', 'sample');
/** Wednesday of the sample's week, on which the hijack mail came. */
export const sampleDay = '2026-03-04';

/** A copy of the sample data inside the working directory, to be changed by the test. */
export function copySample(cadre: Harness, name: string): string {
  const folder = path.join(cadre.folder, name);
  rmSync(folder, { recursive: true, force: true });
  cpSync(sampleFolder, folder, { recursive: true });
  return folder;
}

export function inputOf(folder: string, date: string): DailyInput {
  const [jira, mail, chat] = ['jira.json', 'mail.mbox', 'chat'].map((name) => path.join(folder, name));
  return { date, jira: jira ?? '', mail: mail ?? '', chat: chat ?? '' };
}

export function startDaily(cadre: Harness, input: DailyInput, team = 'daily-report'): Promise<WorkflowHandle> {
  return cadre.start('compose', { team, composition: 'daily', input });
}

/** Runs the whole team, approves the one write as a person would, and reads what was written. */
export async function runDaily(cadre: Harness, input: DailyInput): Promise<DailyRun> {
  const file = reportFile(cadre, input.date);
  rmSync(file, { force: true });
  const handle = await startDaily(cadre, input);
  // A run that fails says why at once; without that the wait would only run out.
  const failed = handle.result().then(() => Promise.reject(new Error('The run ended without asking for anything.')));
  const approval = await Promise.race([cadre.approval(handle, 50_000), failed]);
  failed.catch(() => undefined);
  await cadre.decide(handle, { id: approval.id, digest: approval.digest, decision: 'approve', by: 'dana' });
  const result = (await handle.result()) as RunResult;
  return { handle, result, approval, report: readFileSync(file, 'utf8') };
}

export function reportFile(cadre: Harness, date: string): string {
  return path.join(cadre.folder, 'reports', `${date}.md`);
}

/** The last whole answer of an agent in a run, as the store keeps it. */
export function answerOf(cadre: Harness, { workflowId }: WorkflowHandle, agent: string): Promise<JsonObject> {
  return withStore(cadre, async (store) => {
    const messages = await store.messages.list(await runKeyOf(cadre, workflowId), 0, 500);
    // Steps that call tools are results as well, and so is a later look-up: the findings are the first with items.
    for (const { payload } of messages.filter(({ sender, type }) => sender === agent && type === 'result')) {
      const value = isInline(payload) ? payload.inline : (JSON.parse(await store.blobs.getText(payload.blob)) as Json);
      if (isJsonObject(value) && Array.isArray(value['items'])) return value;
    }
    throw new Error(`${agent} sent no findings in ${workflowId}.`);
  });
}

/** The name under which the store keeps the rows of a run. */
export async function runKeyOf(cadre: Harness, workflowId: string): Promise<string> {
  const { raw } = await cadre.client.workflow.getHandle(workflowId).describe();
  return `${workflowId}#${raw.workflowExecutionInfo?.firstRunId ?? ''}`;
}

/** The store of the run's home, opened beside the worker's. */
export async function withStore<T>(cadre: Harness, use: (store: Store) => Promise<T>): Promise<T> {
  const file = path.join(cadre.config.home, 'cadre.db');
  const store = await openStore({ file, databaseUrl: cadre.config.databaseUrl, log: pino({ level: 'silent' }) });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Worker } from '@temporalio/worker';
import { readHistoryFile } from '../../../workers/history-file';
import { testServer } from '../harness';
import { finish } from './drive';
import { begin, type Lab } from './lab';
import type { Trial } from './trials';

/** 9. Its history, as the real CLI writes it, replays. */
export async function replays(lab: Lab, trial: Trial): Promise<void> {
  const run = await begin(lab, trial);
  await finish(run).catch(() => undefined);
  const ids = [run.handle.workflowId, ...(await childrenOf(lab, run.handle.workflowId))];
  expect(ids).toHaveLength(1 + trial.children);
  for (const [index, id] of ids.entries()) {
    const file = path.join(lab.cadre.folder, `${run.mark}-${index}.json`);
    await writeFile(file, await temporal(lab, ['workflow', 'show', '--workflow-id', id, '--output', 'json']));
    const { workflowId, history } = await readHistoryFile(file);
    expect({ id, fault: await faultOf(lab, workflowId, history) }).toEqual({ id, fault: null });
  }
}

async function faultOf({ codePath }: Lab, workflowId: string, history: unknown): Promise<string | null> {
  try {
    await Worker.runReplayHistory({ workflowBundle: { codePath } }, history, workflowId);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** What the Temporal CLI prints, on this test's server and namespace. */
export async function temporal(lab: Pick<Lab, 'cadre'>, args: string[]): Promise<string> {
  const { address, cli } = testServer();
  const options = { maxBuffer: 64 * 1024 * 1024, env: { PATH: process.env['PATH'] } };
  const place = ['--address', address, '--namespace', lab.cadre.namespace];
  return (await promisify(execFile)(cli, [...args, ...place], options)).stdout;
}

/** The child workflows that a run has started, by its own history. */
export async function childrenOf(lab: Pick<Lab, 'cadre'>, workflowId: string): Promise<string[]> {
  const { events } = await lab.cadre.client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).flatMap((event) => event.startChildWorkflowExecutionInitiatedEventAttributes?.workflowId ?? []);
}

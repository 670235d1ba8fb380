import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { readHistoryFile } from '../../../workers/history-file';
import { replay } from '../../../workers/replay';
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
  const log = pino({ level: 'silent' });
  for (const [index, id] of ids.entries()) {
    const file = path.join(lab.cadre.folder, `${run.mark}-${index}.json`);
    await writeFile(file, await temporal(lab, ['workflow', 'show', '--workflow-id', id, '--output', 'json']));
    const load = () => readHistoryFile(file);
    for await (const { verdict, message, events } of replay([{ name: id, load }], { home: lab.cadre.config.home, log })) {
      expect({ verdict, message }).toEqual({ verdict: 'same', message: undefined });
      expect(events).toBeGreaterThan(10);
    }
  }
}

/** What the Temporal CLI prints, on this test's server and namespace. */
export async function temporal(lab: Lab, args: string[]): Promise<string> {
  const { address, cli } = testServer();
  const options = { maxBuffer: 64 * 1024 * 1024, env: { PATH: process.env['PATH'] } };
  const place = ['--address', address, '--namespace', lab.cadre.namespace];
  return (await promisify(execFile)(cli, [...args, ...place], options)).stdout;
}

/** The child workflows that a run has started, by its own history. */
export async function childrenOf(lab: Lab, workflowId: string): Promise<string[]> {
  const { events } = await lab.cadre.client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).flatMap((event) => event.startChildWorkflowExecutionInitiatedEventAttributes?.workflowId ?? []);
}

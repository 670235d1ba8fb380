import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { readHistoryFile } from '../../workers/history-file';
import { replay } from '../../workers/replay';
import { call, pause, quiet, useLab } from '../support/attack/attack-lab';
import { testServer, until } from '../support/harness';
import { startShortServer, type ShortServer } from '../support/short-server';

let short: ShortServer;

beforeAll(async () => {
  short = await startShortServer(60);
});
const lab = useLab({ teams: ['drill-long', 'drill'], server: () => short.server });
afterAll(async () => {
  await short.close();
});

async function temporal(args: string[]): Promise<string> {
  const { cadre } = lab;
  const where = ['--address', cadre.address, '--namespace', cadre.namespace, '--output', 'json'];
  const options = { maxBuffer: 64 * 1024 * 1024, env: { PATH: process.env['PATH'] } };
  return (await promisify(execFile)(testServer().cli, [...args, ...where], options)).stdout;
}

describe('on a server that suggests continue-as-new early', () => {
  it('L1 a pause stays over continue-as-new', async () => {
    let release: () => void = () => undefined;
    let held = false;
    lab.model.beforeAnswer = () =>
      new Promise<void>((resolve) => {
        held = true;
        release = () => {
          held = false;
          resolve();
        };
      });
    lab.model.answer = (seen) => (seen.step < 25 ? call(`no_tool_${seen.step}`, {}) : undefined);
    const input = { team: 'drill-long', agent: 'walker', task: 'Walk', budget: { steps: 100 } };
    const handle = await lab.start('agent', input, 'pause-walk');
    const first = handle.firstExecutionRunId;
    const now = lab.cadre.client.workflow.getHandle('pause-walk');
    let lost = false;
    for (let n = 0; n < 24; n += 1) {
      await until(10_000, 'a held call', () => Promise.resolve(held));
      const before = (await now.describe()).runId;
      await now.executeUpdate('pause', { args: [{ by: 'dana' }] });
      const asked = lab.model.requests.length;
      release();
      await quiet(now);
      if ((await now.describe()).runId !== before) {
        // A new run that forgot the pause asks the model with its first workflow task.
        await pause(800);
        lost = lab.model.requests.length > asked;
        break;
      }
      await now.executeUpdate('resume', { args: [{ by: 'dana' }] });
    }
    lab.model.beforeAnswer = () => undefined;
    release();
    await handle.result();
    expect(lost).toBe(false);
    // It did go on in a new run, only never past a pause.
    expect((await now.describe()).runId).not.toBe(first);
  }, 90_000);

  it('L2 a run that was reset before it started a child replays from its file', async () => {
    const stages = [{ agent: 'north' }, { agent: 'south', isolate: true }];
    const handle = await lab.start('compose', { team: 'drill', composition: { pattern: 'pipeline', stages } });
    await handle.result();
    const { events } = await handle.fetchHistory();
    const done = events?.find((event) => event.workflowTaskCompletedEventAttributes);
    const id = ['--workflow-id', handle.workflowId];
    const reset = ['workflow', 'reset', ...id, '--event-id', String(done?.eventId), '--reason', 'x'];
    const { runId } = JSON.parse(await temporal(reset)) as { runId: string };
    await lab.cadre.client.workflow.getHandle(handle.workflowId, runId).result();
    const file = path.join(short.home, 'reset.json');
    writeFileSync(file, await temporal(['workflow', 'show', ...id, '--run-id', runId]));
    const histories = [{ name: 'reset', load: () => readHistoryFile(file) }];
    const verdicts: string[] = [];
    const log = pino({ level: 'silent' });
    for await (const { verdict, message } of replay(histories, { home: lab.cadre.config.home, log }))
      verdicts.push(`${verdict} ${message ?? ''}`);
    expect(verdicts).toEqual(['same ']);
  }, 60_000);
});

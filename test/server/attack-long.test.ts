import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { searchAttributes } from '../../contracts/names';
import { readHistoryFile } from '../../workers/history-file';
import { replay } from '../../workers/replay';
import { startDevServer, type DevServer } from '../../workers/server/start-dev-server';
import { startDrillModel, toolCall, type DrillModel } from '../support/drill-model';
import { Harness, testServer, until } from '../support/harness';

let home: string;
let server: DevServer;
let model: DrillModel;
let cadre: Harness;

beforeAll(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'cadre-short-'));
  server = await startDevServer({
    cli: { path: testServer().cli, version: 'test' },
    env: { PATH: process.env['PATH'] },
    home,
    dbFile: path.join(home, 'temporal.db'),
    namespace: 'default',
    searchAttributes,
    dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': '60' },
  });
  model = await startDrillModel();
  cadre = await Harness.start({ teams: ['drill-long', 'drill'], env: { DRILL_MODEL_URL: model.url, DRILL_MODEL_KEY: 'drill-key' }, server: { address: server.address } });
});
afterAll(async () => {
  await cadre.close();
  await model.close();
  await server.stop();
  rmSync(home, { recursive: true, force: true });
});

it('L1 a pause stays over continue-as-new', async () => {
  let release: () => void = () => undefined;
  let held = false;
  model.beforeAnswer = () => new Promise<void>((resolve) => { held = true; release = () => { held = false; resolve(); }; });
  model.answer = (seen) => (seen.step < 25 ? { message: toolCall(`no_tool_${seen.step}`, {}) } : undefined);
  const handle = await cadre.start('agent', { team: 'drill-long', agent: 'walker', task: 'Walk', budget: { steps: 100 } }, 'pause-walk');
  const first = handle.firstExecutionRunId;
  const now = cadre.client.workflow.getHandle('pause-walk');
  let lost = false;
  for (let n = 0; n < 26 && !lost; n += 1) {
    await until(10_000, 'a held call', async () => held);
    const before = (await now.describe()).runId;
    await now.executeUpdate('pause', { args: [{ by: 'dana' }] });
    const asked = model.requests.length;
    release();
    await new Promise((resolve) => setTimeout(resolve, 800));
    const { runId } = await now.describe();
    if (runId !== before) {
      lost = model.requests.length > asked;
      console.log('L1 continued', { n, first: first === before, lost });
      break;
    }
    await now.executeUpdate('resume', { args: [{ by: 'dana' }] });
  }
  release();
  await now.terminate().catch(() => undefined);
  expect(lost).toBe(false);
}, 90_000);

it('L2 a run that was reset before it started a child replays from its file', async () => {
  model.beforeAnswer = () => undefined;
  model.answer = () => undefined;
  const handle = await cadre.start('compose', { team: 'drill', task: 'x', composition: { pattern: 'pipeline', stages: [{ agent: 'north' }, { agent: 'south', isolate: true }] } }, 'reset-child');
  await handle.result();
  const { events } = await handle.fetchHistory();
  const firstDone = events?.find((event) => event.workflowTaskCompletedEventAttributes);
  const { cli } = testServer();
  const where = ['--address', cadre.address, '--namespace', cadre.namespace, '--output', 'json'];
  const temporal = async (args: string[]): Promise<string> => (await promisify(execFile)(cli, [...args, ...where], { maxBuffer: 1e8, env: { PATH: process.env['PATH'] } })).stdout;
  const { runId } = JSON.parse(await temporal(['workflow', 'reset', '--workflow-id', 'reset-child', '--event-id', String(firstDone?.eventId), '--reason', 'x'])) as { runId: string };
  await cadre.client.workflow.getHandle('reset-child', runId).result();
  const file = path.join(home, 'reset.json');
  writeFileSync(file, await temporal(['workflow', 'show', '--workflow-id', 'reset-child', '--run-id', runId]));
  for await (const verdict of replay([{ name: 'reset', load: () => readHistoryFile(file) }], { home: cadre.config.home, log: pino({ level: 'silent' }) }))
    expect(`${verdict.verdict} ${verdict.message ?? ''}`).toBe('same ');
}, 60_000);

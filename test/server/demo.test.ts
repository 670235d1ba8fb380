import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

import { CliHome, type CliProcess } from '../support/cli-home';
import { until } from '../support/harness';

// Each demo here brings its own server and worker, as for someone who has just cloned the repository.
let home: CliHome;
let report: string;

beforeAll(() => {
  home = new CliHome();
  report = path.join(home.folder, 'reports', '2026-03-04.md');
});

afterAll(() => home.close(), 30_000);

const digestOf = (file: string): string => `sha256:${createHash('sha256').update(readFileSync(file)).digest('hex')}`;
const runOf = async (demo: CliProcess): Promise<string> => (await demo.says(/^Run\s+(\S+)$/m, 60_000))[1] ?? '';
/** As long as a guard needs to see the end of its owner and to stop the server. */
const goneWithinMs = 10_000;
const expectNothingLeft = async (record = home.record): Promise<void> => {
  let left: string[] = [];
  await until(goneWithinMs, 'nothing to be left', async () => (left = await home.remains(record)).length === 0).catch(
    () => undefined,
  );
  expect(left).toEqual([]);
};

let artifact: string;
let firstRun: string;

it('`npm run demo -- --approve-as you` writes the report that was shown and says what it cost and how to replay it', async () => {
  const demo = home.type('npm run demo -- --approve-as you');
  const record = await until(60_000, 'the server', () => Promise.resolve(home.record));
  const { code, stdout } = await demo.ended;
  expect(code).toBe(0);
  firstRun = await runOf(demo);
  artifact = /"artifact": "(sha256:[0-9a-f]{64})"/.exec(stdout)?.[1] ?? '';
  expect(stdout).toContain(`${record.uiUrl}/namespaces/default/workflows/${encodeURIComponent(firstRun)}/`);
  for (const agent of ['chief', 'jira', 'mail', 'chat', 'goal-checker', 'editor', 'publisher'])
    expect(stdout).toMatch(new RegExp(`^ +[0-9.]+s {2}${agent} +model-call +step 1: `, 'm'));
  expect(stdout).not.toMatch(/(model|tool)-call .*\{"/);
  expect(stdout).toContain('Decided: approve by you (a claim: unsigned).');
  expect(stdout).toMatch(/^Written {3}reports\/2026-03-04\.md$/m);
  expect(stdout).toMatch(/^Cost {6}\$0\.0000 · \d+ \+ \d+ tokens · \d+ model calls, \d+ tool calls$/m);
  expect(digestOf(report)).toBe(artifact);
  await expectNothingLeft(record);

  const replay = await home.type(/^Replay\s+(npx cadre replay .*)$/m.exec(stdout)?.[1] ?? '').ended;
  expect(replay).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('1 replayed the same, 0 did not.') as string,
  });
}, 120_000);

it('a second time it starts another run and ends with the same report', async () => {
  const demo = home.cadre('demo', '--approve-as', 'you');
  const { code, stdout } = await demo.ended;
  expect(code).toBe(0);
  expect(stdout).not.toContain('Taking up');
  expect(await runOf(demo)).not.toBe(firstRun);
  expect(digestOf(report)).toBe(artifact);
}, 60_000);

it('killed with kill -9 in the middle, it leaves nothing running; the next demo takes the run up and writes once', async () => {
  rmSync(report);
  const killed = home.cadre('demo', '--approve-as', 'you');
  await killed.says(/jira +tool-call/, 60_000);
  const { record } = home;
  const run = await runOf(killed);
  process.kill(killed.pid, 'SIGKILL');
  expect((await killed.ended).code).toBeNull();
  expect(killed.stdout).not.toContain('An agent waits for a person');
  await expectNothingLeft(record);

  const demo = home.cadre('demo', '--approve-as', 'you');
  await demo.says(/An agent waits for a person/, 60_000);
  const { code, stdout } = await demo.ended;
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Taking up the open demo run of \S+ again \(--fresh starts another\)\.$/m);
  expect(await runOf(demo)).toBe(run);
  expect(digestOf(report)).toBe(artifact);
  expect(stdout.match(/tool-call +files\.write_file: reports\/2026-03-04\.md/g)).toHaveLength(1);
  expect(stdout.match(/approval-requested/g)).toHaveLength(1);
}, 120_000);

it('interrupted while it waits, it is taken up by the next demo; --fresh leaves it open and starts another', async () => {
  const waiting = home.cadre('demo');
  await waiting.says(/Waiting for the decision/, 60_000);
  const { record } = home;
  waiting.kill('SIGINT');
  const { code, stdout } = await waiting.ended;
  expect(code).toBe(130);
  expect(stdout).toContain('The run stays open; npm run demo takes it up again.');
  await expectNothingLeft(record);

  const fresh = home.cadre('demo', '--fresh', '--approve-as', 'you');
  expect((await fresh.ended).code).toBe(0);
  expect(fresh.stdout).not.toContain('Taking up');
  const status = await home.run('status');
  expect(status.stdout).toMatch(new RegExp(`^${await runOf(waiting)} +running`, 'm'));
  expect(status.stdout).toMatch(new RegExp(`^${await runOf(fresh)} +completed`, 'm'));
}, 120_000);

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { CliHome, type CliProcess, type Finished } from '../support/cli-home';

// One `cadre dev` serves the whole file, started before the teams `late` and `idle` are written.
let home: CliHome;
let dev: CliProcess;

beforeAll(async () => {
  home = new CliHome();
  writeTeam('far', 'far-queue');
  dev = home.cadre('dev', '--model', 'offline');
  await dev.says(/Cadre is up/, 60_000);
}, 90_000);

afterAll(async () => {
  dev.kill('SIGINT');
  await dev.ended;
  await home.close();
}, 30_000);

/** A team of one agent with a queue of its own. */
function writeTeam(name: string, queue: string): void {
  const text = `apiVersion: cadre/v1
kind: Team
metadata: { name: ${name} }
spec:
  agents:
    - { name: lone, description: Answers, instructions: Answer., queue: ${queue} }
  compositions:
    ${name}: { pattern: agent, agent: lone }
`;
  mkdirSync(path.join(home.folder, 'agents', name));
  writeFileSync(path.join(home.folder, 'agents', name, 'team.yaml'), text);
}

const jsonOf = ({ stdout }: Finished): unknown => JSON.parse(stdout);

describe('cadre artifacts', () => {
  let run = '';
  let said = '';

  beforeAll(async () => {
    const repo = path.join(home.folder, 'repo');
    const git = (...args: string[]): void => void execFileSync('git', ['-C', repo, ...args]);
    mkdirSync(repo);
    git('init', '-q');
    writeFileSync(path.join(repo, 'pump.rs'), 'fn main() {}\n');
    git('add', '.');
    git('-c', 'user.name=Ada', '-c', 'user.email=ada@example.test', 'commit', '-q', '-m', 'Pump the café');
    const finished = await home.run('run', 'repo-report', '--input', '{"repo":"repo","since":"2020-01-01"}');
    expect(finished.code).toBe(0);
    said = finished.stdout;
    run = /^Run\s+(\S+)/m.exec(said)?.[1] ?? '';
  }, 90_000);

  interface Listed {
    artifacts: { name: string; bytes: number; mime: string; digest: string }[];
  }
  const listed = async (): Promise<Listed['artifacts']> =>
    (jsonOf(await home.run('artifacts', run, '--json')) as Listed).artifacts;

  it('lists what the run has made, and the run says how to save it', async () => {
    const [first, ...rest] = await listed();
    expect(rest).toEqual([]);
    expect(first).toMatchObject({ mime: 'text/markdown', digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string });
    expect(said).toContain(`npx cadre artifacts '${run}' '${first?.name}' --out`);
    const table = await home.run('artifacts', run);
    expect(table).toMatchObject({ code: 0 });
    expect(table.stdout).toMatch(new RegExp(`^${first?.name} +${first?.bytes} +text/markdown +${first?.digest} `, 'm'));
  });

  it('prints and saves it byte for byte, by its name and by its digest', async () => {
    const [first] = await listed();
    const { name = '', digest = '', bytes } = first ?? {};
    const printed = await home.run('artifacts', run, name);
    expect(printed.stdout).toContain('Pump the café');
    const saved = await home.run('artifacts', run, digest.slice(7, 19), '--out', 'saved.md');
    expect(saved).toMatchObject({ code: 0, stdout: expect.stringContaining('Saved   saved.md') as string });
    const file = readFileSync(path.join(home.folder, 'saved.md'));
    expect(file.toString()).toBe(printed.stdout);
    expect(file.length).toBe(bytes);
    expect(`sha256:${createHash('sha256').update(file).digest('hex')}`).toBe(digest);
    expect(jsonOf(await home.run('artifacts', run, name, '--json'))).toMatchObject({ name, digest, text: printed.stdout });
  });

  it('says what there is for a name that is none, and refuses a run that is none and a folder that is none', async () => {
    const [first] = await listed();
    const wrong = await home.run('artifacts', run, 'constructor');
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining(first?.name ?? '?') as string });
    expect(await home.run('artifacts', 'compose/none/0')).toMatchObject({ code: 2 });
    const nowhere = await home.run('artifacts', run, first?.name ?? '', '--out', 'none/such/file');
    expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining('ENOENT') as string });
    expect(await home.run('artifacts', run, '--out', 'x')).toMatchObject({ code: 2 });
  });

  it('does not list the artifacts of another run', async () => {
    const other = /^Run\s+(\S+)/m.exec((await home.run('run', 'far', 'Say hello')).stdout)?.[1] ?? '';
    expect(await home.run('artifacts', other)).toMatchObject({ code: 0, stdout: expect.stringContaining('no artifacts') as string });
  });
}); // prettier-ignore

describe('an agent with a queue of its own', () => {
  it('is served by the worker of `cadre dev`, which knows the teams that were there', async () => {
    expect(await home.run('run', 'far', 'Say hello')).toMatchObject({ code: 0 });
  });

  it('is served by `cadre run` itself, when the worker that runs was started before the team was written', async () => {
    writeTeam('late', 'late-queue');
    const { code, stdout } = await home.run('run', 'late', 'Say hello');
    expect(stdout).toContain('Starting a worker for late-queue');
    expect(code).toBe(0);
  });

  it('I6: that nobody serves does not wait in silence: status and doctor say where and what to do', async () => {
    writeTeam('idle', 'idle-queue');
    const input = JSON.stringify({ team: 'idle', task: 'Say hello' });
    const start = `npx cadre temporal workflow start --task-queue cadre --type compose --workflow-id idle-1 --input '${input}'`;
    expect((await home.type(start).ended).code).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    const status = await home.run('status', 'idle-1');
    expect(status.stdout).toMatch(/waits +for a worker: callModel has waited for \d+ s on the queue idle-queue/);
    expect(status.stdout).toContain('npx cadre worker --queue idle-queue');
    expect(status.stdout).toContain('thinking, on the queue idle-queue');
    expect(jsonOf(await home.run('status', 'idle-1', '--json'))).toMatchObject({ unserved: [{ queue: 'idle-queue' }] });
    const { stdout } = await home.run('doctor');
    expect(stdout).toMatch(/warn +Queues of agents +nobody serves idle-queue/);
    const worker = home.cadre('worker', '--queue', 'idle-queue');
    await worker.says(/serves .*idle-queue/);
    const ended = await home.type('npx cadre temporal workflow result --workflow-id idle-1').ended;
    expect(ended.code).toBe(0);
    worker.kill('SIGTERM');
    expect((await worker.ended).code).toBe(143);
  }, 60_000);
});

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { CliHome, type CliProcess, type Finished } from '../support/cli-home';

// One `cadre dev` serves the whole file: server and worker as a person has them in another terminal.
let home: CliHome;
let dev: CliProcess;

beforeAll(async () => {
  home = new CliHome();
  dev = home.cadre('dev', '--model', 'offline');
  await dev.says(/Cadre is up/, 60_000);
}, 90_000);

afterAll(async () => {
  dev.kill('SIGINT');
  expect((await dev.ended).code).toBe(130);
  await home.close();
}, 30_000);

const sha256 = (file: string): string => `sha256:${createHash('sha256').update(readFileSync(file)).digest('hex')}`;
const jsonOf = ({ stdout }: Finished): unknown => JSON.parse(stdout);

/** A demo without a terminal that waits for a person, and the commands that it has printed for them. */
class Waiting {
  private constructor(
    readonly process: CliProcess,
    readonly run: string,
    readonly id: string,
    readonly digest: string,
    readonly date: string,
  ) {}

  static async start(date: string): Promise<Waiting> {
    const demo = home.cadre('demo', '--fresh', '--date', date);
    await demo.says(/Waiting for the decision/, 60_000);
    const [, run = ''] = await demo.says(/^Run\s+(\S+)/m);
    const [, id = ''] = await demo.says(/approval (\S+)$/m);
    const [, digest = ''] = await demo.says(/digest\s+(sha256:[0-9a-f]{64})$/m);
    return new Waiting(demo, run, id, digest, date);
  }

  /** The printed command that begins so, with a name filled in. */
  printed(beginning: string): string {
    const line = this.process.stdout.split('\n').find((one) => one.trim().startsWith(beginning));
    if (!line) throw new Error(`${beginning} … was not printed:\n${this.process.stdout}`);
    return line.trim().replace('YOUR NAME', 'dana');
  }

  get report(): string {
    return path.join(home.folder, 'reports', `${this.date}.md`);
  }

  get artifact(): string | undefined {
    return /"artifact": "(sha256:[0-9a-f]{64})"/.exec(this.process.stdout)?.[1];
  }
}

describe('an approval without a terminal', () => {
  let byApprove: Waiting;
  let byUpdate: Waiting;
  let bySignal: Waiting;
  let refused: Waiting;

  beforeAll(async () => {
    const dates = ['2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05'];
    const [first, second, third, fourth] = await Promise.all(dates.map((date) => Waiting.start(date)));
    if (!first || !second || !third || !fourth) throw new Error('Four were started.');
    [byApprove, byUpdate, bySignal, refused] = [first, second, third, fourth];
  }, 90_000);

  it('is in the lists: approvals, status, and in what the run says of itself', async () => {
    const table = await home.run('approvals');
    for (const { run, id, digest } of [byApprove, byUpdate, bySignal, refused])
      expect(table.stdout).toMatch(new RegExp(`^${run} .*${id} .*files\\.write_file .*${digest.slice(7, 13)}$`, 'm'));
    const { approvals } = jsonOf(await home.run('approvals', '--json')) as { approvals: unknown[] };
    expect(approvals).toHaveLength(4);
    const status = jsonOf(await home.run('status', byApprove.run, '--json'));
    expect(status).toMatchObject({
      workflowId: byApprove.run,
      execution: 'RUNNING',
      status: { status: 'waiting-approval', team: 'daily-report', rejectedMessages: [] },
      approvals: [{ id: byApprove.id, digest: byApprove.digest, state: 'open', tool: 'files.write_file' }],
    });
    expect((await home.run('status')).stdout).toMatch(new RegExp(`^${byApprove.run}\\s+running`, 'm'));
  });

  it('takes no decision about another action, whichever way it is sent', async () => {
    const guessed = await home.run('approve', byApprove.run, byApprove.id, '--confirm', '000000');
    expect(guessed.code).toBe(5);
    expect(guessed.stderr).toContain("is not the beginning of this action's digest");
    const other = byApprove.digest.replace(/.{6}$/, '000000');
    const update = await home.type(
      byApprove.printed('npx cadre temporal workflow update').replace(byApprove.digest, other),
    ).ended;
    expect(update.code).not.toBe(0);
    expect(update.stderr).toMatch(/digest/);
    const unknown = await home.run('approve', byApprove.run, '9-9-00000000', '--confirm', '000000');
    expect(unknown).toMatchObject({ code: 5, stderr: expect.stringContaining(byApprove.id) as string });
    const unconfirmed = await home.run('approve', byApprove.run);
    expect(unconfirmed).toMatchObject({ code: 2, stderr: expect.stringContaining('--confirm') as string });
    expect(existsSync(byApprove.report)).toBe(false);
  });

  it('is decided by the printed `npx cadre approve`, and the report is byte for byte the artifact that was shown', async () => {
    const approved = await home.type(byApprove.printed('npx cadre approve')).ended;
    expect(approved).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`${byApprove.id} is approved`) as string,
    });
    const { code, stdout } = await byApprove.process.ended;
    expect(code).toBe(0);
    expect(stdout).toContain(`Written   reports/${byApprove.date}.md`);
    expect(sha256(byApprove.report)).toBe(byApprove.artifact);
    const late = await home.run('approve', byApprove.run, byApprove.id, '--confirm', byApprove.digest);
    expect(late.code).toBe(5);
    expect(late.stderr).toMatch(
      /Nothing is open in the run .*\. The approval .* was approved by .* \(claimed\) at \d{4}-/,
    );
    const ended = jsonOf(await home.run('status', byApprove.run, '--json'));
    expect(ended).toMatchObject({ execution: 'COMPLETED', result: { status: 'completed' } });
  });

  it('is decided by the printed `temporal workflow update execute`', async () => {
    expect((await home.type(byUpdate.printed('npx cadre temporal workflow update')).ended).code).toBe(0);
    expect((await byUpdate.process.ended).code).toBe(0);
    expect(sha256(byUpdate.report)).toBe(byUpdate.artifact);
  });

  it('is decided by the printed `temporal workflow signal`, with plain `temporal` too', async () => {
    const address = home.record?.address ?? '';
    const plain = bySignal.printed('npx cadre temporal workflow signal').replace('npx cadre ', '');
    expect((await home.type(`${plain} --address ${address}`).ended).code).toBe(0);
    const { code, stdout } = await bySignal.process.ended;
    expect(code).toBe(0);
    expect(stdout).toContain('approved by dana (claimed)');
    expect(sha256(bySignal.report)).toBe(bySignal.artifact);
  });

  it('refused with a reason: the agent is told, and nothing is written', async () => {
    const line = refused
      .printed(`npx cadre approve '${refused.run}' ${refused.id} --reject`)
      .replace('why not', 'wrong day');
    expect((await home.type(line).ended).code).toBe(0);
    const { stdout } = await refused.process.ended;
    expect(stdout).toContain('wrong day');
    expect(stdout).toMatch(/rejected by \S+ \(claimed\)/);
    expect(existsSync(refused.report)).toBe(false);
  });

  it('replays: the run by its id, and its history from a file', async () => {
    const run = await home.run('replay', byUpdate.run);
    expect(run).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('1 replayed the same, 0 did not.') as string,
    });
    const shown = await home.run('temporal', 'workflow', 'show', '--workflow-id', refused.run, '--output', 'json');
    writeFileSync(path.join(home.folder, 'history.json'), shown.stdout);
    const file = await home.run('replay', 'history.json', '--json');
    expect(file.code).toBe(0);
    expect(jsonOf(file)).toMatchObject({ verdicts: [{ name: 'history.json', verdict: 'same' }] });
    writeFileSync(path.join(home.folder, 'mutated.json'), shown.stdout.replaceAll('"callTool"', '"callModel"'));
    const mutated = await home.run('replay', 'mutated.json');
    expect(mutated).toMatchObject({
      code: 6,
      stdout: expect.stringContaining('0 replayed the same, 1 did not.') as string,
    });
  });
});

describe('a team of one’s own', () => {
  it('init writes one that validates and runs, and asks before it writes', async () => {
    expect((await home.run('init', 'my-team')).stdout).toContain('npx cadre run ./my-team');
    expect(await home.run('init', 'my-team')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('exists and is not empty') as string,
    });
    const written = readFileSync(path.join(home.folder, 'my-team', 'team.yaml'), 'utf8');
    expect(written).toBe(readFileSync(path.join(__dirname, '..', 'examples', 'team.yaml'), 'utf8'));
    const { stdout, code } = await home.run('validate', './my-team');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^clerk\s+notes\.write_file\s+write\s+yes: a person decides/m);
  });

  it('runs with the command that init has printed, in the new folder', async () => {
    // The worker of `dev` knows the teams of the folder it runs in only; a team by its path needs one of this command.
    const line = /Run it\s+(.*)$/m.exec((await home.run('init', 'other-team')).stdout)?.[1] ?? '';
    const run = home.type(line);
    const [, approve = ''] = await run.says(/^\s+(npx cadre approve .*--confirm \S+)$/m, 60_000);
    expect((await home.type(approve).ended).code).toBe(0);
    expect((await run.ended).code).toBe(0);
    const answer = readFileSync(path.join(home.folder, 'other-team', 'notes', 'answer.md'), 'utf8');
    expect(answer).toContain('The delivery of 3 March came two days late');
    expect(answer).toContain('[deliveries.md]');
  }, 90_000);

  it('validate lists all faults of a faulty one at once, each with file and line', async () => {
    mkdirSync(path.join(home.folder, 'faulty'));
    writeFileSync(
      path.join(home.folder, 'faulty', 'team.yaml'),
      [
        'apiVersion: cadre/v1',
        'kind: Team',
        'metadata: { name: faulty }',
        'spec:',
        '  agents:',
        '    - name: writer',
        '      instructions: instructions/missing.md',
        '    - { name: reader, instructions: Read., tools: [nowhere.read] }',
        '  compositions:',
        '    go: { pattern: supervisor, supervisor: nobody, specialists: [reader] }',
      ].join('\n'),
    );
    const text = await home.run('validate', './faulty');
    expect(text.code).toBe(6);
    expect(text.stderr).toMatch(
      /has 3 faults:\n {2}team\.yaml:7: .*missing\.md.*\n {2}team\.yaml:8: .*\n {2}team\.yaml:10: /,
    );
    const json = await home.run('validate', './faulty', '--json');
    expect(json.code).toBe(6);
    expect(jsonOf(json)).toMatchObject({
      valid: false,
      faults: [
        { file: 'team.yaml', line: 7 },
        { file: 'team.yaml', line: 8 },
        { file: 'team.yaml', line: 10 },
      ],
    });
    const run = await home.run('run', './faulty', 'anything');
    expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining('has 3 faults') as string });
  });
});

describe('what a person mistypes, and what the command knows of itself', () => {
  it.each([
    [['bogus'], /^Error: Unknown command 'bogus'\.\nTry: npx cadre --help$/m],
    [['demo', '--fres'], /^Error: Unknown option '--fres'\. Did you mean --fresh\?\nTry: npx cadre --help$/m],
    [['run'], /^Error: Missing required argument 'team'\.$/m],
    [['run', 'daily-report', '--input', '{'], /^Error: --input is not JSON: .*\nTry: --input '/m],
    [
      ['run', 'nobody', 'x'],
      /^Error: There is no team and no composition named "nobody"; teams here are .*daily-report/m,
    ],
    [['replay'], /^Error: Nothing to replay was named\.\nTry: npx cadre replay history\.json$/m],
  ])('%j is answered with a sentence, the next step and code 2', async (args, said) => {
    const { code, stderr, stdout } = await home.run(...args);
    expect(stderr).toMatch(said);
    expect(code).toBe(2);
    expect(stdout).toBe('');
  });

  it('a run that does not exist is named', async () => {
    const { code, stderr } = await home.run('status', 'compose/nowhere/00000000');
    expect(stderr).toContain('compose/nowhere/00000000');
    expect(code).not.toBe(0);
  });

  it('doctor --json lists the checks and the settings', async () => {
    const report = await home.run('doctor', '--json');
    expect(report.code).toBe(0);
    expect(jsonOf(report)).toMatchObject({
      checks: expect.arrayContaining([
        expect.objectContaining({ name: 'Temporal CLI', status: 'ok' }),
        expect.objectContaining({ name: 'Temporal server', status: 'ok' }),
      ]) as unknown,
      settings: expect.arrayContaining([{ name: 'CADRE_HOME', value: '.cadre' }]) as unknown,
    });
  });

  it('temporal passes on to the Temporal CLI, with the server of the folder and its exit code', async () => {
    const list = await home.run(
      'temporal',
      'workflow',
      'list',
      '--output',
      'json',
      '--query',
      "CadreTeam = 'daily-report'",
    );
    expect(list.code).toBe(0);
    expect(list.stdout).toContain('compose/daily-report/');
    expect((await home.run('temporal', 'workflow', 'nonsense-of-ours')).code).not.toBe(0);
  });
});

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { CliHome, type CliProcess } from '../support/cli-home';
import { until } from '../support/harness';

// Started, looked at, decided and exported with plain `temporal` (I11): no code of ours but the worker.
const docs = readFileSync(path.join(__dirname, '..', '..', 'docs', 'patterns.md'), 'utf8');
const files = new Map([...docs.matchAll(/^```json (\S+\.json)\n([^]*?)^```$/gm)].map(([, name, json]) => [name, json]));
const starts = [
  ...docs.matchAll(
    /^temporal workflow (start --type (\w+) --task-queue cadre --workflow-id (\S+) --input-file (\S+))$/gm,
  ),
].map(([, line = '', type = '', workflowId = '', file = '']) => ({ line, type, workflowId, file }));

/** Each type with work for agents without tools, and a person at its end. */
const approval = { approval: { reason: 'Is this what it should say?' } };
const compositions: Record<string, object> = {
  agent: { agent: 'writer', then: approval },
  supervisor: { pattern: 'supervisor', supervisor: 'lead', specialists: ['writer', 'reader'], then: approval },
  pipeline: { pattern: 'pipeline', stages: ['reader', 'writer'], then: approval },
  fanOut: { pattern: 'fanOut', branches: ['reader', 'writer'], then: approval },
  router: { pattern: 'router', router: 'lead', routes: ['reader'], minConfidence: 0, then: approval },
  reflection: { pattern: 'reflection', author: 'writer', critic: 'lead', then: approval },
  compose: { pattern: 'fanOut', branches: ['reader', 'writer'], then: approval },
};

let home: CliHome;
let dev: CliProcess;

beforeAll(async () => {
  home = new CliHome();
  // The examples of repo-report read the repository they are run from.
  const commit =
    'git -c user.name=Ada -c user.email=ada@example.org commit -q --allow-empty --date 2026-11-02T10:00:00Z';
  const git = `git init -q && echo "# Guide" > GUIDE.md && git add GUIDE.md && ${commit} -m "docs: a guide" && ${commit} -m "fix: a fault"`;
  expect((await home.type(git).ended).code).toBe(0);
  dev = home.cadre('dev', '--model', 'offline');
  await dev.says(/Cadre is up/, 60_000);
}, 90_000);

afterAll(async () => {
  dev.kill('SIGINT');
  await dev.ended;
  await home.close();
}, 30_000);

async function temporal(line: string): Promise<string> {
  const { code, stdout, stderr } = await home.type(`temporal --address ${home.record?.address} ${line}`).ended;
  if (code !== 0) throw new Error(`temporal ${line} ended with ${code}: ${stderr}${stdout.slice(0, 3000)}`);
  return stdout;
}

interface OpenApproval {
  id: string;
  digest: string;
}

async function openApproval(workflowId: string): Promise<OpenApproval> {
  return until(30_000, `an approval of ${workflowId}`, async () => {
    const answer = await temporal(`workflow query --workflow-id ${workflowId} --type approvals --output json`);
    const { queryResult } = JSON.parse(answer) as {
      queryResult: { items: (OpenApproval & { state: string })[] | null }[];
    };
    return queryResult[0]?.items?.find(({ state }) => state === 'open');
  });
}

async function approve(workflowId: string, how: 'update execute' | 'signal'): Promise<void> {
  const { id, digest } = await openApproval(workflowId);
  const decision = JSON.stringify({ id, digest, decision: 'approve', by: 'dana' });
  await temporal(`workflow ${how} --workflow-id ${workflowId} --name decide --input '${decision}'`);
}

async function resultOf(workflowId: string): Promise<Record<string, unknown>> {
  const shown = await temporal(`workflow result --workflow-id ${workflowId} --output json`);
  return (JSON.parse(shown) as { result: Record<string, unknown> }).result;
}

it('every type runs from its example in docs/patterns.md, word for word', async () => {
  expect(starts.map(({ type }) => type)).toEqual(Object.keys(compositions));
  expect([...files.keys()]).toEqual(starts.map(({ file }) => file));
  for (const [name, json] of files) writeFileSync(path.join(home.folder, name ?? ''), json ?? '');
  for (const { line } of starts) await temporal(`workflow ${line}`);
  await approve('compose/sessions/1', 'update execute');
  for (const { workflowId } of starts) {
    const { status, failures } = await resultOf(workflowId);
    expect({ workflowId, status, failures }).toEqual({ workflowId, status: 'completed', failures: null });
  }
}, 120_000);

it('every type waits for a person, is approved from `temporal`, and its exported history replays', async () => {
  const team = { apiVersion: 'cadre/v1', kind: 'Team', metadata: { name: 'checked' } };
  const agents = ['lead', 'reader', 'writer'].map((name) => ({ name, instructions: `You are the ${name}.` }));
  mkdirSync(path.join(home.folder, 'agents', 'checked'));
  writeFileSync(
    path.join(home.folder, 'agents', 'checked', 'team.yaml'),
    JSON.stringify({ ...team, spec: { agents, compositions } }),
  );
  const types = Object.keys(compositions);
  for (const type of types) {
    const input = { team: 'checked', composition: type, task: 'Say that the door is open. The door is open.' };
    writeFileSync(path.join(home.folder, 'input.json'), JSON.stringify(input));
    await temporal(
      `workflow start --type ${type} --task-queue cadre --workflow-id checked/${type} --input-file input.json`,
    );
  }
  // One by signal, which cannot be refused; the others by update, which answers.
  for (const type of types) await approve(`checked/${type}`, type === 'router' ? 'signal' : 'update execute');
  for (const type of types) {
    const result = await resultOf(`checked/${type}`);
    expect({ type, ...result }).toMatchObject({
      status: expect.stringMatching(/^(completed|partial)$/) as string,
      approvals: [{ state: 'approved', settled: { by: 'dana', identity: 'claimed' } }],
    });
    await temporal(`workflow show --workflow-id checked/${type} --output json > ${type}.history.json`);
  }
  const { code, stdout } = await home.run('replay', ...types.map((type) => `${type}.history.json`));
  expect(stdout).toContain('7 replayed the same, 0 did not.');
  expect(code).toBe(0);
}, 120_000);

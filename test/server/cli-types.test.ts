import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { patternNames, type PatternName } from '../../contracts/names';
import { CliHome, type CliProcess } from '../support/cli-home';
import { until } from '../support/harness';
import { patternPages } from '../support/pattern-pages';

// Started, looked at, decided and exported with plain `temporal` (I11): no code of ours but the worker.
const pages = [...patternPages().values()];

/** Each type with work for agents without tools, and a person at its end. */
const approval = { approval: { reason: 'Is this what it should say?' } };
const compositions: Record<PatternName, { node: object } | { never: string; node: object }> = {
  agent: { node: { agent: 'writer', then: approval } },
  supervisor: {
    node: { pattern: 'supervisor', supervisor: 'lead', specialists: ['writer', 'reader'], then: approval },
  },
  pipeline: { node: { pattern: 'pipeline', stages: ['reader', 'writer'], then: approval } },
  fanOut: { node: { pattern: 'fanOut', branches: ['reader', 'writer'], then: approval } },
  router: { node: { pattern: 'router', router: 'lead', routes: ['reader'], minConfidence: 0, then: approval } },
  reflection: { node: { pattern: 'reflection', author: 'writer', critic: 'lead', then: approval } },
  debate: { node: { pattern: 'debate', debaters: ['reader', 'writer'], judge: 'lead', then: approval } },
  swarm: { node: { pattern: 'swarm', agents: ['reader', 'writer'], tasks: ['Is it open?'], then: approval } },
  blackboard: {
    node: {
      pattern: 'blackboard',
      board: { taskId: 'door', artifacts: { note: { owner: 'writer' } } },
      then: approval,
    },
  },
  meeting: { node: { pattern: 'meeting', title: 'Door', participants: ['reader', 'writer'], then: approval } },
  taskTree: {
    node: {
      pattern: 'taskTree',
      root: { agent: 'lead', task: 'Look', children: [{ agent: 'reader', task: 'Look at the door' }] },
      then: approval,
    },
  },
  plan: { node: { pattern: 'plan', tasks: [{ id: 'look', agent: 'reader' }], then: approval } },
  peers: { node: { pattern: 'peers', start: 'writer', then: approval } },
  publish: {
    never: 'Its consumers are runs of their own: it waits for nobody, and only they ask a person.',
    node: { pattern: 'publish', subject: 'door.opened', data: { open: true } },
  },
  consume: {
    node: {
      pattern: 'consume',
      agent: 'reader',
      event: { id: 'door-1', subject: 'door.opened', data: { open: true } },
      then: approval,
    },
  },
  compose: { node: { pattern: 'fanOut', branches: ['reader', 'writer'], then: approval } },
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

/** A few at a time: the command is a process of its own each time. */
async function inTurns<T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
  const left = [...all];
  const lane = async (): Promise<void> => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await work(one);
  };
  await Promise.all([lane(), lane(), lane()]);
}

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

it('every type runs from the example of its page in docs/patterns/, word for word', async () => {
  expect(pages.map(({ start }) => start.type).sort()).toEqual([...patternNames].sort());
  for (const { example } of pages) writeFileSync(path.join(home.folder, example.file), example.json);
  await inTurns(pages, ({ start }) => temporal(`workflow ${start.line}`));
  await approve('compose/sessions/1', 'update execute');
  await inTurns(pages, async ({ start: { workflowId } }) => {
    const { status, failures } = await resultOf(workflowId);
    expect({ workflowId, status, failures }).toEqual({ workflowId, status: 'completed', failures: null });
  });
}, 180_000);

it('every type waits for a person, is approved from `temporal`, and its exported history replays', async () => {
  const team = { apiVersion: 'cadre/v1', kind: 'Team', metadata: { name: 'checked' } };
  const agents = ['lead', 'reader', 'writer'].map((name) => ({ name, instructions: `You are the ${name}.` }));
  const named = Object.fromEntries(Object.entries(compositions).map(([type, { node }]) => [type, node]));
  mkdirSync(path.join(home.folder, 'agents', 'checked'));
  writeFileSync(
    path.join(home.folder, 'agents', 'checked', 'team.yaml'),
    JSON.stringify({ ...team, spec: { agents, compositions: named } }),
  );
  await inTurns(patternNames, async (type) => {
    const input = { team: 'checked', composition: type, task: 'Say that the door is open. The door is open.' };
    writeFileSync(path.join(home.folder, `${type}.input.json`), JSON.stringify(input));
    await temporal(
      `workflow start --type ${type} --task-queue cadre --workflow-id checked/${type} --input-file ${type}.input.json`,
    );
    const asks = !('never' in compositions[type]);
    // One by signal, which cannot be refused; the others by update, which answers.
    if (asks) await approve(`checked/${type}`, type === 'router' ? 'signal' : 'update execute');
    const result = await resultOf(`checked/${type}`);
    expect({ type, ...result }).toMatchObject({
      status: expect.stringMatching(/^(completed|partial)$/) as string,
      approvals: asks ? [{ state: 'approved', settled: { by: 'dana', identity: 'claimed' } }] : null,
    });
    await temporal(`workflow show --workflow-id checked/${type} --output json > ${type}.history.json`);
  });
  const { code, stdout } = await home.run('replay', ...patternNames.map((type) => `${type}.history.json`));
  expect(stdout).toContain(`${patternNames.length} replayed the same, 0 did not.`);
  expect(code).toBe(0);
}, 180_000);

import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { FailureRecord } from '../../contracts/failures';
import type { RunResult } from '../../contracts/run';
import { startDrillModel, type DrillModel, type DrillRequest } from '../support/drill-model';
import { Harness, until } from '../support/harness';

interface Account {
  id: string;
  assigner: string;
  assignee: string;
  doneBy: string | null;
  chain: string[];
  state: string;
  attempts: { agent: string; ended: string }[];
  failure?: FailureRecord;
}
interface Row {
  agent: string;
  state: string;
  percent: number;
  children?: Row[];
}

let model: DrillModel;
let cadre: Harness;

beforeAll(async () => {
  model = await startDrillModel();
  cadre = await Harness.start({ teams: ['drill'], env: { DRILL_MODEL_URL: model.url, DRILL_MODEL_KEY: 'drill-key' } });
  // The task tree as the founding documents print it is a team by itself.
  const folder = path.join(cadre.folder, 'agents', 'analytics');
  mkdirSync(folder, { recursive: true });
  cpSync(path.join(__dirname, '../support/teams/snippets/task-tree.yaml'), path.join(folder, 'team.yaml'));
});
afterAll(async () => {
  await cadre.close();
  await model.close();
});
beforeEach(() => {
  model.requests.length = 0;
  model.answer = () => undefined;
  model.beforeAnswer = () => undefined;
});

const accountsOf = ({ parts }: RunResult): Account[] =>
  (parts as unknown as { accountability: Account[] }).accountability;
const empty = { message: { role: 'assistant', content: '' } };
const root = {
  agent: 'lead',
  task: 'See to it',
  children: [
    { agent: 'critic', task: 'Judge it', children: [{ agent: 'north', task: 'Look north' }] },
    { agent: 'south', task: 'Look south' },
  ],
};

describe('the task tree of the founding documents', () => {
  it.each([
    ['taskTree', { team: 'analytics' }],
    ['compose', { team: 'analytics', composition: 'feature-implementation' }],
  ] as const)('runs as it stands, started as %s', async (type, input) => {
    const handle = await cadre.start(type, input);
    const result = (await handle.result()) as RunResult;
    expect(result.status).toBe('completed');
    expect(accountsOf(result).map(({ chain }) => chain.join(' → '))).toEqual([
      'person → ceo',
      'person → ceo → cto',
      'person → ceo → cto → backend',
      'person → ceo → cto → frontend',
      'person → ceo → cto → devops',
      'person → ceo → cso',
      'person → ceo → marketing',
    ]);
    expect(result.steps).toBe(7);
    const { items } = await handle.query<{ items: { type: string; sender: string; recipient: string }[] }>('messages');
    const handed = items
      .filter((one) => one.type === 'task_assignment')
      .map(({ sender, recipient }) => `${sender} → ${recipient}`);
    expect(handed.sort()).toEqual(
      [
        'person → ceo',
        'ceo → cto',
        'ceo → cso',
        'ceo → marketing',
        'cto → backend',
        'cto → frontend',
        'cto → devops',
      ].sort(),
    );
  });
});

describe('taskTree on a model behind a real socket', () => {
  it('parts first, the root task beside each, results upwards; one call for each task', async () => {
    const result = await cadre.run('taskTree', { team: 'drill', root });
    expect(result).toMatchObject({ status: 'completed', output: 'lead is done', steps: 4 });
    const order = model.requests.map(({ agent }) => agent);
    expect(order.indexOf('critic')).toBeGreaterThan(order.indexOf('north'));
    expect(order.at(-1)).toBe('lead');
    const asked = (agent: string): DrillRequest | undefined => model.requests.find((one) => one.agent === agent);
    expect(asked('north')?.text).toContain('Look north');
    expect(asked('north')?.text).toContain('See to it');
    expect(asked('critic')?.said).toContain('north is done');
    expect(asked('lead')?.said).toContain('critic is done');
    expect(asked('lead')?.said).not.toContain('north is done');
  });

  it('shows its progress while it runs', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    model.beforeAnswer = ({ agent }) => (agent === 'south' ? held : undefined);
    const handle = await cadre.start('taskTree', { team: 'drill', root });
    const tree = await until(20_000, 'the critic to be done', async () => {
      const row = await handle.query<Row>('plan');
      return row.percent === 50 && row;
    });
    expect(tree).toMatchObject({
      agent: 'lead',
      state: 'delegated',
      children: [
        { state: 'completed', percent: 100 },
        { state: 'working', percent: 0 },
      ],
    });
    const details = await handle.query<string>('__temporal_workflow_metadata').then((value) => JSON.stringify(value));
    expect(details).toContain('tree: 50 % · 2 of 4 tasks ended, 0 failed, 1 under way');
    release();
    expect(((await handle.result()) as RunResult).status).toBe('completed');
  });

  it('a leaf that goes on failing is reported up: its parent works without it, and the chain is in the result', async () => {
    model.answer = ({ agent }) => (agent === 'south' ? empty : undefined);
    const result = await cadre.run('taskTree', { team: 'drill', root, attempts: 2 });
    expect(result).toMatchObject({
      status: 'partial',
      output: 'lead is done',
      stoppedBecause: 'task 1.2 of south failed (MalformedOutput)',
    });
    const south = accountsOf(result).find(({ id }) => id === '1.2');
    expect(south).toMatchObject({
      assigner: 'lead',
      doneBy: null,
      attempts: [
        { agent: 'south', ended: 'MalformedOutput' },
        { agent: 'south', ended: 'MalformedOutput' },
      ],
      failure: { kind: 'MalformedOutput', agent: 'south', cause: { kind: 'MalformedOutput' } },
    });
    const last = model.requests.at(-1);
    expect(last?.agent).toBe('lead');
    expect(last?.said).toContain('MalformedOutput');
    expect(result.untrusted?.sample).toEqual(['failure:south']);
  });

  it('a second attempt is told of the first, and what it brings counts', async () => {
    let calls = 0;
    model.answer = ({ agent }) => (agent === 'north' && (calls += 1) <= 3 ? empty : undefined);
    const result = await cadre.run('taskTree', { team: 'drill', root });
    expect(result.status).toBe('completed');
    expect(accountsOf(result).find(({ id }) => id === '1.1.1')).toMatchObject({
      doneBy: 'north',
      attempts: [{ ended: 'MalformedOutput' }, { ended: 'completed' }],
    });
    expect(model.requests.filter(({ agent }) => agent === 'north').at(-1)?.said).toContain('the attempt before');
  });

  it('refuses a tree whose agents do not accept one another before anybody is asked', async () => {
    const team = { name: 'strict', agents: { boss: {}, worker: { accepts_delegation_from: ['other'] }, other: {} } };
    const tree = { agent: 'boss', task: 'x', children: [{ agent: 'worker', task: 'y' }] };
    const handle = await cadre.start('taskTree', { team, root: tree });
    await expect(handle.result()).rejects.toMatchObject({
      cause: {
        type: 'MessageRejected',
        message: expect.stringContaining('task 1.1: worker takes none from boss') as string,
      },
    });
    expect(model.requests).toEqual([]);
  });
});

it('the example of its page runs as it stands, offline, at the cost the page says', async () => {
  const page = readFileSync(path.join(__dirname, '../../docs/patterns/task-tree.md'), 'utf8');
  const example = /^```json \S+\n([^]*?)^```$/m.exec(page)?.[1] ?? '';
  const result = await cadre.run('taskTree', JSON.parse(example));
  expect(result).toMatchObject({ status: 'completed', steps: 5 });
});

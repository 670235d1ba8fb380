import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { RunResult } from '../../contracts/run';
import { json, startDrillModel, type DrillModel } from '../support/drill-model';
import { Harness, until } from '../support/harness';

interface View {
  revision: number;
  waves: string[][];
  criticalPath: string[];
  tasks: { id: string; agent: string; state: string }[];
  retired?: { id: string; state: string }[];
  revisions: { number: number; because: string[]; diff: string[] }[];
}

let model: DrillModel;
let cadre: Harness;

beforeAll(async () => {
  model = await startDrillModel();
  cadre = await Harness.start({ teams: ['drill'], env: { DRILL_MODEL_URL: model.url, DRILL_MODEL_KEY: 'drill-key' } });
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

const task = (id: string, agent: string, dependsOn: string[] = []) => ({ id, agent, task: `do ${id}`, dependsOn });
const viewOf = ({ parts }: RunResult): View => parts as unknown as View;
const empty = { message: { role: 'assistant', content: '' } };
const specialists = ['north', 'south', 'critic'];
const start = (more: object): Promise<RunResult> =>
  cadre.run('plan', { team: 'drill', task: 'See to it', planner: 'lead', specialists, ...more });

describe('plan on a model behind a real socket', () => {
  it('a plan that is none goes back with what is wrong; the sound one is carried out', async () => {
    const plans = [
      [task('a', 'north', ['b']), task('b', 'south', ['a'])],
      [task('a', 'north'), task('b', 'south', ['a', 'ghost'])],
      [task('a', 'north'), task('b', 'south', ['a'])],
    ];
    model.answer = ({ role }) => (role === 'dag' ? { message: json({ tasks: plans.shift() ?? [] }) } : undefined);
    const result = await start({});
    expect(result).toMatchObject({ status: 'completed', output: { a: 'north is done', b: 'south is done' }, steps: 5 });
    const asked = model.requests.filter(({ role }) => role === 'dag');
    expect(asked[1]?.said).toContain('Tasks wait for each other: a → b → a');
    expect(asked[2]?.said).toContain('waits for \\"ghost\\"'.replaceAll('\\', ''));
    expect(model.requests.at(-1)?.said).toContain('north is done');
    expect(viewOf(result)).toMatchObject({
      waves: [['a'], ['b']],
      criticalPath: ['a', 'b'],
      revisions: [{ number: 0, because: ['planned by lead'], diff: ['+ a north: do a', '+ b south: do b (after a)'] }],
    });
  });

  it('a planner that only makes circles ends the run in words', async () => {
    model.answer = ({ role }) =>
      role === 'dag' ? { message: json({ tasks: [task('a', 'north', ['a'])] }) } : undefined;
    const handle = await cadre.start('plan', { team: 'drill', task: 'x', planner: 'lead', specialists });
    await expect(handle.result()).rejects.toMatchObject({
      cause: { type: 'MalformedOutput', message: expect.stringContaining('a → a') as string },
    });
    expect(model.requests).toHaveLength(3);
  });

  it('nobody waits for a wave: a chain goes on beside a slow task, and the view says so', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    model.beforeAnswer = ({ agent }) => (agent === 'north' ? held : undefined);
    const tasks = [task('slow', 'north'), task('b', 'south'), task('c', 'critic', ['b']), task('d', 'author', ['c'])];
    const handle = await cadre.start('plan', { team: 'drill', task: 'See to it', tasks });
    const view = await until(20_000, 'the chain to be done', async () => {
      const now = await handle.query<View>('plan');
      return now.tasks.find(({ id }) => id === 'd')?.state === 'completed' && now;
    });
    expect(view.tasks.find(({ id }) => id === 'slow')?.state).toBe('running');
    expect(view.waves).toEqual([['slow', 'b'], ['c'], ['d']]);
    const details = JSON.stringify(await handle.query('__temporal_workflow_metadata'));
    expect(details).toContain('plan: 3 of 4 tasks done');
    expect(details).toContain('critical path: b → c → d');
    release();
    expect(await handle.result()).toMatchObject({ status: 'completed', steps: 4 });
  });

  it('what failed is planned anew: finished work stays, running work is called off in so many words', async () => {
    const first = [task('a', 'north'), task('b', 'south'), task('c', 'critic'), task('d', 'critic', ['b'])];
    const second = {
      reason: 'south is out',
      tasks: [task('b', 'north', ['a']), task('d', 'critic', ['b'])],
      callOff: ['c'],
    };
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    // The critic is still at it when the plan is changed.
    model.beforeAnswer = ({ agent, said }) => (agent === 'critic' && said.includes('do c') ? held : undefined);
    model.answer = ({ role, agent }) => {
      if (role === 'dag') return { message: json({ tasks: first }) };
      if (role === 'replan') return { message: json(second) };
      return agent === 'south' ? empty : undefined;
    };
    const result = await start({ attempts: 1 });
    release();
    expect(result).toMatchObject({ status: 'completed' });
    expect(Object.keys(result.output as object)).toEqual(['a', 'b', 'd']);
    expect(model.requests.find(({ agent, said }) => agent === 'critic' && said.includes('do c'))?.aborted).toBe(true);
    expect(model.requests.filter(({ agent, said }) => agent === 'north' && said.includes('do a'))).toHaveLength(1);
    const view = viewOf(result);
    expect(view.revisions[1]).toEqual({
      number: 1,
      because: ['b failed: MalformedOutput', 'south is out'],
      diff: ['= a, d', '× c critic: do c', '~ b north: do b (after a)'],
    });
    expect(view.retired).toMatchObject([
      { id: 'b', state: 'failed' },
      { id: 'c', state: 'called-off' },
    ]);
    const told = model.requests.find(({ role }) => role === 'replan')?.said ?? '';
    expect(told).toContain('the plan as it stands');
    expect(told).toContain('MalformedOutput');
  });

  it('an agent that finds the plan wrong says so, and more is planned; without looks left it is as it is', async () => {
    model.answer = ({ role, agent }) => {
      if (role === 'dag') return { message: json({ tasks: [task('a', 'north')] }) };
      if (role === 'replan') return { message: json({ reason: 'two databases', tasks: [task('b', 'south', ['a'])] }) };
      return agent === 'north'
        ? { message: { role: 'assistant', content: 'Seen.\nReplan: there are two databases' } }
        : undefined;
    };
    const result = await start({});
    expect(Object.keys(result.output as object)).toEqual(['a', 'b']);
    expect(viewOf(result).revisions[1]).toMatchObject({
      because: ['a: there are two databases', 'two databases'],
      diff: ['= a', '+ b south: do b (after a)'],
    });
    const never = await start({ maxReplans: 0 });
    expect(Object.keys(never.output as object)).toEqual(['a']);
    expect(viewOf(never).revisions).toHaveLength(1);
  });

  it('a planner that gives up leaves the result partial, and names it', async () => {
    model.answer = ({ role, agent }) => {
      if (role === 'dag') return { message: json({ tasks: [task('a', 'north'), task('b', 'south')] }) };
      return agent === 'south' ? empty : undefined;
    };
    const result = await start({ attempts: 1, synthesizer: 'merger' });
    expect(result).toMatchObject({
      status: 'partial',
      output: 'merger is done',
      stoppedBecause: 'b of south failed and was given up',
    });
  });

  it.each([
    [{ tasks: [task('a', 'north'), task('b', 'south', ['a'])], planner: undefined }, 2],
    [{}, 1 + 3],
    [{ synthesizer: 'merger' }, 1 + 3 + 1],
  ])('costs what the page says: %j', async (more, calls) => {
    expect((await start(more)).usage.modelCalls).toBe(calls);
  });

  it('a circle that is written out is refused before the run begins', async () => {
    const handle = await cadre.start('plan', {
      team: 'drill',
      task: 'x',
      tasks: [task('a', 'north', ['b']), task('b', 'south', ['a'])],
    });
    await expect(handle.result()).rejects.toMatchObject({
      cause: { type: 'InvalidInput', message: expect.stringContaining('a → b → a') as string },
    });
    expect(model.requests).toEqual([]);
  });
});

it('the example of its page runs as it stands, offline, at the cost the page says', async () => {
  const page = readFileSync(path.join(__dirname, '../../docs/patterns/plan.md'), 'utf8');
  const example = /^```json \S+\n([^]*?)^```$/m.exec(page)?.[1] ?? '';
  const result = await cadre.run('plan', JSON.parse(example));
  expect(result).toMatchObject({ status: 'completed', steps: 4 });
});

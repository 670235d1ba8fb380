import {
  startDrillModel,
  toolCall,
  type DrillAnswer,
  type DrillModel,
  type DrillRequest,
} from '../support/drill-model';
import { Harness } from '../support/harness';
import type { RunResult } from '../../contracts/run';

jest.setTimeout(90_000);

let cadre: Harness;
let model: DrillModel;

beforeAll(async () => {
  model = await startDrillModel();
  cadre = await Harness.start({
    teams: ['peers'],
    env: { DRILL_MODEL_URL: model.url, DRILL_MODEL_KEY: 'drill-key' },
  });
});
afterAll(async () => {
  await cadre.close();
  await model.close();
});
beforeEach(() => {
  model.requests.length = 0;
  model.beforeAnswer = () => undefined;
});

type Call = { kind: string; from: string; to: string; path: string[]; state: string };
const callsOf = (result: RunResult): Call[] => (result.parts as unknown as { calls: Call[] }).calls;
const text = (content: string): DrillAnswer => ({ message: { role: 'assistant', content } });
const call = (name: string, args: object): DrillAnswer => ({ message: toolCall(name, args) });
const order = (): string[] => model.requests.map(({ agent, step }) => `${agent} ${step}`);
const start = (input: object): Promise<RunResult> =>
  cadre.run('peers', { team: 'peers', task: 'Plan the API', ...input });

test('a consult comes back as the result of the call; tools carry the words of the routing table', async () => {
  model.answer = ({ agent, step }) => {
    if (agent === 'backend' && step === 0) return call('consult_devops', { task: 'Which port is free?' });
    return text(agent === 'devops' ? 'port 8081' : 'done');
  };
  const result = await start({ start: 'backend' });
  expect(order()).toEqual(['backend 0', 'devops 0', 'backend 1']);
  expect(model.requests[0]?.tools.filter((tool) => /^(consult|notify)_/.test(tool)).sort()).toEqual([
    'consult_devops',
    'consult_security',
    'notify_frontend',
  ]);
  expect(model.requests[2]?.said).toContain('port 8081');
  expect(callsOf(result)).toEqual([
    expect.objectContaining({
      kind: 'consult',
      from: 'backend',
      to: 'devops',
      path: ['backend', 'devops'],
      state: 'completed',
    }),
  ]);
});

test('who notifies goes on working; the callback enters its next step', async () => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  model.beforeAnswer = async ({ agent, step }) => {
    if (agent === 'frontend') await held;
    // The second step of the caller is asked while the other one is still thinking.
    if (agent === 'backend' && step === 1) release();
  };
  model.answer = ({ agent, step }) => {
    if (agent === 'frontend') return text('the form needs a field');
    if (agent === 'devops') return text('yes');
    if (step === 0) return call('notify_frontend', { message: 'The contract changes', callback: true });
    if (step === 1) return call('consult_devops', { task: 'Deploy it tomorrow?' });
    return text('done');
  };
  const result = await start({ start: 'backend' });
  expect(order().filter((one) => one !== 'frontend 0')).toEqual(
    ['backend 0', 'backend 1', 'devops 0', 'backend 2'].concat(order().includes('backend 3') ? ['backend 3'] : []),
  );
  expect(order().indexOf('frontend 0')).toBeLessThan(order().indexOf('devops 0'));
  const last = model.requests.filter(({ agent }) => agent === 'backend').at(-1);
  expect(last?.text).toContain('the form needs a field');
  expect(callsOf(result).map(({ kind, to, state }) => `${kind} ${to} ${state}`)).toEqual([
    'notify frontend completed',
    'consult devops completed',
  ]);
});

test('a notification that nobody waits for is heard out before the run ends', async () => {
  model.answer = ({ agent, step }) =>
    agent === 'backend' && step === 0
      ? call('notify_frontend', { message: 'The contract changes' })
      : text(`${agent} done`);
  const result = await start({ start: 'backend' });
  expect(result.output).toBe('backend done');
  expect(callsOf(result)).toEqual([expect.objectContaining({ kind: 'notify', to: 'frontend', state: 'completed' })]);
  expect(Object.keys(result.agents).sort()).toEqual(['backend', 'frontend']);
});

test('two that only ask each other are stopped with the path, and the run goes on', async () => {
  let n = 0;
  model.answer = ({ agent, text: seen }) => {
    if (seen.includes('only ask each other') || n >= 8) return text('enough');
    n += 1;
    return call(agent === 'backend' ? 'consult_devops' : 'consult_backend', { task: `And question ${n}?` });
  };
  const result = await start({ start: 'backend' });
  const stopped = callsOf(result).find(({ state }) => state === 'LoopDetected');
  expect(stopped?.path).toEqual(['backend', 'devops', 'backend', 'devops', 'backend', 'devops']);
  expect(model.requests.some(({ text: seen }) => seen.includes('backend → devops → backend → devops'))).toBe(true);
  expect(result.status).not.toBe('failed');
});

test('the same question again on its own path is a cycle, said with the path', async () => {
  model.answer = ({ agent, step }) => {
    if (step > 0) return text('enough');
    return call(agent === 'backend' ? 'consult_devops' : 'consult_backend', { task: 'The same question' });
  };
  const result = await start({ start: 'backend' });
  expect(result.failures.some(({ kind, message }) => kind === 'CycleDetected' && message.includes(' → '))).toBe(true);
});

test('conversations that wait for one another are found at once, and one of them is refused', async () => {
  // Two branches: each holds the only place of its agent and asks the other.
  let waiting = 0;
  let both: () => void = () => undefined;
  const met = new Promise<void>((resolve) => (both = resolve));
  model.beforeAnswer = async ({ agent, step }: DrillRequest) => {
    if (!['left', 'right'].includes(agent) || step > 0) return;
    waiting += 1;
    if (waiting === 2) both();
    await met;
  };
  model.answer = ({ agent, text: seen, step }) => {
    if (step === 0 && agent === 'left') return call('consult_right', { task: 'Left asks' });
    if (step === 0 && agent === 'right') return call('consult_left', { task: 'Right asks' });
    return text(seen.includes('Deadlock') ? 'went on alone' : 'answered');
  };
  const begun = Date.now();
  const result = await cadre.run('fanOut', {
    team: 'peers',
    task: 'Look',
    branches: [
      { agent: 'left', task: 'Look left' },
      { agent: 'right', task: 'Look right' },
    ],
  });
  expect(result.status).toBe('completed');
  expect(Date.now() - begun).toBeLessThan(30_000);
  expect(result.failures.map(({ kind }) => kind)).toContain('Deadlock');
});

test('who takes no part cannot be asked', async () => {
  model.answer = ({ agent, step }) =>
    agent === 'backend' && step === 0 ? call('consult_security', { task: 'Is it safe?' }) : text('done');
  const result = await start({ start: 'backend', agents: ['backend', 'devops'] });
  expect(order()).toEqual(['backend 0', 'backend 1']);
  expect(result.failures[0]).toMatchObject({
    kind: 'ToolNotAllowed',
    message: expect.stringContaining('takes no part') as string,
  });
});

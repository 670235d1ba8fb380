import type { RunResult } from '../../contracts/run';
import { startDrillModel, toolCall, type DrillModel } from '../support/drill-model';
import { Harness } from '../support/harness';

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
  model.answer = () => undefined;
});

const wide = (count: number): { agent: string }[] => Array.from({ length: count }, () => ({ agent: 'north' }));
const large = 'i'.repeat(200_000);

describe('inputs that are meant to hang a run or to end it without a word', () => {
  it('forty branches at once over an input of 240 KB', async () => {
    const input = { text: 'i'.repeat(240_000) };
    const result = await cadre.run('fanOut', { team: 'drill', task: 'x', maxParallel: 40, input, branches: wide(40) });
    expect(result.status).toBe('completed');
  });

  it('a wide fan-out over the 600 KB that another one has put together', async () => {
    model.answer = () => ({ message: { role: 'assistant', content: 'o'.repeat(9_800) } });
    const stages = [
      { pattern: 'fanOut', branches: wide(64) },
      { pattern: 'fanOut', branches: wide(12), maxParallel: 12 },
    ];
    const result = await cadre.run('pipeline', { team: 'drill', task: 'x', stages });
    expect(result.status).toBe('completed');
  });

  it('a template that multiplies the input ends as PayloadTooLarge', async () => {
    const composition = { pattern: 'pipeline', stages: [{ agent: 'north', task: '{{input.x}}'.repeat(50) }] };
    const handle = await cadre.start('compose', { team: 'drill', task: 'x', input: { x: large }, composition });
    await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'PayloadTooLarge' } });
  });

  it('a time limit of one branch does not cancel others that wait for room in a workflow task', async () => {
    const branches = wide(24).map((node, n) => ({
      ...node,
      task: `${n} {{input.x}}`,
      ...(n === 12 || n === 13 ? { timeout: '1ms' } : {}),
    }));
    const common = { team: 'drill', task: 'x', maxParallel: 24, onPartial: 'continue', input: { x: large } };
    const result = await cadre.run('fanOut', { ...common, branches });
    expect(result).toMatchObject({ status: 'partial', stoppedBecause: '2 of 24 branches failed' });
  });

  it('an edit of 1.9 MB', async () => {
    model.answer = (seen) =>
      seen.step === 0 ? { message: toolCall('write_file', { path: 'edit.txt', content: 'x' }) } : undefined;
    const handle = await cadre.start('agent', { team: 'drill', agent: 'publisher', task: 'Write' });
    const { id, digest } = await cadre.approval(handle);
    const args = { path: 'edit.txt', content: 'y'.repeat(1_900_000) };
    await cadre.decide(handle, { id, decision: 'edit', by: 'dana', digest, args });
    expect((await handle.result()) as RunResult).toMatchObject({ status: 'completed' });
  });

  it('a node of its own seven levels down with names of sixty characters', async () => {
    const deep = (level: number): object => {
      const name = `${'n'.repeat(60)}${level}`;
      if (level === 0) return { agent: 'north', name, isolate: true };
      return { pattern: 'pipeline', name, stages: [deep(level - 1)] };
    };
    const result = await cadre.run('compose', { team: 'drill', task: 'x', composition: deep(6) });
    expect(result.status).toBe('completed');
  });

  it('a model server that reports usage below nothing does not refill a budget', async () => {
    model.answer = () => ({ message: { role: 'assistant', content: 'ok' }, usage: { input: -1_000_000, output: 1 } });
    const { usage } = await cadre.run('agent', { team: 'drill', agent: 'north', task: 'x' });
    expect(usage.inputTokens).toBeGreaterThanOrEqual(0);
  });
});

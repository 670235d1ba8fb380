import type { RunResult } from '../../contracts/run';
import { until } from '../support/harness';
import { call, calls, endedWithin, openApprovals, pause, say, useLab } from '../support/attack/attack-lab';

const lab = useLab({ teams: ['drill'] });
const wide = (count: number): { agent: string }[] => Array.from({ length: count }, () => ({ agent: 'north' }));
const large = 'i'.repeat(200_000);
const drill = { team: 'drill' };

describe('inputs that are meant to hang a run or to end it without a word', () => {
  it('forty branches at once over an input of 240 KB', async () => {
    const input = { text: 'i'.repeat(240_000) };
    const result = await lab.run('fanOut', { ...drill, maxParallel: 40, input, branches: wide(40) });
    expect(result.status).toBe('completed');
  });

  it('a wide fan-out over the 600 KB that another one has put together', async () => {
    lab.model.answer = () => say('o'.repeat(9_800));
    const stages = [
      { pattern: 'fanOut', branches: wide(64) },
      { pattern: 'fanOut', branches: wide(12), maxParallel: 12 },
    ];
    const result = await lab.run('pipeline', { ...drill, stages });
    expect(result.status).toBe('completed');
  });

  it('a template that multiplies the input ends as PayloadTooLarge', async () => {
    const composition = { pattern: 'pipeline', stages: [{ agent: 'north', task: '{{input.x}}'.repeat(50) }] };
    const handle = await lab.start('compose', { ...drill, input: { x: large }, composition });
    await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'PayloadTooLarge' } });
  });

  it('a time limit of one branch does not cancel others that wait for room in a workflow task', async () => {
    const branches = wide(24).map((node, n) => ({
      ...node,
      task: `${n} {{input.x}}`,
      ...(n === 12 || n === 13 ? { timeout: '1ms' } : {}),
    }));
    // Templates may add 100 000 characters to a text; room in a task is counted in bytes.
    const input = { x: '€'.repeat(66_000) };
    const common = { ...drill, maxParallel: 24, onPartial: 'continue', input };
    const result = await lab.run('fanOut', { ...common, branches });
    expect(result).toMatchObject({ status: 'partial', stoppedBecause: '2 of 24 branches failed' });
  });

  it('an edit of 1.9 MB', async () => {
    lab.model.answer = (seen) => (seen.step === 0 ? call('write_file', { path: 'edit.txt', content: 'x' }) : undefined);
    const handle = await lab.start('agent', { ...drill, agent: 'publisher', task: 'Write' });
    const { id, digest } = await lab.cadre.approval(handle);
    const args = { path: 'edit.txt', content: 'y'.repeat(1_900_000) };
    await lab.cadre.decide(handle, { id, decision: 'edit', by: 'dana', digest, args });
    expect((await handle.result()) as RunResult).toMatchObject({ status: 'completed' });
  });

  it('a node of its own seven levels down with names of sixty characters', async () => {
    const deep = (level: number): object => {
      const name = `${'n'.repeat(60)}${level}`;
      if (level === 0) return { agent: 'north', name, isolate: true };
      return { pattern: 'pipeline', name, stages: [deep(level - 1)] };
    };
    const result = await lab.run('compose', { ...drill, composition: deep(6) });
    expect(result.status).toBe('completed');
  });

  it('a model server that reports usage below nothing does not refill a budget', async () => {
    lab.model.answer = () => ({ ...say('ok'), usage: { input: -1_000_000, output: 1 } });
    const { usage } = await lab.run('agent', { ...drill, agent: 'north' });
    expect(usage.inputTokens).toBeGreaterThanOrEqual(0);
  });
});

describe('sizes that pass the governor by', () => {
  it('A5 many large approved writes end with a result', async () => {
    const content = 'z'.repeat(240_000);
    lab.byAgent({
      keeper: ({ step }) =>
        step < 6 ? calls([0, 1].map((n) => ['write_file', { path: `big-${step}-${n}.txt`, content }])) : say('ok'),
    });
    const handle = await lab.start('agent', { agent: 'keeper', task: 'Write many' });
    const deadline = Date.now() + 40_000;
    for (let done = 0; done < 12 && Date.now() < deadline;) {
      for (const { id } of await openApprovals(handle).catch(() => [])) {
        const decided = lab.cadre.decide(handle, { id, decision: 'approve', by: 'dana' });
        done += await decided.then(
          () => 1,
          () => 0,
        );
      }
      if ((await handle.describe()).status.name !== 'RUNNING') break;
      await pause(100);
    }
    expect(await endedWithin(handle, 15_000)).toBe('COMPLETED');
  });

  it('W5 a hundred large steers', async () => {
    const release = lab.hold();
    lab.byAgent({ reader: ({ step }) => (step === 0 ? call('read_file', { path: 'mail.txt' }) : say('ok')) });
    const handle = await lab.start('agent', { agent: 'reader' });
    await until(10_000, 'the call', () => Promise.resolve(lab.model.requests.length > 0));
    for (let n = 0; n < 60; n += 1) await handle.signal('steer', { text: '€'.repeat(16_000), from: 'dana' });
    release();
    expect(await endedWithin(handle, 20_000)).toBe('COMPLETED');
  });

  it('W19 an approval that a child asks for is bounded as well', async () => {
    const many = { text: '{{input.x}}'.repeat(20), list: Array.from({ length: 20 }, () => '{{input.x}}') };
    for (const [content, problem] of [
      [many.text, /templates grows past/],
      [many.list, /The approval of vault.write_file has \d+ bytes/],
    ] as const) {
      const stages = [{ tool: 'vault.write_file', by: 'keeper', args: { path: 'w19.txt', content } }];
      const composition = { isolate: true, pattern: 'pipeline', stages };
      const handle = await lab.start('compose', { input: { x: large }, composition });
      expect(await endedWithin(handle, 10_000)).toBe('FAILED');
      await expect(handle.result()).rejects.toMatchObject({
        cause: { type: 'PayloadTooLarge', message: expect.stringMatching(problem) as string },
      });
    }
  });
});

import type { PatternName } from '../../contracts/names';
import type { RunResult } from '../../contracts/run';
import { runResultSchema } from '../../contracts/schemas/run-result';
import { startDrillModel, type DrillModel } from '../support/drill-model';
import { Harness } from '../support/harness';

let model: DrillModel;
let cadre: Harness;
const returned: RunResult[] = [];

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
});

afterEach(() => {
  // Whatever a run returned fits the schema that is published for it.
  for (const result of returned.splice(0)) expect(runResultSchema.safeParse(result).error?.message).toBeUndefined();
});

async function run(type: PatternName, input: unknown): Promise<RunResult> {
  const result = await cadre.run(type, input);
  returned.push(result);
  return result;
}

const asked = (): string[] => model.requests.map(({ agent, role }) => `${agent} ${role}`);

describe('each pattern on a model behind a real socket', () => {
  it('agent: one call, the answer is the output', async () => {
    const result = await run('agent', { team: 'drill', agent: 'north', task: 'Look' });
    expect(result).toMatchObject({
      status: 'completed',
      output: 'north is done',
      steps: 1,
      usage: { inputTokens: 100, outputTokens: 20, modelCalls: 1 },
    });
    expect(asked()).toEqual(['north text']);
  });

  it('supervisor: plan, two specialists, review, gate, synthesis', async () => {
    const result = await run('supervisor', {
      team: 'drill',
      supervisor: 'lead',
      specialists: ['north', 'south'],
      task: 'Look around',
    });
    expect(result).toMatchObject({ status: 'completed', output: 'lead is done', steps: 6 });
    expect(asked().sort()).toEqual(
      ['lead plan', 'lead review', 'lead sufficiency', 'lead text', 'north text', 'south text'].sort(),
    );
    expect(result.parts).toMatchObject({
      subtasks: [
        { agent: 'north', verdict: 'accepted' },
        { agent: 'south', verdict: 'accepted' },
      ],
    });
  });

  it('pipeline: each stage gets the output of the one before', async () => {
    const result = await run('pipeline', {
      team: 'drill',
      stages: [{ agent: 'north' }, { agent: 'south' }],
      task: 'Look',
    });
    expect(result).toMatchObject({ status: 'completed', output: 'south is done', steps: 2 });
    expect(model.requests[1]?.said).toContain('north is done');
  });

  it('fanOut: branches, then a merge', async () => {
    const result = await run('fanOut', {
      team: 'drill',
      branches: [{ agent: 'north' }, { agent: 'south' }],
      task: 'Look',
    });
    expect(result.output).toEqual([
      { from: '1-north', value: 'north is done' },
      { from: '2-south', value: 'south is done' },
    ]);
  });

  it('router: the chosen specialist answers itself, unclear goes to the fallback', async () => {
    const routes = [{ agent: 'north' }, { agent: 'south' }];
    const clear = await run('router', {
      team: 'drill',
      router: 'chooser',
      routes,
      fallback: { agent: 'critic' },
      task: 'Go north',
    });
    expect(clear).toMatchObject({ output: 'north is done', parts: { taken: 'north', confidence: 0.9 } });
    const unclear = await run('router', {
      team: 'drill',
      router: 'chooser',
      routes,
      fallback: { agent: 'critic' },
      task: 'unclear',
    });
    expect(unclear).toMatchObject({ output: 'critic is done', parts: { taken: 'fallback' } });
  });

  it('reflection: the draft is mended until it passes', async () => {
    const result = await run('reflection', { team: 'drill', author: 'author', critic: 'critic', task: 'Write' });
    expect(result).toMatchObject({ output: 'draft 2', parts: { score: 0.9, best: 2 }, steps: 4 });
  });

  it('compose: patterns nested in patterns, one of them as a child workflow', async () => {
    const result: RunResult = await run('compose', { team: 'drill', composition: 'nested', task: 'Look' });
    expect(result).toMatchObject({ status: 'completed', output: 'draft 2', steps: 6 });
  });
});

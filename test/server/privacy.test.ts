import { type WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { startDrillModel, type DrillModel } from '../support/drill-model';
import { Harness } from '../support/harness';

let model: DrillModel;
let cadre: Harness;

beforeAll(async () => {
  model = await startDrillModel();
  cadre = await Harness.start({
    teams: ['drill-private'],
    env: { DRILL_MODEL_URL: model.url, DRILL_MODEL_KEY: 'k', OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: model.url },
  });
});
afterAll(async () => {
  await cadre.close();
  await model.close();
});
beforeEach(() => {
  model.requests.length = 0;
});

const asked = (): string[] => model.requests.map(({ agent }) => agent);

async function failureOf(input: object, type: 'pipeline' | 'agent' | 'fanOut'): Promise<string> {
  try {
    await cadre.run(type, { team: 'drill-private', task: 'Look', ...input });
  } catch (error) {
    const { cause } = error as WorkflowFailedError;
    if (cause instanceof ApplicationFailure) return `${cause.type}: ${cause.message}`;
  }
  throw new Error('the run did not fail');
}

describe('what is private (contract §2, a flow label)', () => {
  it('reaches further agents on local models', async () => {
    const result = await cadre.run('pipeline', {
      team: 'drill-private',
      task: 'Look',
      stages: [{ agent: 'north' }, { agent: 'south' }],
    });
    expect(result).toMatchObject({ output: 'south is done', private: true });
    expect(asked()).toEqual(['north', 'south']);
  });

  it.each([
    ['the next stage', 'pipeline', { stages: [{ agent: 'north' }, { agent: 'lead' }] }],
    ['an agent in between', 'pipeline', { stages: [{ agent: 'north' }, { agent: 'south' }, { agent: 'lead' }] }],
    ['a merge of branches', 'fanOut', { branches: [{ agent: 'north' }, { agent: 'south' }], merge: { agent: 'lead' } }],
  ] as const)(
    'does not reach a model elsewhere through %s: the run is refused at its start',
    async (_how, type, input) => {
      expect(await failureOf(input, type)).toMatch(/^InvalidInput.*"lead" would get private material/s);
      expect(asked()).toEqual([]);
    },
  );

  it.each([
    [
      'a stage',
      'pipeline',
      { stages: [{ agent: 'north' }, { agent: 'south' }, { agent: 'roamer' }] },
      ['north', 'south'],
    ],
    [
      'a merge',
      'fanOut',
      { branches: [{ agent: 'north' }, { agent: 'south' }], merge: { agent: 'roamer' } },
      ['north', 'south'],
    ],
  ] as const)(
    'is held back in %s when only the call shows that the model is elsewhere',
    async (_how, type, input, reached) => {
      expect(await failureOf(input, type)).toMatch(/^ModelUnavailable.*something private/s);
      expect(asked().sort()).toEqual(reached);
    },
  );

  it('is the whole run when its input says so', async () => {
    await failureOf({ agent: 'lead', privacy: 'private' }, 'agent');
    expect(asked()).toEqual([]);
    const plain = await cadre.run('agent', { team: 'drill-private', task: 'Look', agent: 'lead' });
    expect(plain).toMatchObject({ output: 'lead is done' });
    expect(plain.private).toBeUndefined();
  });
});

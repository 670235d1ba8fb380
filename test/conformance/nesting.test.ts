import { patternNames, type PatternName } from '../../contracts/names';
import { startDrillModel, type DrillModel } from '../support/drill-model';
import { Harness } from '../support/harness';
import { patternCases } from '../support/pattern-cases';

jest.setTimeout(120_000);

// Any pattern is a node of any other one that takes nodes: inside its history, or as a child workflow with one of its own.
let cadre: Harness;
let model: DrillModel;

beforeAll(async () => {
  model = await startDrillModel();
  cadre = await Harness.start({
    teams: ['drill'],
    env: { DRILL_MODEL_URL: model.url, DRILL_MODEL_KEY: 'drill-key' },
  });
});
afterAll(async () => {
  await cadre.close();
  await model.close();
});

type Node = Record<string, unknown>;
const hosts: Record<string, (inner: Node) => { type: PatternName; input: Node }> = {
  'a stage': (inner) => ({ type: 'pipeline', input: { stages: [inner, { agent: 'south' }] } }),
  'an isolated branch': (inner) => ({
    type: 'fanOut',
    input: { branches: [{ ...inner, isolate: true }, { agent: 'south' }] },
  }),
  'a route': (inner) => ({
    type: 'router',
    input: { router: 'chooser', routes: [{ name: 'north', node: inner }, { agent: 'south' }] },
  }),
  'the author of a reflection': (inner) => ({
    type: 'reflection',
    input: { author: inner, critic: 'critic', maxRounds: 1 },
  }),
  'what follows in a composition of a composition': (inner) => ({
    type: 'compose',
    input: { composition: { pattern: 'compose', composition: { agent: 'south', then: inner } } },
  }),
};

describe.each(patternNames)('%s', (type) => {
  it.each(Object.keys(hosts))('runs as %s', async (place) => {
    const inner = { pattern: type, ...patternCases[type].plain };
    const host = hosts[place]?.(inner);
    if (!host) throw new Error(place);
    const result = await cadre.run(host.type, { team: 'drill', task: 'Look', ...host.input });
    // In the case of peers one asks somebody who takes no part: that is news for the agent, and it goes on.
    const failures = result.failures.filter(({ kind }) => kind !== 'ToolNotAllowed');
    expect({ status: result.status, failures }).toEqual({ status: 'completed', failures: [] });
    expect(result.output).not.toBeNull();
  });
});

test('a failing branch stays in its place: the others finish, and the result says which one is missing', async () => {
  model.answer = ({ agent }) => (agent === 'north' ? { message: { role: 'assistant', content: '' } } : undefined);
  const branches = [{ pattern: 'pipeline', stages: [{ agent: 'north' }] }, { agent: 'south' }];
  for (const isolate of [false, true]) {
    const result = await cadre.run('fanOut', {
      team: 'drill',
      task: 'Look',
      onPartial: 'continue',
      branches: branches.map((branch) => ({ ...branch, isolate })),
    });
    expect(result.status).toBe('partial');
    expect(result.output).toEqual([{ from: '2-south', value: 'south is done' }]);
    expect(result.stoppedBecause).toBe('1 of 2 branches failed');
    expect(result.failures[0]).toMatchObject({ kind: 'MalformedOutput' });
  }
});

import { cpSync } from 'node:fs';
import path from 'node:path';
import { teamFolder } from '../../bench/cascades/lab';
import { measure, type Measured, type MeasureOptions } from '../../bench/cascades/measure';
import { startCascadeModel, type CascadeModel } from '../../bench/cascades/model';
import { topologies } from '../../bench/cascades/topologies';
import { Harness } from '../support/harness';

jest.setTimeout(120_000);

let model: CascadeModel;
let cadre: Harness;

beforeAll(async () => {
  model = await startCascadeModel();
  cadre = await Harness.start({ env: { CASCADES_MODEL_URL: model.url } });
  cpSync(teamFolder, path.join(cadre.folder, 'agents', 'cascades'), { recursive: true });
});
afterAll(async () => {
  await cadre.close();
  await model.close();
});

const small: MeasureOptions = { seed: 1, runs: 2, seededRuns: 1, topologies: [], reliability: 0.85, lanes: 6 };
const measured = (options: Partial<MeasureOptions>): Promise<Measured> =>
  measure(model, (type, input) => cadre.run(type, input), { ...small, ...options });
const named = (...names: string[]) => topologies.filter(({ name }) => names.includes(name));
const of = ({ some, all }: { some: number; all: number }): string => `${some}/${all}`;
const stepLines = ({ steps }: Measured): string[] =>
  steps.map(({ topology, checks, right, wrong, stopped, missed, falseAlarms, callsPerRun }) =>
    [topology, checks, of(right), of(wrong), of(stopped), of(missed), of(falseAlarms), callsPerRun].join(' '),
  );
const spreadLines = ({ spread }: Measured): string[] =>
  spread.map(({ topology, checks, repeated, carried, right, stopped, callsPerRun }) =>
    [topology, checks, of(repeated), of(carried), of(right), of(stopped), callsPerRun].join(' '),
  );

describe('the measurement of cascades, on real runs', () => {
  it('gives the same figures for the same seed, to the digit', async () => {
    const found = await measured({ topologies: topologies.filter(({ name }) => !/-[28]$/.test(name)) });
    // topology, checks: right, wrong, stopped, missed faults, false alarms, calls per run
    expect(stepLines(found)).toEqual([
      'pipeline-4 bare 1/2 1/2 0/2 0/0 0/0 4',
      'pipeline-4 schema 1/2 1/2 0/2 2/3 0/6 4.5',
      'pipeline-4 85 1/2 0/2 1/2 0/2 1/7 9',
      'pipeline-4 95 1/2 0/2 1/2 0/2 1/7 9',
      'supervisor bare 2/2 0/2 0/2 0/0 0/0 7',
      'supervisor 85 2/2 0/2 0/2 0/0 1/11 9',
      'fanOut bare 2/2 0/2 0/2 0/0 0/0 3',
      'fanOut 85 2/2 0/2 0/2 0/0 0/6 6',
      'reflection bare 2/2 0/2 0/2 0/0 0/0 2',
      'reflection 85 2/2 0/2 0/2 0/0 0/2 2',
      'debate bare 2/2 0/2 0/2 0/0 0/0 5.5',
      'debate 85 2/2 0/2 0/2 0/0 1/3 9',
      'swarm bare 1/2 1/2 0/2 0/0 0/0 4',
      'swarm 85 2/2 0/2 0/2 0/2 0/2 10',
      'peers bare 1/2 1/2 0/2 0/0 0/0 7',
      'peers 85 1/2 1/2 0/2 1/2 0/1 11.5',
      'plan bare 0/2 2/2 0/2 0/0 0/0 4',
      'plan 85 2/2 0/2 0/2 0/3 0/2 12.5',
    ]);
    // topology, checks: steps that repeat the false claim, results that claim it, right, stopped, calls per run
    expect(spreadLines(found)).toEqual([
      'pipeline-4 bare 3/3 1/1 0/1 0/1 4',
      'pipeline-4 85 0/3 0/1 1/1 0/1 10',
      'supervisor bare 1/4 1/1 0/1 0/1 7',
      'supervisor 85 1/4 0/1 1/1 0/1 16',
      'fanOut bare 0/2 0/1 0/1 1/1 3',
      'fanOut 85 0/2 0/1 1/1 0/1 8',
      'reflection bare 0/0 1/1 0/1 0/1 2',
      'reflection 85 0/0 1/1 0/1 0/1 4',
      'debate bare 0/5 0/1 1/1 0/1 7',
      'debate 85 0/5 0/1 1/1 0/1 8',
      'swarm bare 1/3 1/1 0/1 0/1 4',
      'swarm 85 1/3 0/1 1/1 0/1 15',
      'peers bare 3/3 1/1 0/1 0/1 7',
      'peers 85 3/3 0/1 1/1 0/1 16',
      'plan bare 3/3 1/1 0/1 0/1 4',
      'plan 85 3/3 0/1 1/1 0/1 10',
    ]);
  });

  it('gives other figures for another seed', async () => {
    const only = { topologies: named('pipeline-2') };
    const one = stepLines(await measured({ ...only, seed: 1 }));
    expect(stepLines(await measured({ ...only, seed: 2 }))).not.toEqual(one);
  });

  it('finds everything right when no step ever fails, and nothing when all do', async () => {
    const only = { topologies: named('pipeline-2', 'peers'), runs: 1 };
    const sound = await measured({ ...only, reliability: 1 });
    for (const { checks, right, missed } of sound.steps) {
      expect(missed.all).toBe(0);
      if (checks === 'bare') expect(of(right)).toBe('1/1');
    }
    const hopeless = await measured({ ...only, topologies: named('pipeline-2'), reliability: 0 });
    for (const { right } of hopeless.steps) expect(right.some).toBe(0);
  });
});

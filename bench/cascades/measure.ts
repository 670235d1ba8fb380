import type { CascadeModel } from './model';
import { type Ran, runTrial, type StartRun, type TrialOptions } from './run-trial';
import type { Share } from './share';
import { type Checks, pipelines, type Topology } from './topologies';

/** One line of the first table: steps that go wrong now and then, and what checks make of it. */
export interface Steps {
  topology: string;
  checks: Checks;
  right: Share;
  wrong: Share;
  stopped: Share;
  /** Wrong things that a check accepted, of the wrong ones put before a check. */
  missed: Share;
  /** Right things that a check refused, of the right ones. */
  falseAlarms: Share;
  callsPerRun: number;
}
/** One line of the second table: where one false claim gets to when every other step is right. */
export interface Spread {
  topology: string;
  checks: Checks;
  /** Steps that repeat it, of the steps that are not the seeded one; both summed over all runs. */
  repeated: Share;
  /** Results that claim it. */
  carried: Share;
  right: Share;
  stopped: Share;
  callsPerRun: number;
}
export interface Measured {
  steps: Steps[];
  spread: Spread[];
}

export interface MeasureOptions {
  seed: number;
  /** Runs of each line of the first table. */
  runs: number;
  /** Runs of each line with checks in the second table. */
  seededRuns: number;
  topologies: readonly Topology[];
  reliability: number;
  /** Runs at the same time. */
  lanes: number;
  onProgress?: (done: number, of: number) => void;
}

/** Checking agents of this reliability stand in every topology; schemas alone, and better agents, in pipelines. */
const usual: Checks[] = ['bare', 85];
/** With nobody to check and every other step right there is no chance in it: a few runs show that. */
const bareSeededRuns = 3;

export async function measure(model: CascadeModel, start: StartRun, options: MeasureOptions): Promise<Measured> {
  const { seed, runs, seededRuns, topologies, reliability } = options;
  const stepTrials = topologies.flatMap((topology) => {
    const all: Checks[] = pipelines.includes(topology) ? ['bare', 'schema', 85, 95] : usual;
    return all.map((checks) => trialsOf({ seed, topology, checks, reliability, isSeeded: false }, runs));
  });
  const spreadTrials = topologies.flatMap((topology) =>
    usual.map((checks) => {
      const count = checks === 'bare' ? Math.min(bareSeededRuns, seededRuns) : seededRuns;
      return trialsOf({ seed, topology, checks, reliability: 1, isSeeded: true }, count);
    }),
  );
  const ran = await inLanes([...stepTrials, ...spreadTrials].flat(), options, (trial) => runTrial(model, start, trial));
  const lines = [...stepTrials, ...spreadTrials].map((group) => ({ group, ends: ran.splice(0, group.length) }));
  return {
    steps: lines.slice(0, stepTrials.length).map(({ group, ends }) => stepsOf(group, ends)),
    spread: lines.slice(stepTrials.length).map(({ group, ends }) => spreadOf(group, ends)),
  };
}

const trialsOf = (shared: Omit<TrialOptions, 'number'>, count: number): TrialOptions[] =>
  Array.from({ length: count }, (_trial, number) => ({ ...shared, number }));

/** Results in the order of the work, whatever ended first. */
async function inLanes<T, R>(work: readonly T[], options: MeasureOptions, one: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(work.length);
  const rest = work.entries();
  let done = 0;
  const lane = async (): Promise<void> => {
    for (const [index, item] of rest) {
      results[index] = await one(item);
      done += 1;
      options.onProgress?.(done, work.length);
    }
  };
  await Promise.all(Array.from({ length: options.lanes }, lane));
  return results;
}

const share = <T>(all: readonly T[], is: (one: T) => boolean): Share => ({
  some: all.filter(is).length,
  all: all.length,
});
const sum = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0);
const named = ([first]: readonly TrialOptions[]) => ({
  topology: first?.topology.name ?? '',
  checks: first?.checks ?? ('bare' as const),
});

function stepsOf(group: readonly TrialOptions[], ran: readonly Ran[]): Steps {
  const gates = ran.flatMap((one) => one.gates);
  return {
    ...named(group),
    right: share(ran, ({ end }) => end === 'right'),
    wrong: share(ran, ({ end }) => end === 'wrong'),
    stopped: share(ran, ({ end }) => end === 'stopped'),
    missed: share(
      gates.filter(({ wrong }) => wrong),
      ({ accepted }) => accepted,
    ),
    falseAlarms: share(
      gates.filter(({ wrong }) => !wrong),
      ({ accepted }) => !accepted,
    ),
    callsPerRun: sum(ran.map(({ calls }) => calls)) / ran.length,
  };
}

function spreadOf(group: readonly TrialOptions[], ran: readonly Ran[]): Spread {
  return {
    ...named(group),
    repeated: { some: sum(ran.map(({ repeated }) => repeated)), all: sum(ran.map(({ others }) => others)) },
    carried: share(ran, ({ carried }) => carried),
    right: share(ran, ({ end }) => end === 'right'),
    stopped: share(ran, ({ end }) => end === 'stopped'),
    callsPerRun: sum(ran.map(({ calls }) => calls)) / ran.length,
  };
}

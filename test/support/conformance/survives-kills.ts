import { createHash } from 'node:crypto';
import type { RunResult } from '../../../contracts/run';
import type { DrillRequest } from '../drill-model';
import { until } from '../harness';
import { approveOpen } from './drive';
import { begin, markOf, type Lab, type TrialRun } from './lab';
import type { Trial } from './trials';
import { WorkerChild } from './worker-child';

/** More waves than any trial has calls in a row: a run that does not come on must not kill workers for ever. */
const wavesMax = 16;

interface Runner {
  run: TrialRun;
  result: RunResult | null;
  failure: unknown;
}

/**
 * 5. kill -9 of the worker in the middle of every single model call, and before and after every effect. All runs go at
 * once: each call is held when it arrives for the first time; when all runs hang in held calls, the worker is killed
 * and another one started. So every call is asked exactly twice: once in vain, once in earnest. Returns the waves.
 */
export async function survivesKills(lab: Lab, trials: readonly Trial[]): Promise<number> {
  const calls = new HeldCalls(lab);
  let worker = await WorkerChild.start(lab.cadre, lab.patienceMs);
  try {
    const runners = await Promise.all(trials.map((trial) => startRunner(lab, trial)));
    let waves = 0;
    for (; waves < wavesMax; waves += 1) {
      await until(lab.patienceMs, 'all runs to hang in a call or to be over', () => poised(lab, runners, calls));
      if (runners.every(isOver)) break;
      await worker.kill();
      calls.dropAll();
      worker = await WorkerChild.start(lab.cadre, lab.patienceMs);
    }
    for (const runner of runners) expectUnharmed(runner, calls);
    return waves;
  } finally {
    calls.dropAll();
    await worker.kill();
  }
}

async function startRunner(lab: Lab, trial: Trial): Promise<Runner> {
  const runner: Runner = { run: await begin(lab, trial), result: null, failure: null };
  runner.run.result().then(
    (result) => (runner.result = result),
    (error: unknown) => (runner.failure = error),
  );
  return runner;
}

const isOver = ({ result, failure }: Runner): boolean => result !== null || failure !== null;

/** Nothing is on its way any more: what Temporal counts as under way is exactly what is held at the model or the ledger. */
async function poised(lab: Lab, runners: readonly Runner[], calls: HeldCalls): Promise<boolean> {
  const states = await Promise.all(
    runners.map(async (runner) => {
      if (isOver(runner)) return true;
      await approveOpen(runner.run);
      const held = calls.heldBy(runner.run.mark);
      return held > 0 && held === (await callsUnderWay(lab, runner.run.handle.workflowId));
    }),
  );
  return states.every(Boolean);
}

/** Activities that Temporal counts as under way, those of open children included. */
export async function callsUnderWay(lab: Lab, workflowId: string): Promise<number> {
  const { raw } = await lab.cadre.client.workflow.getHandle(workflowId).describe();
  const children = (raw.pendingChildren ?? []).flatMap((child) => child.workflowId ?? []);
  const below = await Promise.all(children.map((child) => callsUnderWay(lab, child)));
  return (raw.pendingActivities ?? []).length + below.reduce((sum, calls) => sum + calls, 0);
}

function expectUnharmed({ run, result, failure }: Runner, calls: HeldCalls): void {
  const { trial, mark, entries } = run;
  expect({ type: trial.type, failure }).toEqual({ type: trial.type, failure: null });
  expect({ status: result?.status, output: result?.output }).toEqual({ status: 'completed', output: trial.output });
  expect(result?.steps).toBe(trial.requests);
  const times = calls.timesAsked(mark);
  expect(times).toHaveLength(trial.requests);
  expect([...new Set(times)]).toEqual([2]);
  expect([...entries].sort()).toEqual([...trial.effects].sort());
  // Nobody knows what a killed call has cost: what was reserved for it is charged besides what its second try cost.
  expect(result?.usage.inputTokens).toBeGreaterThan(2 * 100 * trial.requests);
}

/** Holds every request that comes for the first time; what comes again is answered. */
class HeldCalls {
  private readonly asked = new Map<string, number>();
  private held: { mark: string; drop: () => void }[] = [];

  constructor(lab: Lab) {
    lab.model.beforeAnswer = (request) => {
      const key = `${markOf(request)} ${contentOf(request)}`;
      const times = (this.asked.get(key) ?? 0) + 1;
      this.asked.set(key, times);
      return times === 1 ? this.hold(markOf(request)) : undefined;
    };
    // An effect is killed twice: before it has happened, and after, when only the answer is missing.
    lab.ledger.before = ({ run, attempt }) => (attempt === 1 ? this.hold(run) : undefined);
    lab.ledger.after = ({ run, attempt }) => (attempt === 2 ? this.hold(run) : undefined);
  }

  heldBy(mark: string): number {
    return this.held.filter((call) => call.mark === mark).length;
  }

  /** How often each request of a run was made. */
  timesAsked(mark: string): number[] {
    return [...this.asked].filter(([key]) => key.startsWith(`${mark} `)).map(([, times]) => times);
  }

  dropAll(): void {
    for (const { drop } of this.held) drop();
    this.held = [];
  }

  private hold(mark: string): Promise<void> {
    return new Promise((drop) => this.held.push({ mark, drop }));
  }
}

/**
 * A request asked again is the same to the last character: the prompt is made from what is stored. Only how busy the agents
 * of its choices are is told as it is now.
 */
function contentOf({ text }: DrillRequest): string {
  const stored = text.replace(/ \(at work in \d+ conversations?\)/g, '');
  return createHash('sha256').update(stored).digest('hex');
}

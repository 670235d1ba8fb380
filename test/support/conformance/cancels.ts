import type { RunResult } from '../../../contracts/run';
import { until } from '../harness';
import { approveOpen, ended, Gate } from './drive';
import { begin, type Lab, type TrialRun } from './lab';
import type { Trial } from './trials';

const abortedWithinMs = 2_000;

/** 4. Cancelled or stopped in the middle of a call: the request is aborted at once, what is done and spent is kept. */
export async function cancels(lab: Lab, trial: Trial): Promise<void> {
  await endMidCall(lab, trial, 'Cancelled.', (run) => run.handle.cancel());
  await endMidCall(lab, trial, 'Stopped by dana: enough.', (run) =>
    run.handle.executeUpdate('stop', { args: [{ by: 'dana', reason: 'enough' }] }),
  );
}

async function endMidCall(
  lab: Lab,
  trial: Trial,
  because: string,
  end: (run: TrialRun) => Promise<unknown>,
): Promise<void> {
  const gate = Gate.at(lab, (_request, index) => index === trial.cancelAt);
  try {
    await expectEnd(gate, await begin(lab, trial), because, end);
  } finally {
    gate.release();
  }
}

async function expectEnd(
  gate: Gate,
  run: TrialRun,
  because: string,
  end: (run: TrialRun) => Promise<unknown>,
): Promise<void> {
  const { lab, trial } = run;
  const call = await until(lab.patienceMs, `call ${trial.cancelAt} at the model`, async () => {
    if (gate.held.length === 0) await approveOpen(run).catch(() => undefined);
    return gate.held[0];
  });
  const startedAt = performance.now();
  await end(run);
  await until(lab.patienceMs, 'the request to be aborted', () => Promise.resolve(call.aborted));
  const tookMs = performance.now() - startedAt;
  const result = await ended(run);
  expect(tookMs).toBeLessThan(abortedWithinMs);
  expectPartial(run, result, because);
}

function expectPartial({ trial, requests, entries }: TrialRun, result: RunResult, because: string): void {
  const { cancelAt, partial } = trial;
  expect(requests).toHaveLength(cancelAt + 1);
  expect(result).toMatchObject({ status: 'cancelled', stoppedBecause: because });
  expect(result.output).toEqual(partial === null ? null : { partial });
  expect(result.usage.inputTokens).toBeGreaterThanOrEqual(100 * cancelAt);
  expect(result.usage.usd).toBeGreaterThan(0);
  expect(result.approvals.filter(({ state }) => state === 'open')).toEqual([]);
  expect(entries).toHaveLength(1);
}

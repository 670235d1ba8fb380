import type { RunResult } from '../../../contracts/run';
import { finish } from './drive';
import { begin, type Lab, type TrialRun } from './lab';
import type { Trial } from './trials';

/** 1. It ends with its output; the model was asked exactly as often as the pattern says, and each effect happened once. */
export async function finishes(lab: Lab, trial: Trial): Promise<void> {
  const run = await begin(lab, trial);
  expectDone(run, await finish(run));
}

/** What every undisturbed run comes to: the oracles are the logs of the two HTTP servers, not what the run says of itself. */
export function expectDone(run: TrialRun, result: RunResult): void {
  const { trial, requests, entries } = run;
  expect({ status: result.status, output: result.output }).toEqual({ status: 'completed', output: trial.output });
  expect(requests.map(({ agent, role, step }) => `${agent} ${role} ${step}`)).toHaveLength(trial.requests);
  expect([...entries].sort()).toEqual([...trial.effects].sort());
  expect(result).toMatchObject({
    steps: trial.requests,
    usage: {
      modelCalls: trial.requests,
      inputTokens: 100 * trial.requests,
      outputTokens: 20 * trial.requests,
      toolCalls: trial.effects.length + (trial.ownCalls ?? 0),
    },
  });
  expect(result.auditHead).toMatch(/^sha256:[0-9a-f]{64}$/);
}

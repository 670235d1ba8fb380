import { ended, finish, Gate } from './drive';
import { begin, type Lab } from './lab';
import { expectDone } from './finishes';
import type { Trial } from './trials';

/** 3. Small budgets end it as such, overshot by no more than one call per open branch; a top-up in time lets it finish. */
export async function obeysBudget(lab: Lab, trial: Trial): Promise<void> {
  await stepBudget(lab, trial, 1);
  await stepBudget(lab, trial, trial.requests - 1);
  await tokenBudget(lab, trial);
  await topUp(lab, trial);
}

async function stepBudget(lab: Lab, trial: Trial, steps: number): Promise<void> {
  const run = await begin(lab, trial, { budget: { steps } });
  const result = await finish(run);
  expect({ budget: steps, status: result.status }).toEqual({ budget: steps, status: 'budget-exhausted' });
  expect(run.requests.length).toBeLessThanOrEqual(steps);
  expect(result.steps).toBe(run.requests.length);
  expect(result.failures.map(({ kind }) => kind)).toContain('BudgetExhausted');
}

/** Each call costs more than was reserved for it: what it really cost counts, and the next one is refused. */
async function tokenBudget(lab: Lab, trial: Trial): Promise<void> {
  const tokens = 6_000;
  const perCall = 5_000;
  lab.usage = { input: perCall - 500, output: 500 };
  try {
    const run = await begin(lab, trial, { budget: { tokens } });
    const result = await finish(run);
    expect({ budget: 'tokens', status: result.status }).toEqual({ budget: 'tokens', status: 'budget-exhausted' });
    const used = result.usage.inputTokens + result.usage.outputTokens;
    expect(used).toBe(run.requests.length * perCall);
    expect(used).toBeLessThanOrEqual(tokens + perCall * trial.branches);
  } finally {
    lab.usage = { input: 100, output: 20 };
  }
}

/** The raise arrives while the first call is in flight; without it the run would end after that call. */
async function topUp(lab: Lab, trial: Trial): Promise<void> {
  const gate = Gate.at(lab, (_request, index) => index === 0);
  const run = await begin(lab, trial, { budget: { steps: trial.branches } });
  await gate.first('the first call');
  const raised = await run.handle.executeUpdate('topUp', {
    args: [{ steps: trial.requests - trial.branches, by: 'dana' }],
  });
  expect(raised).toMatchObject({ steps: trial.requests });
  gate.release();
  expectDone(run, await finish(run));
  await ended(run);
}

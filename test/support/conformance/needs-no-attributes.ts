import { expectDone } from './finishes';
import { finish } from './drive';
import { begin, type Lab } from './lab';
import type { Trial } from './trials';

/** 10. In a namespace that knows none of our search attributes it runs as well, and says in the memo what it is. */
export async function needsNoAttributes(lab: Lab, trial: Trial): Promise<void> {
  const run = await begin(lab, trial);
  expectDone(run, await finish(run));
  const { memo } = await run.handle.describe();
  expect(memo).toMatchObject({ cadre: { pattern: trial.type, team: 'trial' } });
}

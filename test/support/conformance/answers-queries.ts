import { queryNames } from '../../../workflows/run/queries';
import { ended, finish, openApprovals } from './drive';
import { begin, type Lab, type TrialRun } from './lab';
import { until } from '../harness';
import type { Trial } from './trials';

interface Page {
  items: unknown[];
  next: number | null;
  total: number;
}

/** What contract §4 promises on every type. */
const promised = ['status', 'approvals', 'plan', 'budget', 'transcript', 'messages', 'events', 'board', 'help'];
const paged = ['approvals', 'transcript', 'messages', 'events'];

/** 2. Every query answers, while it waits and after it has ended; bad arguments and unknown names get words, not errors. */
export async function answersQueries(lab: Lab, trial: Trial): Promise<void> {
  expect(Object.keys(queryNames)).toEqual(promised);
  const run = await begin(lab, trial);
  await until(lab.patienceMs, 'an approval to be open', async () => (await openApprovals(run.handle)).length > 0);
  await expectAnswers(run, 'waiting-approval');
  expect(await run.handle.query('approvals')).toMatchObject({ items: [{ state: 'open' }], total: 1 });
  await finish(run);
  await ended(run);
  await expectAnswers(run, 'completed');
  const { used } = await run.handle.query<{ used: object }>('budget');
  expect(used).toMatchObject({ modelCalls: trial.requests, toolCalls: trial.effects.length + (trial.ownCalls ?? 0) });
}

async function expectAnswers({ handle, trial }: TrialRun, status: string): Promise<void> {
  for (const name of promised)
    expect({ name, answer: await handle.query(name) }).toEqual({ name, answer: expect.anything() as unknown });
  expect(await handle.query('status')).toMatchObject({
    status,
    pattern: trial.type,
    workflowId: handle.workflowId,
    team: 'trial',
  });
  for (const name of paged) {
    const page = await handle.query<Page, [object]>(name, { from: 0, limit: 1 });
    expect(page.items).toHaveLength(1);
    expect(page.next).toBe(page.total > 1 ? 1 : null);
    expect(await handle.query<Page, [string]>(name, 'not a page')).toMatchObject({ total: page.total });
  }
  expect(await handle.query<object>('no-such-query')).toEqual({
    refused: expect.stringContaining('Known are status') as unknown,
  });
}

import { WorkflowUpdateFailedError } from '@temporalio/client';
import type { Approval } from '../../../contracts/approval';
import { until } from '../harness';
import { approvalsOf, finish, Gate, openApprovals, person } from './drive';
import { markOf, begin, type Lab, type TrialRun } from './lab';
import type { Trial } from './trials';

interface Status {
  status: string;
  rejectedMessages: { name: string; reason: string }[];
}

/** 6. Of decisions that race exactly one counts; all others, and whatever is no decision, are refused in words. */
export async function decidesOnce(lab: Lab, trial: Trial): Promise<void> {
  const run = await begin(lab, trial);
  const [approval] = await until(lab.patienceMs, 'an approval', async () => {
    const open = await openApprovals(run.handle);
    return open.length > 0 && open;
  });
  if (!approval) throw new Error('no approval');
  await refusesWhatIsNoDecision(run, approval);
  await keepsBadSignals(run);
  // What comes after the decision waits: a run that has ended could not refuse anything in words.
  const gate = Gate.at(lab, (request) => markOf(request) === run.mark);
  const approved = await race(run, approval);
  expect(await refusal(run, { id: approval.id, decision: 'reject', by: 'lee' })).toMatch(
    new RegExp(`^Approval "${approval.id}" is already ${approved ? 'approved' : 'rejected'} by \\w+ at `),
  );
  gate.release();
  const result = await finish(run);
  expect(result.approvals).toHaveLength(trial.effects.length);
  expect(run.entries).toHaveLength(trial.effects.length - (approved ? 0 : 1));
}

async function refusesWhatIsNoDecision(run: TrialRun, { id, digest }: Approval): Promise<void> {
  const good = { id, decision: 'approve', by: person, digest };
  expect(await refusal(run, { ...good, id: '9-9-00000000' })).toBe(
    `There is no approval "9-9-00000000". Open are: ${id}.`,
  );
  expect(await refusal(run, { ...good, digest: `sha256:${'0'.repeat(64)}` })).toContain('The digest does not match');
  expect(await refusal(run, { ...good, by: 'publisher' })).toContain('agents cannot decide approvals');
  expect(await refusal(run, { ...good, by: undefined })).toBe('"decide" needs "by": who decides.');
  expect(await refusal(run, { ...good, decision: 'maybe' })).toContain('is one of approve, reject, edit, reassign');
  expect(await refusal(run, 'approve')).toContain('takes one JSON object');
  expect(await openApprovals(run.handle)).toHaveLength(1);
}

async function keepsBadSignals(run: TrialRun): Promise<void> {
  const { handle, lab } = run;
  await handle.signal<unknown[]>('decide', null);
  await handle.signal<unknown[]>('decide', { id: 'x', decision: 'approve', by: person });
  await handle.signal<unknown[]>('stop', 17);
  await handle.signal<unknown[]>('no-such-signal', { by: person });
  const status = await until(lab.patienceMs, 'the bad signals to be listed', async () => {
    const now = await handle.query<Status>('status');
    return now.rejectedMessages.length >= 4 && now;
  });
  expect(status.status).toBe('waiting-approval');
  expect(status.rejectedMessages.map(({ name }) => name)).toEqual(['decide', 'decide', 'stop', 'no-such-signal']);
}

/** The same update twice, a signal like it, and somebody who refuses, all at once. True when the approval won. */
async function race(run: TrialRun, { id, digest }: Approval): Promise<boolean> {
  const yes = { id, decision: 'approve', by: person, digest };
  const no = { id, decision: 'reject', by: 'lee', digest };
  const answers = await Promise.all([
    decide(run, yes, `yes-${run.mark}`),
    decide(run, yes, `yes-${run.mark}`),
    decide(run, no, `no-${run.mark}`),
    run.handle.signal('decide', yes).then(() => null),
  ]);
  const [first, again, refused] = answers;
  // The same update id is the same update: whoever asks again gets the first answer.
  expect(again).toEqual(first);
  expect([first, refused].filter((answer) => typeof answer === 'object').length).toBeLessThanOrEqual(1);
  const settled = (await approvalsOf(run.handle)).find((approval) => approval.id === id);
  const by = settled?.state === 'approved' ? person : 'lee';
  expect(settled?.settled).toMatchObject({ by, identity: 'claimed' });
  return settled?.state === 'approved';
}

/** The settled approval, or the sentence with which the decision was refused. */
async function decide(run: TrialRun, decision: unknown, updateId: string): Promise<Approval | string> {
  try {
    return await run.handle.executeUpdate<Approval, [unknown]>('decide', { args: [decision], updateId });
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError) return error.cause?.message ?? '';
    throw error;
  }
}

async function refusal(run: TrialRun, decision: unknown): Promise<string> {
  const answer = await decide(run, decision, `refused-${Math.random()}`);
  return typeof answer === 'string' ? answer : `accepted: ${JSON.stringify(answer)}`;
}

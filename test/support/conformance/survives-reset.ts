import type { RunResult } from '../../../contracts/run';
import { until } from '../harness';
import { approveOpen, finish, Gate, openApprovals } from './drive';
import { begin, take, TrialRun, type Lab } from './lab';
import { temporal } from './replays';
import { callsUnderWay } from './survives-kills';
import type { Trial } from './trials';

interface Reset {
  runId: string;
}

/** 8. Reset in the middle: approvals are asked again, effects are not repeated, open children are not met again. */
export async function survivesReset(lab: Lab, trial: Trial): Promise<void> {
  await resetAfterTheEffect(lab, trial);
  await resetWhileItWaits(lab, trial);
}

/** The effect has happened; the run is taken back to where nobody had been asked yet. */
async function resetAfterTheEffect(lab: Lab, trial: Trial): Promise<void> {
  const last = trial.requests - 1;
  const gate = Gate.at(lab, (_request, index) => index === last);
  const before = await begin(lab, trial);
  await until(lab.patienceMs, 'the last call at the model', async () => {
    if (gate.held.length === 0) await approveOpen(before).catch(() => undefined);
    return gate.held[0];
  });
  expect(before.entries).toHaveLength(trial.effects.length);
  const entered = lab.ledger.requests.length;
  const after = await reset(before);
  gate.release();
  await expectAskedAgain(after);
  expectSame(after, await finish(after));
  // What was asked again was answered from the record of the first time, or, in a child of another id, by its key.
  expect(lab.ledger.requests.length - entered).toBe(0);
}

/** The approval is open (in a child, where the type has one): the decision of before the reset is not one of after. */
async function resetWhileItWaits(lab: Lab, trial: Trial): Promise<void> {
  const before = await begin(lab, trial);
  await until(lab.patienceMs, 'an approval, and nothing else under way', async () => {
    return (
      (await openApprovals(before.handle)).length > 0 && (await callsUnderWay(lab, before.handle.workflowId)) === 0
    );
  });
  const asked = before.requests.length;
  const after = await reset(before);
  await expectAskedAgain(after);
  expectSame(after, await finish(after));
  await until(lab.patienceMs, 'children of the past to end', async () => (await openChildren(after)).length === 0);
  // What has been left behind does not go on spending: only the new run has asked since.
  expect(after.requests.length - asked).toBe(trial.requests);
}

async function expectAskedAgain(run: TrialRun): Promise<void> {
  const open = await until(run.lab.patienceMs, 'the approval to be asked again', async () => {
    const approvals = await openApprovals(run.handle);
    return approvals.length > 0 && approvals;
  });
  expect(open).toHaveLength(1);
}

function expectSame({ trial, entries }: TrialRun, result: RunResult): void {
  expect({ status: result.status, output: result.output }).toEqual({ status: 'completed', output: trial.output });
  expect([...entries].sort()).toEqual([...trial.effects].sort());
}

/** As a person does it: back to the end of the first workflow task, where the team is known and nothing has been asked. */
async function reset(run: TrialRun): Promise<TrialRun> {
  const { workflowId } = run.handle;
  const { events } = await run.handle.fetchHistory();
  const first = events?.find((event) => event.workflowTaskCompletedEventAttributes);
  const place = ['--workflow-id', workflowId, '--event-id', String(first?.eventId), '--reason', 'conformance'];
  const answer = JSON.parse(await temporal(run.lab, ['workflow', 'reset', ...place, '--output', 'json'])) as Reset;
  const handle = run.lab.cadre.client.workflow.getHandle(workflowId, answer.runId);
  return take(new TrialRun(run.lab, run.trial, run.mark, handle));
}

/** Children of any of its runs that are still open: an orphan would go on spending. */
async function openChildren(run: TrialRun): Promise<string[]> {
  const { client } = run.lab.cadre;
  const query = `WorkflowId STARTS_WITH '${run.handle.workflowId}/' AND ExecutionStatus = 'Running'`;
  const ids: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query })) ids.push(workflowId);
  return ids;
}

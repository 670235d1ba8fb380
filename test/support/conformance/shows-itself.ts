import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { testServer, until } from '../harness';
import { approveOpen, finish, openApprovals } from './drive';
import { begin, type Lab, type TrialRun } from './lab';
import { childrenOf, temporal } from './replays';
import type { Trial } from './trials';

interface Definition {
  name?: string | null;
  description?: string | null;
}
interface Metadata {
  currentDetails?: string;
  definition?: { queryDefinitions?: Definition[]; signalDefinitions?: Definition[]; updateDefinitions?: Definition[] };
}

interface SummedUp {
  eventType: string;
  userMetadata?: { summary?: { data?: string } };
  activityTaskScheduledEventAttributes?: { activityType: { name: string } };
}

const detailsBytesMax = 4_096;
const updates = ['decide', 'steer', 'pause', 'resume', 'stop', 'topUp'];
const pagedQueries = ['approvals', 'transcript', 'messages', 'events'];

/** 11. The Temporal UI and CLI are complete front ends: what is shown is enough to understand, and to decide, a run. */
export async function showsItself(lab: Lab, trial: Trial): Promise<void> {
  const run = await begin(lab, trial);
  await until(lab.patienceMs, 'an approval', async () => (await openApprovals(run.handle)).length > 0);
  const metadata = await run.handle.query<Metadata>('__temporal_workflow_metadata');
  expectDescriptions(metadata);
  await expectDecisionByPasting(run, metadata.currentDetails ?? '');
  await until(lab.patienceMs, 'the decision to count', async () => {
    await approveOpen(run).catch(() => undefined);
    return (await run.handle.describe()).status.name !== 'RUNNING';
  });
  await finish(run);
  await expectSummaries(run);
  await expectChildren(run);
}

/** Every handler says what it takes, as JSON that can be sent as it stands. */
function expectDescriptions({ definition }: Metadata): void {
  const { queryDefinitions = [], signalDefinitions = [], updateDefinitions = [] } = definition ?? {};
  const forPeople = signalDefinitions.filter(({ name }) => name && !name.startsWith('cadre'));
  expect(updateDefinitions.map(({ name }) => name).sort()).toEqual([...updates].sort());
  expect(forPeople.map(({ name }) => name).sort()).toEqual(updates.filter((name) => name !== 'topUp').sort());
  for (const { name, description } of [...queryDefinitions, ...signalDefinitions, ...updateDefinitions])
    expect({ name, description }).toEqual({ name, description: expect.stringMatching(/\w.{10,}/) as unknown });
  const paged = queryDefinitions.filter(({ name }) => pagedQueries.includes(name ?? ''));
  for (const { description } of [...paged, ...forPeople, ...updateDefinitions]) {
    const example = /\{.*\}/.exec(description ?? '')?.[0] ?? 'no example';
    expect(() => JSON.parse(example) as unknown).not.toThrow();
  }
}

/** The command in the details is pasted into a shell as it stands. */
async function expectDecisionByPasting(run: TrialRun, details: string): Promise<void> {
  expect(Buffer.byteLength(details)).toBeLessThan(detailsBytesMax);
  expect(details).toContain('**waiting-approval**');
  const commands = [...details.matchAll(/`(temporal workflow [^`]+)`/g)].map(([, command]) => command ?? '');
  expect(commands.some((command) => command.startsWith('temporal workflow signal '))).toBe(true);
  const update = commands.find((command) => command.startsWith('temporal workflow update execute ')) ?? 'no command';
  const { address, cli } = testServer();
  const env = {
    PATH: `${path.dirname(cli)}${path.delimiter}${process.env['PATH'] ?? ''}`,
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: run.lab.cadre.namespace,
  };
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', update], { env });
  expect(stdout).toContain('approve');
}

/** Activities and timers say what they are, in the words of the run: `critic · step 2 · model`. */
async function expectSummaries(run: TrialRun): Promise<void> {
  const text = await temporal(run.lab, [
    'workflow',
    'show',
    '--workflow-id',
    run.handle.workflowId,
    '--output',
    'json',
  ]);
  const { events } = JSON.parse(text) as { events: SummedUp[] };
  const summaries = (type: string, only: (event: SummedUp) => boolean = () => true): string[] =>
    events
      .filter((event) => event.eventType === type && only(event))
      .map(({ userMetadata }) => Buffer.from(userMetadata?.summary?.data ?? '', 'base64').toString('utf8'));
  const scheduled = 'EVENT_TYPE_ACTIVITY_TASK_SCHEDULED';
  const isCall = ({ activityTaskScheduledEventAttributes: activity }: SummedUp): boolean =>
    ['callModel', 'callTool'].includes(activity?.activityType.name ?? '');
  const calls = summaries(scheduled, isCall);
  expect(calls.length).toBeGreaterThan(0);
  for (const summary of calls) expect(summary).toMatch(/^"\w+ · step \d+ · [\w.]+"$/);
  for (const summary of summaries(scheduled, (event) => !isCall(event)))
    expect(summary).toMatch(/^"[\w.-]+ · [\w ]+( · [\w ]+)*"$/);
  const waits = summaries('EVENT_TYPE_TIMER_STARTED');
  expect(waits.length).toBeGreaterThan(0);
  for (const summary of waits) expect(summary).toMatch(/^"approval [\w-]+ · deadline"$/);
}

/** Children are found by their path: `<parent>/<role>/<n>-<6 hex digits>`, with a summary. */
async function expectChildren(run: TrialRun): Promise<void> {
  const { lab, trial, handle } = run;
  const children = await childrenOf(lab, handle.workflowId);
  expect(children).toHaveLength(trial.children);
  for (const child of children) {
    expect(child).toMatch(new RegExp(`^${handle.workflowId}/[a-z0-9-]+/\\d+-[0-9a-f]{6}$`));
    const { staticSummary } = await lab.cadre.client.workflow.getHandle(child).describe();
    expect(await staticSummary()).toMatch(/^\w+ · [\w/-]+$/);
  }
}

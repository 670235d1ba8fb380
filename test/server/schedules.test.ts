import { teamOfText } from '../../activities/teams';
import { applyOne, applySchedules, deleteSchedule, listSchedules, type PlannedRun, scheduleIdFor } from '../../client';
import { plannedMeeting, plannedRuns } from '../../cli/planned-runs';
import { Harness, until } from '../support/harness';

const yaml = `
apiVersion: cadre/v1
kind: Team
metadata: { name: ops }
spec:
  agents: [{ name: chief, instructions: You report., model: offline }, { name: dev, instructions: You build., model: offline }]
  models: { offline: { provider: offline } }
  compositions: { daily: { agent: chief, task: Report } }
  schedules:
    - { name: every-morning, cron: "0 7 * * 1-5", timezone: Europe/Berlin, composition: daily, task: Report on yesterday, input: { date: today }, timeout: 10m }
    - { name: look, cron: "@hourly", agent: chief, task: Look around, budget: { steps: 3 }, paused: true }
---
{ "title": "Release review", "participants": ["chief", "dev"], "agenda": ["Is it ready?"], "decision_required": true }
`;

describe('schedules', () => {
  let harness: Harness;
  let planned: PlannedRun[];
  beforeAll(async () => {
    harness = await Harness.start({ withoutWorker: true });
    planned = plannedRuns('ops', (await teamOfText(yaml)).team);
  });
  afterAll(() => harness.close());
  const describeOne = (name: string) => harness.client.schedule.getHandle(scheduleIdFor('ops', name)).describe();
  const untilListed = (names: string[]) =>
    until(10_000, names.join(', '), async () => {
      const rows = await listSchedules(harness.client, 'ops');
      return JSON.stringify(rows.map(({ name }) => name)) === JSON.stringify(names) && rows;
    });

  it('become Temporal Schedules, and saying it again changes nothing', async () => {
    const changes = await applySchedules(harness.client, 'ops', planned);
    expect(changes.map(({ name, change, id }) => [name, change, id])).toEqual([
      ['every-morning', 'created', 'schedule/ops/every-morning'],
      ['look', 'created', 'schedule/ops/look'],
    ]);
    const { spec, action, policies, state, info } = await describeOne('every-morning');
    expect(spec.timezone).toBe('Europe/Berlin');
    const next = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Berlin', weekday: 'short', hour: '2-digit', minute: '2-digit' }); // prettier-ignore
    for (const time of info.nextActionTimes) expect(next.format(time)).toMatch(/^(Mon|Tue|Wed|Thu|Fri) 07:00$/);
    expect(policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 3_600_000 });
    expect(state.paused).toBe(false);
    expect(action).toMatchObject({
      workflowType: 'compose',
      taskQueue: 'cadre',
      args: [{ team: 'ops', composition: 'daily', task: 'Report on yesterday', input: { date: 'today' }, timeout: 600, requestedBy: 'schedule:every-morning' }],
    });
    const look = await describeOne('look');
    expect(look.state.paused).toBe(true);
    expect(look.action).toMatchObject({ workflowType: 'agent', args: [{ team: 'ops', agent: 'chief', budget: { steps: 3 } }] });
    await untilListed(['every-morning', 'look']);
    const again = await applySchedules(harness.client, 'ops', planned);
    expect(again.map(({ change }) => change)).toEqual(['unchanged', 'unchanged']);
    expect((await describeOne('look')).info.lastUpdatedAt).toBeUndefined();
  }); // prettier-ignore

  it('change what has changed, leave a pause to the operator, and remove only when told to', async () => {
    await harness.client.schedule.getHandle(scheduleIdFor('ops', 'every-morning')).pause('holidays');
    const [first] = planned as [PlannedRun];
    const changed = { ...first, when: { cron: '30 8 * * *', timezone: 'Europe/Berlin' } };
    const changes = await applySchedules(harness.client, 'ops', [changed]);
    expect(changes.map(({ name, change }) => [name, change])).toEqual([['every-morning', 'updated'], ['look', 'undeclared']]); // prettier-ignore
    const { spec, state } = await describeOne('every-morning');
    expect(spec.calendars?.[0]).toMatchObject({ hour: [{ start: 8 }], minute: [{ start: 30 }] });
    expect(state.paused).toBe(true);
    const pruned = await applySchedules(harness.client, 'ops', [changed], { prune: true });
    expect(pruned.map(({ name, change }) => [name, change])).toEqual([['every-morning', 'unchanged'], ['look', 'removed']]); // prettier-ignore
    await untilListed(['every-morning']);
    await expect(applyOne(harness.client, 'ops', { ...first, when: { cron: '99 7 * * *' } })).rejects.toMatchObject({ kind: 'InvalidInput', message: /refuses the schedule "every-morning": Minute is not in range/ }); // prettier-ignore
  });

  it('start a run with the one JSON object of its type (I11)', async () => {
    const handle = harness.client.schedule.getHandle(scheduleIdFor('ops', 'every-morning'));
    await handle.trigger();
    const workflowId = await until(10_000, 'the run', async () => {
      const [action] = (await handle.describe()).info.recentActions;
      return action?.action.workflow.workflowId;
    });
    expect(workflowId).toMatch(/^schedule\/ops\/every-morning-2/);
    const { type, taskQueue } = await harness.client.workflow.getHandle(workflowId).describe();
    expect([type, taskQueue]).toEqual(['compose', 'cadre']);
    expect(await deleteSchedule(harness.client, 'ops', 'every-morning')).toBe(true);
    expect(await deleteSchedule(harness.client, 'ops', 'every-morning')).toBe(false);
  });

  it('a meeting is held once, at its time, and pruning leaves it alone', async () => {
    const { team } = await teamOfText(yaml);
    const at = new Date(Math.ceil(Date.now() / 1000) * 1000 + 3_000);
    const meeting = plannedMeeting('ops', team, 'Release review', at.toISOString());
    expect(await applyOne(harness.client, 'ops', meeting)).toMatchObject({ change: 'created', name: 'meeting-release-review' }); // prettier-ignore
    await untilListed(['meeting-release-review']);
    expect(await applySchedules(harness.client, 'ops', [], { prune: true })).toEqual([]);
    const handle = harness.client.schedule.getHandle(scheduleIdFor('ops', 'meeting-release-review'));
    const held = await until(20_000, 'the meeting', async () => (await handle.describe()).info.recentActions[0]);
    expect(Math.abs(held.takenAt.getTime() - at.getTime())).toBeLessThan(3_000);
    const run = harness.client.workflow.getHandle(held.action.workflow.workflowId);
    expect((await run.describe()).type).toBe('meeting');
    const { events } = await run.fetchHistory();
    const input = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]?.data;
    expect(JSON.parse(Buffer.from(input ?? '').toString())).toEqual({
      team: 'ops',
      title: 'Release review',
      participants: ['chief', 'dev'],
      agenda: ['Is it ready?'],
      decisionRequired: true,
      requestedBy: 'schedule:meeting',
    });
    expect((await handle.describe()).state.remainingActions).toBe(0);
    expect(() => plannedMeeting('ops', team, 'Party', at.toISOString())).toThrow('it has "Release review"');
    expect(() => plannedMeeting('ops', team, 'Release review', '2026-12-01T10:00')).toThrow('with its offset');
    expect(() => plannedMeeting('ops', team, 'Release review', '2020-01-01T10:00:00Z')).toThrow('in the past');
  });
});

import * as workflows from '../../workflows';
import { eventsOf } from '../support/conformance/event-counts';
import { answersQueries } from '../support/conformance/answers-queries';
import { cancels } from '../support/conformance/cancels';
import { decidesOnce } from '../support/conformance/decides-once';
import { finish } from '../support/conformance/drive';
import { finishes } from '../support/conformance/finishes';
import { begin, openLab, type Lab } from '../support/conformance/lab';
import { needsNoAttributes } from '../support/conformance/needs-no-attributes';
import { obeysBudget } from '../support/conformance/obeys-budget';
import { replays } from '../support/conformance/replays';
import { showsItself } from '../support/conformance/shows-itself';
import { survivesReset } from '../support/conformance/survives-reset';
import { type CheckName, type Trial, trials } from '../support/conformance/trials';

jest.setTimeout(180_000);

let lab: Lab;
let uncached: Lab;
let unregistered: Lab;

beforeAll(async () => {
  lab = await openLab();
  uncached = await openLab({ maxCachedWorkflows: 0 });
  unregistered = await openLab({ withoutSearchAttributes: true });
});
afterAll(async () => {
  await lab.close();
  await uncached.close();
  await unregistered.close();
});

it('there is a trial for every workflow type, and none for another', () => {
  expect(trials.map(({ type }) => type).sort()).toEqual(Object.keys(workflows).sort());
});

type Check = readonly [what: string, check: (trial: Trial) => Promise<void>];
/** Kills have a file of their own. */
const checks: Record<Exclude<CheckName, 'kills'>, Check> = {
  finishes: ['finishes with exactly the calls its pattern says', (trial) => finishes(lab, trial)],
  answers: ['answers all queries, after its end as well', (trial) => answersQueries(lab, trial)],
  budget: ['obeys its budget', (trial) => obeysBudget(lab, trial)],
  cancels: ['cancels cleanly in the middle of a call', (trial) => cancels(lab, trial)],
  decisions: ['takes one decision of many', (trial) => decidesOnce(lab, trial)],
  cacheless: ['finishes when every task is a replay', (trial) => finishes(uncached, trial)],
  reset: ['survives a reset in the middle', (trial) => survivesReset(lab, trial)],
  replays: ['has a history that replays', (trial) => replays(lab, trial)],
  attributes: ['needs no search attributes', (trial) => needsNoAttributes(unregistered, trial)],
  shows: ['shows itself in the UI and the CLI', (trial) => showsItself(lab, trial)],
};

describe.each(trials)('$type', (trial) => {
  for (const [name, [what, check]] of Object.entries(checks))
    if (trial.spared?.[name as CheckName] === undefined) it(what, () => check(trial));
});

describe('what a type is spared', () => {
  const spared = trials.filter((trial) => trial.spared);

  it('is in this table, each with its reason', () => {
    const table = Object.fromEntries(spared.map((trial) => [trial.type, Object.keys(trial.spared ?? {})]));
    expect(table).toEqual({ publish: ['answers', 'budget', 'cancels', 'decisions', 'kills', 'reset', 'shows'] });
    for (const trial of spared)
      for (const reason of Object.values(trial.spared ?? {})) expect(reason).toMatch(/^\w[^]{20,}\.$/);
  });

  it.each(spared)('$type has a history without a call, a wait or a child', async (trial) => {
    const run = await begin(lab, trial);
    await finish(run);
    const events = await eventsOf(lab.cadre, run.handle.workflowId);
    const activities = events.flatMap((event) => event.activityTaskScheduledEventAttributes?.activityType.name ?? []);
    expect(activities.filter((name) => name === 'callModel' || name === 'callTool')).toEqual([]);
    expect(events.filter(({ eventType }) => /TIMER_STARTED|CHILD|UPDATE/.test(eventType))).toEqual([]);
  });
});

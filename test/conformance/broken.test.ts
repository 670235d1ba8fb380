import { stripVTControlCharacters } from 'node:util';
import { answersQueries } from '../support/conformance/answers-queries';
import * as broken from '../support/conformance/broken';
import { cancels } from '../support/conformance/cancels';
import { decidesOnce } from '../support/conformance/decides-once';
import { finishes } from '../support/conformance/finishes';
import { openLab, type Lab } from '../support/conformance/lab';
import { needsNoAttributes } from '../support/conformance/needs-no-attributes';
import { obeysBudget } from '../support/conformance/obeys-budget';
import { replays } from '../support/conformance/replays';
import { showsItself } from '../support/conformance/shows-itself';
import { survivesKills } from '../support/conformance/survives-kills';
import { survivesReset } from '../support/conformance/survives-reset';
import { trials, type Trial } from '../support/conformance/trials';

jest.setTimeout(120_000);

const patienceMs = 6_000;
const seen = new Set<string>();

/** The trial of `agent`, on a workflow that is broken on purpose. */
function trialOf(type: keyof typeof broken): Trial {
  const agent = trials.find((trial) => trial.type === 'agent');
  if (!agent) throw new Error('there is no trial for agent');
  seen.add(type);
  return { ...agent, type };
}

let lab: Lab;
let uncached: Lab;
let unregistered: Lab;
let workerless: Lab;

beforeAll(async () => {
  lab = await openLab({ broken: true, patienceMs });
  uncached = await openLab({ broken: true, patienceMs, maxCachedWorkflows: 0 });
  unregistered = await openLab({ broken: true, patienceMs, withoutSearchAttributes: true });
  workerless = await openLab({ broken: true, patienceMs: 60_000, withoutWorker: true });
});
afterAll(async () => {
  await lab.close();
  await uncached.close();
  await unregistered.close();
  await workerless.close();
});

/** Red for its own reason, not for another. */
async function expectRed(check: Promise<unknown>, reason: RegExp): Promise<void> {
  const outcome = await check.then(
    () => 'green',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  expect(stripVTControlCharacters(outcome)).toMatch(reason);
}

describe('each check turns red on a pattern that is broken in just that way', () => {
  it('and green on the same pattern when it is sound', async () => {
    await finishes(lab, trialOf('soundAgent'));
    await finishes(uncached, trialOf('soundAgent'));
    await needsNoAttributes(unregistered, trialOf('soundAgent'));
  });
  it('finishes: it asks once too often', () =>
    expectRed(finishes(lab, trialOf('asksTwice')), /Expected length: 2\s+Received length: 3/));
  it('queries: one throws', () => expectRed(answersQueries(lab, trialOf('throwsInQuery')), /there is no plan/));
  it('budget: it reserves in nobody’s', () =>
    expectRed(
      obeysBudget(lab, trialOf('ignoresBudget')),
      /-\s+"status": "budget-exhausted"[^]*\+\s+"status": "completed"/,
    ));
  it('cancel: it does not hear', () =>
    expectRed(cancels(lab, trialOf('ignoresCancel')), /Waited \d+ ms for the request to be aborted/));
  it('decisions: the last one counts', () =>
    expectRed(decidesOnce(lab, trialOf('decidesAgain')), /toBeLessThanOrEqual|is already/));
  it('cache of 0: it behaves otherwise when replayed', () =>
    expectRed(finishes(uncached, trialOf('knowsReplay')), /Waited \d+ ms for the end of/));
  it('reset: its effect happens again', () =>
    expectRed(survivesReset(lab, trialOf('knowsRunId')), /"the result",\s+\+\s+"the result"/));
  it('replay: it behaves otherwise when replayed', () =>
    expectRed(replays(lab, trialOf('knowsReplay')), /Nondeterminism error/));
  it('no attributes: it insists on one', () =>
    expectRed(needsNoAttributes(unregistered, trialOf('insistsOnAttributes')), /Waited \d+ ms for the end of/));
  it('UI: it does not say what it does', () => expectRed(showsItself(lab, trialOf('hidesItself')), /waiting-approval/));
  it('kill -9: it does not try again', () =>
    expectRed(survivesKills(workerless, [trialOf('diesWithWorker')]), /"failure": null/));

  it('none of the broken patterns is left unused', () => {
    expect([...seen].sort()).toEqual(Object.keys(broken).sort());
  });
});

import * as workflows from '../../workflows';
import { answersQueries } from '../support/conformance/answers-queries';
import { cancels } from '../support/conformance/cancels';
import { decidesOnce } from '../support/conformance/decides-once';
import { finishes } from '../support/conformance/finishes';
import { openLab, type Lab } from '../support/conformance/lab';
import { needsNoAttributes } from '../support/conformance/needs-no-attributes';
import { obeysBudget } from '../support/conformance/obeys-budget';
import { replays } from '../support/conformance/replays';
import { showsItself } from '../support/conformance/shows-itself';
import { survivesReset } from '../support/conformance/survives-reset';
import { trials } from '../support/conformance/trials';

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

describe.each(trials)('$type', (trial) => {
  it('finishes with exactly the calls its pattern says', () => finishes(lab, trial));
  it('answers all queries, after its end as well', () => answersQueries(lab, trial));
  it('obeys its budget', () => obeysBudget(lab, trial));
  it('cancels cleanly in the middle of a call', () => cancels(lab, trial));
  it('takes one decision of many', () => decidesOnce(lab, trial));
  it('finishes when every task is a replay', () => finishes(uncached, trial));
  it('survives a reset in the middle', () => survivesReset(lab, trial));
  it('has a history that replays', () => replays(lab, trial));
  it('needs no search attributes', () => needsNoAttributes(unregistered, trial));
  it('shows itself in the UI and the CLI', () => showsItself(lab, trial));
});

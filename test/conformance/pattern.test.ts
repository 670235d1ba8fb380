import * as workflows from '../../workflows';
import { answersQueries } from '../support/conformance/answers-queries';
import { cancels } from '../support/conformance/cancels';
import { finishes } from '../support/conformance/finishes';
import { openLab, type Lab } from '../support/conformance/lab';
import { obeysBudget } from '../support/conformance/obeys-budget';
import { trials } from '../support/conformance/trials';

jest.setTimeout(180_000);

it('there is a trial for every workflow type, and none for another', () => {
  expect(trials.map(({ type }) => type).sort()).toEqual(Object.keys(workflows).sort());
});

describe.each(trials)('$type', (trial) => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab();
  });
  afterAll(() => lab.close());

  it('finishes with exactly the calls its pattern says', () => finishes(lab, trial));
  it('answers all queries, after its end as well', () => answersQueries(lab, trial));
  it('obeys its budget', () => obeysBudget(lab, trial));
  it('cancels cleanly in the middle of a call', () => cancels(lab, trial));
});

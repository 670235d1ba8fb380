import { openLab, type Lab } from '../support/conformance/lab';
import { survivesKills } from '../support/conformance/survives-kills';
import { trials } from '../support/conformance/trials';

jest.setTimeout(480_000);

describe('kill -9 of the worker', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab({ withoutWorker: true, patienceMs: 90_000 });
  });
  afterAll(() => lab.close());

  it('at every model call of every type: the same results, no call made a third time, every effect once', async () => {
    const waves = await survivesKills(
      lab,
      trials.filter(({ spared }) => spared?.kills === undefined),
    );
    // A chain of supervisor calls: plan, publisher, its entry twice, its answer, review, sufficiency, synthesis.
    expect(waves).toBeGreaterThanOrEqual(8);
  });
});

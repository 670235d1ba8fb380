import { continues } from '../support/conformance/continues';
import { openLab, type Lab } from '../support/conformance/lab';
import { trials } from '../support/conformance/trials';
import { startShortServer, type ShortServer } from '../support/short-server';

jest.setTimeout(180_000);

/** So few that every type with more than a step or two passes it. */
const suggestedEvents = 16;

let short: ShortServer;
let lab: Lab;

beforeAll(async () => {
  short = await startShortServer(suggestedEvents);
  lab = await openLab({ server: { address: short.server.address } });
});
afterAll(async () => {
  await lab.close();
  await short.close();
});

describe('continue-as-new in the middle of a pattern (architecture)', () => {
  it.each(trials)('$type asks for nothing twice and comes to the same', async (trial) => {
    const runs = await continues(lab, trial);
    // A trial of two requests ends before there is anything to continue; one whose lanes are open waits for their end.
    if (trial.requests > 3 && trial.branches === 1) expect(runs).toBeGreaterThan(1);
  });
});

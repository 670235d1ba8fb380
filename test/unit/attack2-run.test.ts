import { Slots } from '../../workflows/run/slots';
import { surpriseIn } from '../../workflows/run/planned-tasks';
import { outcomeOf } from '../../workflows/run/scope';

jest.mock('@temporalio/workflow', () => ({
  ...jest.requireActual<object>('@temporalio/workflow'),
  // Looks again whenever something has happened; the waits of these tests have no deadline of their own.
  condition: async (met: () => boolean) => {
    while (!met() && !mockOver) await new Promise((resolve) => setTimeout(resolve, 1));
    return true;
  },
}));
let mockOver = false;
afterAll(() => (mockOver = true));

/** A place that is held until it is let go. */
function hold(slots: Slots, agent: string, path: string): { held: Promise<void>; release: () => void } {
  let release = (): void => undefined;
  const held = slots.within(agent, 1, 1_000, path, () => new Promise<void>((resolve) => (release = resolve)));
  return { held, release: () => release() };
}
const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe('places of agents', () => {
  it('two conversations below one holder that wait for the same busy agent are no deadlock', async () => {
    const slots = new Slots();
    const lead = hold(slots, 'lead', 'a/lead');
    const busy = hold(slots, 'expert', 'b/expert');
    await tick();
    const asked = [1, 2].map((n) => slots.within('expert', 1, 1_000, `a/lead/expert~${n}`, () => Promise.resolve(n)));
    const another = slots.within('lead', 1, 1_000, 'c/lead', () => Promise.resolve('led'));
    await tick();
    busy.release();
    expect(await Promise.all(asked)).toEqual([1, 2]);
    lead.release();
    expect(await another).toBe('led');
    await Promise.all([lead.held, busy.held]);
  });

  it('a ring of three that wait for one another is found by the last to come', async () => {
    const slots = new Slots();
    for (const agent of ['a', 'b', 'c']) void hold(slots, agent, `run/${agent}`);
    await tick();
    const end = (): Promise<string> => Promise.resolve('never');
    void slots.within('b', 1, 1_000, 'run/a/b', end);
    void slots.within('c', 1, 1_000, 'run/b/c', end);
    await expect(slots.within('a', 1, 1_000, 'run/c/a', end)).rejects.toMatchObject({ kind: 'Deadlock' });
  });
});

it('a result of blank lines alone does not hold the workflow up when it is asked for a surprise', () => {
  const output = { inline: `${'\n'.repeat(60_000)}replan` };
  const begun = performance.now();
  expect(surpriseIn(outcomeOf({ output, from: 'x' }))).toBeNull();
  expect(performance.now() - begun).toBeLessThan(200);
  const said = outcomeOf({ output: { inline: 'All done.\n \t Replan: \tthe API is another one\n' }, from: 'x' });
  expect(surpriseIn(said)).toBe('the API is another one');
});

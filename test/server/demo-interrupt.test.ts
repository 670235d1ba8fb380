import { setTimeout as sleep } from 'node:timers/promises';

import { CliHome, type CliProcess } from '../support/cli-home';

let home: CliHome;
beforeAll(() => {
  home = new CliHome();
});
afterAll(() => home.close(), 30_000);

const endsWithinMs = 12_000;
/** A guard stops the server after its owner has gone; the ports are closed by then. */
const settleMs = 3000;

async function interrupt(demo: CliProcess): Promise<void> {
  const { record } = home;
  const startedAt = Date.now();
  demo.kill('SIGINT');
  const { code, stdout, stderr } = await demo.ended;
  expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
  expect(Date.now() - startedAt).toBeLessThan(endsWithinMs);
  expect(stdout).not.toMatch(/did not end within/);
  let left = await home.remains(record);
  for (const until = Date.now() + settleMs; left.length > 0 && Date.now() < until; await sleep(100))
    left = await home.remains(record);
  expect(left).toEqual([]);
}

// In one home one after the other: a lock, a port or a half-written file of one would be in the way of the next.
describe('Ctrl-C leaves no process, no port and no lock', () => {
  it.each([
    ['before there is a server', /The demo runs on the offline engine/],
    ['when the run has just started', /^Run /m],
    ['in the middle of the work', /mail +tool-call/],
    ['while it waits for a person', /Waiting for the decision/],
  ])(
    '%s',
    async (_when, moment) => {
      // Open or not, the run of the one before is no part of this one.
      const demo = home.cadre('demo', '--fresh');
      await demo.says(moment, 60_000);
      await interrupt(demo);
    },
    90_000,
  );

  // It took twenty seconds until the connection was given up.
  it('and whoever used its server says soon what it waits for, and goes on', async () => {
    const owner = home.cadre('demo', '--fresh');
    await owner.says(/Waiting for the decision/, 60_000);
    const other = home.cadre('demo', '--fresh');
    await other.says(/Waiting for the decision/, 60_000);
    owner.kill('SIGINT');
    await owner.ended;
    await other.says(/The Temporal server has gone; waiting until it has ended/, 12_000);
    await other.says(/Temporal server \S+ started/, 30_000);
    await interrupt(other);
  }, 120_000);

  const randomMs = 1000 + Math.floor(Math.random() * 4000);
  it(`after ${randomMs} ms, a moment of chance`, async () => {
    const demo = home.cadre('demo', '--fresh');
    await sleep(randomMs);
    await interrupt(demo);
  }, 90_000);

  it('and then a demo goes through', async () => {
    const { code, stdout } = await home.run('demo', '--fresh', '--approve-as', 'you');
    expect(stdout).toContain('Status    completed');
    expect(code).toBe(0);
  }, 90_000);
});

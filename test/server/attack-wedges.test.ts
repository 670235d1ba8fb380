import { until } from '../support/harness';
import {
  call,
  calls,
  endedWithin,
  openApprovals,
  openChild,
  pause,
  quiet,
  say,
  useLab,
} from '../support/attack/attack-lab';

const lab = useLab();
const held = (): Promise<boolean> => until(10_000, 'a call', () => Promise.resolve(lab.model.requests.length > 0));
/** The team's own node that undoes a stage by writing a file, `input.undone`: one of the caller's waits for a person. */
const undo = { composition: 'undo' };

describe('signals that nobody of ours sends', () => {
  it('W1 a malformed internal signal does not wedge a root run', async () => {
    const release = lab.hold();
    const handle = await lab.start('agent', { agent: 'north' });
    await held();
    await handle.signal('cadreApprovalAsk');
    release();
    expect(await endedWithin(handle, 10_000)).toBe('COMPLETED');
  });

  it('W3 the same for the signals of a child', async () => {
    const release = lab.hold();
    const handle = await lab.start('compose', { composition: { agent: 'north', isolate: true } });
    await held();
    const child = lab.cadre.client.workflow.getHandle((await openChild(handle)) ?? '');
    await child.signal('cadreTopUp');
    await child.signal('cadreApprovalSettled');
    release();
    expect(await endedWithin(handle, 10_000)).toBe('COMPLETED');
  });
});

describe('what is never served', () => {
  it('W7 an agent that consults itself with one place only ends', async () => {
    lab.byAgent({
      selfie: ({ step, said }) =>
        step === 0 && !said.includes('inner') ? call('ask_self', { task: 'inner' }) : say('ok'),
    });
    const handle = await lab.start('agent', { agent: 'selfie', task: 'outer', timeout: 4 });
    expect(await endedWithin(handle, 12_000)).not.toBe('RUNNING');
  });

  it('W8 maxConcurrency holds', async () => {
    let now = 0;
    let most = 0;
    lab.model.beforeAnswer = async () => {
      now += 1;
      most = Math.max(most, now);
      await pause(200);
      now -= 1;
    };
    await lab.run('fanOut', { branches: Array.from({ length: 5 }, () => ({ agent: 'south' })) });
    expect(most).toBe(1);
  });

  it('W9 a queue that nobody serves does not hold a run beyond its timeout', async () => {
    const handle = await lab.start('agent', { agent: 'lonely', timeout: 2 });
    expect(await endedWithin(handle, 12_000)).not.toBe('RUNNING');
  });

  it('W10 a short hold does not eat the history', async () => {
    const composition = { approval: { reason: 'ok?', timeout: '10ms', onTimeout: 'hold' } };
    const handle = await lab.start('compose', { composition });
    await lab.cadre.approval(handle);
    // A timer a second would have taken over 20 events by then, one of 10 ms hundreds.
    await pause(5000);
    expect((await handle.describe()).historyLength).toBeLessThan(20);
  });
});

describe('what a failed node leaves behind', () => {
  it('W13 stages that are done are undone when the time is over', async () => {
    const release = lab.hold('north');
    const stages = [{ node: { composition: 'put' }, compensate: undo }, { agent: 'north' }];
    const input = { path: 'w13.txt', content: 'done', undone: 'w13-undone.txt' };
    const handle = await lab.start('pipeline', { timeout: 3, stages, input });
    await endedWithin(handle, 20_000);
    release();
    expect(lab.wrote('w13-undone.txt')).toBe(true);
  });

  it('W16 a compensation gets the output of its own stage', async () => {
    lab.byAgent({ north: () => say('made by stage one'), typed: () => say('no json') });
    const stages = [{ node: { agent: 'north' }, compensate: undo }, { agent: 'typed' }];
    const handle = await lab.start('pipeline', { stages, input: { undone: 'w16.txt' } });
    await handle.result().catch(() => undefined);
    expect(lab.textOf('w16.txt')).toBe('undo made by stage one');
  });

  it('W17 what an agent asked for dies with its node: nobody is asked for a branch that has failed', async () => {
    const nowhere: [string, unknown] = ['artifacts_read', { id: `sha256:${'0'.repeat(64)}` }];
    lab.byAgent({
      keeper: ({ step }) =>
        step === 0
          ? calls([['write_file', { path: 'orphan.txt', content: 'x' }], nowhere, nowhere, nowhere, nowhere])
          : say('ok'),
      north: () => say('slow'),
    });
    const release = lab.hold('north');
    const branches = [{ agent: 'keeper' }, { agent: 'north' }];
    const handle = await lab.start('fanOut', { onPartial: 'continue', branches });
    await until(10_000, 'both branches', () =>
      Promise.resolve(lab.asked('keeper').length + lab.asked('north').length > 1),
    );
    await quiet(handle, 1);
    const open = await openApprovals(handle);
    if (open[0]) await lab.cadre.decide(handle, { id: open[0].id, decision: 'approve', by: 'dana' });
    release();
    await expect(handle.result()).resolves.toMatchObject({ status: 'partial' });
    expect(open).toEqual([]);
  });
});

import { Ground } from '../support/ground/ground';
import { CancellationScope, CancelledFailure, isCancellation } from '@temporalio/workflow';
import { runReady, WorkPool } from '../../workflows/run/work-pool';

/** Goes on until it is cancelled, and notes that it was. */
const endless = (ended: string[], id: string): Promise<void> =>
  new Promise((_resolve, reject) => {
    CancellationScope.current().cancelRequested.catch(() => {
      ended.push(id);
      reject(new CancelledFailure('cancelled'));
    });
  });

describe('works side by side', () => {
  it('one that throws ends all of them, and the error goes on when nothing is in flight any more', async () => {
    const ended: string[] = [];
    const tasks = [{ id: 'a' }, { id: 'b' }, { id: 'c' }];
    const begun = new Set<string>();
    const running = new Ground({}).within(() =>
      runReady(
        new WorkPool(),
        2,
        () => tasks.filter(({ id }) => !begun.has(id)),
        async ({ id }) => {
          begun.add(id);
          if (id === 'a') return endless(ended, id);
          await Promise.resolve();
          throw new Error('broken');
        },
      ),
    );
    await expect(running).rejects.toThrow('broken');
    expect(ended).toEqual(['a']);
    expect([...begun]).toEqual(['a', 'b']);
  });

  it('one that is called off ends alone, and that is no fault', async () => {
    const ended: string[] = [];
    const pool = new WorkPool();
    const ground = new Ground({});
    await ground.within(async () => {
      pool.start('a', () => endless(ended, 'a'));
      pool.start('b', () => Promise.resolve());
      await pool.callOff('a');
      await pool.callOff('nobody');
      expect(ended).toEqual(['a']);
      await pool.next();
      expect(pool.size).toBe(0);
    });
  });

  it('an error that comes while something else is waited for is not lost', async () => {
    let resume: () => void = () => undefined;
    let looks = 0;
    const running = new Ground({}).within(() => {
      const pool = new WorkPool();
      pool.start('a', () => Promise.reject(new Error('broken')));
      const look = (): Promise<void> => ((looks += 1), new Promise((resolve) => (resume = resolve)));
      return runReady(
        pool,
        1,
        () => [],
        () => Promise.resolve(),
        look,
      );
    });
    await new Promise((resolve) => setImmediate(resolve));
    resume();
    await expect(running).rejects.toThrow('broken');
    expect(looks).toBe(1);
  });

  it('a cancellation from above is thrown on', async () => {
    const ground = new Ground({});
    const running = ground.within(() => {
      let begun = false;
      const ready = () => (begun ? [] : [{ id: 'a' }]);
      return runReady(new WorkPool(), 1, ready, ({ id }) => ((begun = true), endless([], id)));
    });
    await ground.settle();
    ground.cancel();
    expect(isCancellation(await running.catch((error: unknown) => error))).toBe(true);
  });
});

import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';

interface Running {
  scope: CancellationScope;
  ended: Promise<void>;
  called: boolean;
}

/** Works that go on side by side, each to be called off by its id. */
export class WorkPool {
  private readonly running = new Map<string, Running>();
  private fault: { error: unknown } | null = null;

  get size(): number {
    return this.running.size;
  }

  start(id: string, work: () => Promise<void>): void {
    const scope = new CancellationScope({ cancellable: true });
    const one: Running = { scope, ended: Promise.resolve(), called: false };
    this.running.set(id, one);
    one.ended = scope.run(work).then(
      () => void this.running.delete(id),
      (error: unknown) => {
        this.running.delete(id);
        // What was called off ends in a cancellation: that is its end and no fault.
        if (!one.called || !isCancellation(error)) this.fault ??= { error };
      },
    );
  }

  /** Until one of them has ended, if any is under way; false when none has within `limitMs`. */
  async next(limitMs?: number, summary = 'waits for the next end'): Promise<boolean> {
    const before = this.running.size;
    if (before === 0) return true;
    const ended = Promise.race([...this.running.values()].map((one) => one.ended));
    if (limitMs !== undefined) return condition(() => this.running.size < before, limitMs, { summary });
    await ended;
    return true;
  }

  /** Throws what one of them threw. */
  check(): void {
    if (this.fault) throw this.fault.error;
  }

  /** Calls one off and waits until nothing of it is in flight any more (I10). */
  async callOff(id: string): Promise<void> {
    const one = this.running.get(id);
    if (!one) return;
    one.called = true;
    one.scope.cancel();
    await one.ended;
  }

  async close(): Promise<void> {
    await Promise.all([...this.running.keys()].map((id) => this.callOff(id)));
  }
}

/**
 * Runs every task as soon as it is ready, at most `lanes` at once, until nothing runs and nothing is ready: nobody waits
 * for a wave to end, and what cannot begin any more does not hold the end up. `between` comes before each look at what
 * is ready, and each time that `wake` resolves there is another look. When a work throws, the others are cancelled and waited for before the error goes on.
 */
export async function runReady<T extends { id: string }>(
  pool: WorkPool,
  lanes: number,
  ready: () => readonly T[],
  work: (task: T) => Promise<void>,
  between: () => Promise<void> = () => Promise.resolve(),
  wake?: () => Promise<void>,
): Promise<void> {
  try {
    for (;;) {
      pool.check();
      await between();
      pool.check();
      for (const task of ready().slice(0, Math.max(0, lanes - pool.size))) pool.start(task.id, () => work(task));
      if (pool.size === 0) return;
      await (wake ? Promise.race([pool.next(), wake()]) : pool.next());
    }
  } catch (error) {
    await pool.close();
    throw error;
  }
}

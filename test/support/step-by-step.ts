import { AsyncLocalStorage } from 'node:async_hooks';
import { Database } from '../../activities/stores/sql/database';
import { CadreError } from '../../contracts/failures';

/** What happens at a statement: it is carried out, or the process dies before it, or after it with the answer lost. */
export type Turn = 'goes on' | 'dies before' | 'dies after';

type Statement = (this: Database, given: unknown) => Promise<unknown>;

interface Parked {
  task: string;
  go: (turn: Turn) => void;
  done: Promise<unknown>;
}

/**
 * Lets several tasks use real databases, one statement at a time, in an order that a test chooses: every read and every
 * transaction of a task parks until it is picked. So any interleaving of statements, with a death between any two of
 * them, is one list of picks.
 */
export class StepByStep {
  private readonly current = new AsyncLocalStorage<string>();
  private readonly parked: Parked[] = [];
  private readonly running = new Set<Promise<void>>();
  private readonly restore: () => void;
  private failure: Error | undefined;
  statements = 0;

  constructor() {
    const { prototype } = Database as unknown as { prototype: Record<'read' | 'write', Statement> };
    const own = { read: prototype.read, write: prototype.write };
    for (const name of ['read', 'write'] as const) {
      const steps = this.current;
      const park = this.park.bind(this);
      prototype[name] = function (this: Database, given: unknown) {
        const task = steps.getStore();
        const call = (): Promise<unknown> => own[name].call(this, given);
        return task === undefined ? call() : park(task, call);
      };
    }
    this.restore = () => Object.assign(prototype, own);
  }

  close(): void {
    this.restore();
  }

  /** Begins a task; it goes on only when it is picked. */
  begin(name: string, work: () => Promise<void>): void {
    const task: Promise<void> = this.current
      .run(name, () => this.parkTillPicked(name).then(work))
      .catch((error: unknown) => {
        this.failure ??= error as Error;
      })
      .finally(() => this.running.delete(task));
    this.running.add(task);
  }

  /** Takes its turn, and is spared from death. */
  async parkTillPicked(task: string): Promise<void> {
    await this.park(task, () => Promise.resolve()).catch(() => undefined);
  }

  /** Anything else that takes its turn like a statement. */
  park<T>(task: string, call: () => Promise<T>): Promise<T> {
    const picked = new Promise<Turn>((go) => {
      // Replaced below by what the caller gets.
      this.parked.push({ task, go, done: Promise.resolve() });
    });
    const mine = this.parked.at(-1) as Parked;
    const answer = picked.then(async (turn) => {
      if (turn === 'dies before') throw died();
      const value = await call();
      if (turn === 'dies after') throw died();
      return value;
    });
    mine.done = answer.catch(() => undefined);
    return answer;
  }

  /** Picks until nothing is left to do. Throws what a task threw. */
  async run(pick: (parked: readonly string[]) => { index: number; turn: Turn }, statementsMax: number): Promise<void> {
    while (this.failure === undefined) {
      await settledDown();
      if (this.parked.length === 0 && this.running.size === 0) return;
      if (this.parked.length === 0) continue;
      if ((this.statements += 1) > statementsMax) throw new Error(`More than ${statementsMax} statements.`);
      const { index, turn } = pick(this.parked.map(({ task }) => task));
      const [one] = this.parked.splice(index, 1);
      one?.go(turn);
      await one?.done;
    }
    const { failure } = this;
    this.failure = undefined;
    throw failure;
  }
}

const died = (): CadreError => new CadreError('StorageUnavailable', 'The process has died here.');

/** Whatever follows from an answer without another statement has happened. */
async function settledDown(): Promise<void> {
  for (let turns = 0; turns < 3; turns += 1) await new Promise((resolve) => setImmediate(resolve));
}

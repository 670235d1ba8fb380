import { condition } from '@temporalio/workflow';
import { CadreError } from '../../contracts/failures';

/** A conversation that has a place of its agent; `path` says whose work it is part of. */
interface Holder {
  path: string;
}
interface Waiter {
  path: string;
  agent: string;
}
interface Lane {
  limit: number;
  holders: Holder[];
  queue: number[];
  tickets: number;
}

/**
 * How many conversations of an agent go on at once in this run; the others wait in the order they came. A conversation
 * that waits for a place keeps those above it waiting too: when every holder of the place it wants waits, in the end, for
 * what only it or its callers could free, it is refused at once instead of waiting for ever.
 */
export class Slots {
  private readonly lanes = new Map<string, Lane>();
  private readonly waiters = new Set<Waiter>();

  /** `looks` is asked only when nobody could come free: runs of before waited there. */
  constructor(private readonly looks: () => boolean = () => true) {}

  /** Throws `Deadlock` when no place came free within `waitMs`, or none can come free. */
  async within<T>(
    agent: string,
    limit: number | undefined,
    waitMs: number,
    path: string,
    work: () => Promise<T>,
  ): Promise<T> {
    if (limit === undefined) return work();
    const lane = this.lanes.get(agent) ?? { limit, holders: [], queue: [], tickets: 0 };
    this.lanes.set(agent, lane);
    const holder = await this.take(agent, lane, waitMs, path);
    try {
      return await work();
    } finally {
      lane.holders.splice(lane.holders.indexOf(holder), 1);
    }
  }

  private async take(agent: string, lane: Lane, waitMs: number, path: string): Promise<Holder> {
    const { limit } = lane;
    lane.tickets += 1;
    const ticket = lane.tickets;
    lane.queue.push(ticket);
    const waiter: Waiter = { path, agent };
    this.waiters.add(waiter);
    const isFree = (): boolean => lane.holders.length < limit && lane.queue[0] === ticket;
    try {
      if (!isFree() && !this.canComeFree(agent) && this.looks())
        throw deadlock(agent, limit, path, this.blockers(agent));
      const summary = `${agent} · waits for a free place (${limit} at once)`;
      if (!isFree() && !(await condition(isFree, Math.max(1, waitMs), { summary }))) {
        throw new CadreError(
          'Deadlock',
          `No place for ${agent} came free: ${limit} of its conversations may go on at once.`,
          { agent },
        );
      }
      const holder = { path };
      lane.holders.push(holder);
      return holder;
    } finally {
      this.waiters.delete(waiter);
      lane.queue.splice(lane.queue.indexOf(ticket), 1);
    }
  }

  /**
   * Whether a place of the agent can still come free: some holder waits for nobody, or for places that can come free.
   * Found from below: what can come free because others can is added until nothing more is.
   */
  private canComeFree(agent: string): boolean {
    const lanes = [...this.lanes].map(([name, lane]) => {
      const waits = lane.holders.map(({ path }) => new Set(this.waitersBelow(path).map((one) => one.agent)));
      return { name, isFree: lane.holders.length < lane.limit, waits };
    });
    const free = new Set(lanes.filter(({ isFree }) => isFree).map(({ name }) => name));
    for (let before = -1; before !== free.size;) {
      before = free.size;
      for (const { name, waits } of lanes)
        if (waits.some((wanted) => [...wanted].every((one) => free.has(one)))) free.add(name);
    }
    return free.has(agent);
  }

  private waitersBelow(path: string): Waiter[] {
    return [...this.waiters].filter((waiter) => waiter.path.startsWith(`${path}/`));
  }

  private blockers(agent: string): string[] {
    const holders = this.lanes.get(agent)?.holders ?? [];
    return holders.flatMap(({ path }) => this.waitersBelow(path).map((waiter) => `${path} waits for ${waiter.agent}`));
  }
}

function deadlock(agent: string, limit: number, path: string, blockers: readonly string[]): CadreError {
  return new CadreError(
    'Deadlock',
    `${path} would wait for ${agent} for ever (${limit} at once): ${blockers.slice(0, 4).join('; ')}.`,
    { agent, path },
  );
}

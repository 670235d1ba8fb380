import { condition } from '@temporalio/workflow';
import { CadreError } from '../../contracts/failures';

interface Lane {
  taken: number;
  queue: number[];
  tickets: number;
}

/** How many conversations of an agent go on at once in this run; the others wait in the order they came. */
export class Slots {
  private readonly lanes = new Map<string, Lane>();

  /** Throws `Deadlock` when no place came free within `waitMs`. */
  async within<T>(agent: string, limit: number | undefined, waitMs: number, work: () => Promise<T>): Promise<T> {
    if (limit === undefined) return work();
    const lane = this.lanes.get(agent) ?? { taken: 0, queue: [], tickets: 0 };
    this.lanes.set(agent, lane);
    await this.take(agent, lane, limit, waitMs);
    try {
      return await work();
    } finally {
      lane.taken -= 1;
    }
  }

  private async take(agent: string, lane: Lane, limit: number, waitMs: number): Promise<void> {
    lane.tickets += 1;
    const ticket = lane.tickets;
    lane.queue.push(ticket);
    const isFree = (): boolean => lane.taken < limit && lane.queue[0] === ticket;
    try {
      const summary = `${agent} · waits for a free place (${limit} at once)`;
      if (!isFree() && !(await condition(isFree, Math.max(1, waitMs), { summary }))) {
        throw new CadreError(
          'Deadlock',
          `No place for ${agent} came free: ${limit} of its conversations may go on at once.`,
          { agent },
        );
      }
      lane.taken += 1;
    } finally {
      lane.queue.splice(lane.queue.indexOf(ticket), 1);
    }
  }
}

import { condition } from '@temporalio/workflow';

/** How many conversations of an agent go on at once in this run; the others wait for a place in the order they came. */
export class Slots {
  private readonly taken = new Map<string, number>();

  async within<T>(agent: string, limit: number | undefined, work: () => Promise<T>): Promise<T> {
    if (limit === undefined) return work();
    await condition(() => (this.taken.get(agent) ?? 0) < limit);
    this.taken.set(agent, (this.taken.get(agent) ?? 0) + 1);
    try {
      return await work();
    } finally {
      this.taken.set(agent, (this.taken.get(agent) ?? 1) - 1);
    }
  }
}

import type { Page, RunEvent } from '../../contracts/queries';

/** What comes with a query is anyone's JSON: what is no number counts as absent (I7). */
function boundsOf(query: { from?: number; limit?: number } | undefined, max: number): { from: number; limit: number } {
  const whole = (value: unknown, otherwise: number): number =>
    typeof value === 'number' && Number.isFinite(value) ? Math.floor(value) : otherwise;
  return {
    from: Math.max(0, whole(query?.from, 0)),
    limit: Math.min(max, Math.max(1, whole(query?.limit, max))),
  };
}

/** A query's answer is a payload as well: a page ends where it would grow too large. */
const pageCharacters = 1_000_000;

/** A page of a list as every query gives it; `from` counts from the beginning of the run. */
export function pageOf<T>(
  items: readonly T[],
  query: { from?: number; limit?: number } | undefined,
  max: number,
): Page<T> {
  const { from, limit } = boundsOf(query, max);
  const slice: T[] = [];
  let size = 0;
  for (const item of items.slice(from, from + limit)) {
    size += JSON.stringify(item).length;
    if (slice.length > 0 && size > pageCharacters) break;
    slice.push(item);
  }
  return { items: slice, next: from + slice.length < items.length ? from + slice.length : null, total: items.length };
}

/** What happened lately, for queries: bounded memory, no history. */
export class EventRing {
  private readonly kept: RunEvent[] = [];
  private count: number;

  constructor(
    private readonly capacity: number,
    firstSeq = 0,
  ) {
    this.count = firstSeq;
  }

  add(kind: string, agent: string, path: string, text: string): void {
    const short = text.replace(/\s+/g, ' ').slice(0, 300);
    this.kept.push({ seq: this.count, at: new Date().toISOString(), kind, agent, path, text: short });
    this.count += 1;
    if (this.kept.length > this.capacity) this.kept.shift();
  }

  get total(): number {
    return this.count;
  }

  /** Events with `seq >= from`; those that fell out of the ring are gone and `next` goes on from the oldest kept. */
  page(query: { from?: number; limit?: number } | undefined, max: number): Page<RunEvent> {
    const { from, limit } = boundsOf(query, max);
    const items = this.kept.filter((event) => event.seq >= from).slice(0, limit);
    const last = items.at(-1);
    return { items, next: last && last.seq + 1 < this.count ? last.seq + 1 : null, total: this.count };
  }
}

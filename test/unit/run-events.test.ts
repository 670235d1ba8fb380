import fc from 'fast-check';
import type { Page } from '../../contracts/queries';
import { EventRing, pageOf } from '../../workflows/run/event-ring';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
type Query = { from?: number; limit?: number };

/** Follows `next` to the end, as a client does. */
function follow<T>(ask: (query: Query) => Page<T>, query: Query): T[] {
  const all: T[] = [];
  for (let from: number | null = query.from ?? 0, turns = 0; from !== null; turns += 1) {
    if (turns > 500) throw new Error('The pages have no end.');
    const page = ask({ ...query, from });
    all.push(...page.items);
    from = page.next;
  }
  return all;
}

describe('pages of a list', () => {
  it('hold at most what was asked for and at most the maximum', () => {
    expect(pageOf(numbers(10), { from: 2, limit: 3 }, 100)).toEqual({ items: [2, 3, 4], next: 5, total: 10 });
    expect(pageOf(numbers(10), { limit: 50 }, 4).items).toHaveLength(4);
    expect(pageOf(numbers(10), undefined, 100)).toEqual({ items: numbers(10), next: null, total: 10 });
    expect(pageOf(numbers(3), { from: 9 }, 100)).toEqual({ items: [], next: null, total: 3 });
  });

  it('lead through the whole list, each member once', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.integer({ min: -2, max: 9 }), fc.integer({ min: 1, max: 7 }), (count, limit, max) => {
        expect(follow((query) => pageOf(numbers(count), query, max), { limit })).toEqual(numbers(count));
      }),
    );
  });

  it('I7: an argument that is none counts as none, and the pages still have an end', () => {
    const odd = fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constantFrom(1e308, -1e308, 0.5));
    fc.assert(
      fc.property(odd, odd, (from, limit) => {
        const query = { from, limit } as Query;
        const ring = new EventRing(5);
        for (const n of numbers(8)) ring.add('step', '', '', String(n));
        for (const page of [pageOf(numbers(8), query, 3), ring.page(query, 3)]) {
          expect(page.items.length).toBeLessThanOrEqual(3);
          if (page.next !== null) expect(page.items.length).toBeGreaterThan(0);
        }
      }),
    );
    expect(pageOf(numbers(5), { from: 'x', limit: 'y' } as unknown as Query, 3)).toEqual(
      pageOf(numbers(5), undefined, 3),
    );
  });
});

describe('the ring of events', () => {
  const ringOf = (count: number, capacity: number, firstSeq = 0): EventRing => {
    const ring = new EventRing(capacity, firstSeq);
    for (const n of numbers(count)) ring.add('model-call', 'jira', 'agent', `event ${n}`);
    return ring;
  };

  it('keeps the newest and numbers them for ever', () => {
    const page = ringOf(12, 5).page(undefined, 100);
    expect(page.items.map(({ seq, text }) => [seq, text])).toEqual(
      [7, 8, 9, 10, 11].map((seq) => [seq, `event ${seq}`]),
    );
    expect(page).toMatchObject({ next: null, total: 12 });
  });

  it('goes on counting where a run before it ended', () => {
    const ring = ringOf(2, 5, 40);
    expect(ring.total).toBe(42);
    expect(ring.page({ from: 41 }, 100).items.map(({ seq }) => seq)).toEqual([41]);
  });

  it('leads through what is left, each event once, in order', () => {
    fc.assert(
      fc.property(
        fc.nat(40),
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 1, max: 4 }),
        (count, capacity, max) => {
          const ring = ringOf(count, capacity);
          const seen = follow((query) => ring.page(query, max), {}).map(({ seq }) => seq);
          expect(seen).toEqual(numbers(count).slice(-capacity));
        },
      ),
    );
  });

  it('shortens texts to one line of 300 characters', () => {
    const ring = new EventRing(3);
    ring.add('step', '', '', `a\n\n b${'x'.repeat(400)}`);
    const [event] = ring.page(undefined, 1).items;
    expect(event?.text).toHaveLength(300);
    expect(event?.text).toMatch(/^a bx+$/);
    expect(new Date(event?.at ?? '').getTime()).toBeGreaterThan(0);
  });
});

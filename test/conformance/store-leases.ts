import fc from 'fast-check';
import { openStore } from '../../activities/stores';
import type { StoreHarness } from './store';
import { at } from './store-rows';

const now = new Date(at);
const after = (ms: number): Date => new Date(now.getTime() + ms);

export function storeLeaseSuite(current: () => StoreHarness): void {
  describe('leases', () => {
    const order = (resource: string, holder: string, over: object = {}) =>
      ({ resource, holder, capacity: 1, ttlMs: 1_000, now, ...over }); // prettier-ignore

    it('one holder at a time, until it is given back or has run out; the next has a higher token', async () => {
      const { leases } = current().store;
      const first = await leases.take(order('task/1', 'a'));
      expect(first).toMatchObject({ holder: 'a', token: 1, expiresAt: after(1_000).toISOString() });
      expect(await leases.take(order('task/1', 'b'))).toBeNull();
      expect(await leases.take(order('task/1', 'a', { now: after(500) }))).toMatchObject({
        token: 1,
        expiresAt: after(1_500).toISOString(),
      });
      expect(await leases.take(order('task/1', 'b', { now: after(1_499) }))).toBeNull();
      const second = await leases.take(order('task/1', 'b', { now: after(1_500) }));
      expect(second).toMatchObject({ holder: 'b', token: 2 });
      if (!first || !second) throw new Error('Both were taken.');
      expect(await leases.renew(first, 1_000, after(1_600))).toBeNull();
      expect(await leases.release(first, after(1_600))).toBe(false);
      expect(await leases.renew(second, 1_000, after(2_000))).toMatchObject({ expiresAt: after(3_000).toISOString() });
      expect(await leases.release(second, after(2_500))).toBe(true);
      expect(await leases.renew(second, 1_000, after(2_600))).toBeNull();
      expect(await leases.take(order('task/1', 'c', { now: after(2_600) }))).toMatchObject({ holder: 'c', token: 3 });
    });

    it('counts holders over all runs, with a bound or without one', async () => {
      const { leases } = current().store;
      const bounded = await Promise.all(
        ['a', 'b', 'c', 'd'].map((holder) => leases.take(order('agent/x', holder, { capacity: 3 }))),
      );
      expect(bounded.filter((lease) => lease !== null)).toHaveLength(3);
      for (const holder of ['a', 'b', 'a']) await leases.take(order('agent/y', holder, { capacity: null }));
      const held = { 'agent/x': 3, 'agent/y': 2, 'agent/z': 0 };
      expect(await leases.count(Object.keys(held), after(999))).toEqual(held);
      expect(await leases.count(Object.keys(held), after(1_000))).toEqual({ 'agent/x': 0, 'agent/y': 0, 'agent/z': 0 });
      await expect(leases.take(order('agent/x', 'a', { capacity: 0 }))).rejects.toMatchObject({ kind: 'InvalidInput' });
    });

    it('whatever the interleaving of two connections, never more holders than places', async () => {
      const { store, target } = current();
      const other = await openStore(target);
      let cases = 0;
      const property = fc.asyncProperty(fc.integer({ min: 1, max: 3 }), fc.array(fc.boolean(), { minLength: 2, maxLength: 10 }), async (capacity, takers) => {
        const resource = `property/${(cases += 1)}`;
        const taken = await Promise.all(takers.map((mine, index) => (mine ? store : other).leases.take(order(resource, `h${index}`, { capacity }))));
        const held = taken.filter((lease) => lease !== null);
        expect(held).toHaveLength(Math.min(capacity, takers.length));
        expect(new Set(held.map(({ slot }) => slot)).size).toBe(held.length);
        expect(await other.leases.count([resource], now)).toEqual({ [resource]: held.length });
      }); // prettier-ignore
      await fc.assert(property, { numRuns: 15 });
      await other.close();
    });
  });
}

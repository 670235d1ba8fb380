import fc from 'fast-check';
import { memoryLimits, openStore, VersionConflict, type MemoryEntry, type RecallAsk } from '../../activities/stores';
import { untrustedSetOf } from '../../contracts/untrusted';
import type { StoreHarness } from './store';
import { at, memoryWrite } from './store-rows';
import { startStoreChild } from './store-steps';

const later = (ms: number): Date => new Date(new Date(at).getTime() + ms);
const reader = { agent: 'chief', run: 'run/2', root: 'run/2', path: 'chief', step: 3 };

export function storeMemorySuite(current: () => StoreHarness): void {
  const ask = (over: Partial<RecallAsk>): RecallAsk => ({
    ...{ namespace: 'team', readable: ['facts'], limit: 10, withPrivate: false, reader: null, now: new Date(at) },
    ...over,
  });
  const keysOf = async (over: Partial<RecallAsk>): Promise<string[]> =>
    (await current().store.memory.recall(ask(over))).entries.map(({ key }) => key);

  describe('memory', () => {
    it('keeps an entry with where it comes from, and the next version over the one that was read', async () => {
      const { memory, untrusted } = current().store;
      const set = await untrusted.planUnion([], ['mail:1']);
      const over = { namespace: 'keeps', untrusted: set, ttlMs: 60_000 };
      const first = await memory.remember(memoryWrite('a/b', { n: 1, text: 'Grüße, 漢字' }, over));
      expect(first).toMatchObject({
        ...{ version: 1, value: { n: 1, text: 'Grüße, 漢字' }, tags: ['facts'], private: false },
        provenance: { agent: 'jira', run: 'run/1', path: 'jira', step: 1 },
        untrustedSet: untrustedSetOf(['mail:1'])?.setId,
        expiresAt: '2026-01-01T00:01:00.000Z',
      });
      expect(await untrusted.sources(first.untrustedSet ?? '')).toEqual(['mail:1']);
      const stale = memory
        .remember(memoryWrite('a/b', 'other', { namespace: 'keeps' }))
        .catch((error: unknown) => error);
      const conflict = VersionConflict.of<MemoryEntry>(await stale);
      expect(conflict).toMatchObject({ kind: 'VersionConflict', latest: { version: 1, value: first.value } });
      const second = await memory.remember(memoryWrite('a/b', 'two', { namespace: 'keeps', expectedVersion: 1 }));
      expect(second.version).toBe(2);
      expect(await memory.get('keeps', 'a/b', new Date(at))).toEqual(second);
    });

    it('I4: the same call writes once, also when the entry has moved on since', async () => {
      const { memory } = current().store;
      const write = memoryWrite('once', 1, { namespace: 'once' });
      const both = await Promise.all([memory.remember(write), memory.remember(write)]);
      expect(both[0]).toEqual(both[1]);
      await memory.remember(memoryWrite('once', 2, { namespace: 'once', expectedVersion: 1 }));
      expect(await memory.remember(write)).toEqual(both[0]);
      expect(await memory.list({ namespace: 'once', all: true, now: new Date(at) })).toHaveLength(2);
    });

    it('gives only what carries a readable tag, narrowed by all tags asked for; nothing without tags', async () => {
      const { memory } = current().store;
      const write = (key: string, tags: string[]) =>
        memory.remember(memoryWrite(key, key, { namespace: 'tags', tags }));
      await write('both', ['infrastructure', 'alert']);
      await write('one', ['infrastructure']);
      await write('other', ['secret']);
      await write('none', []);
      const tags = { namespace: 'tags', readable: ['infrastructure'] };
      expect((await keysOf(tags)).sort()).toEqual(['both', 'one']);
      expect(await keysOf({ ...tags, tags: ['alert', 'infrastructure'] })).toEqual(['both']);
      expect(await keysOf({ ...tags, tags: ['secret'] })).toEqual([]);
      expect(await keysOf({ ...tags, readable: [] })).toEqual([]);
      expect(await keysOf({ ...tags, namespace: 'elsewhere' })).toEqual([]);
      expect(await keysOf({ ...tags, key: 'other' })).toEqual([]);
    });

    it('ranks by words: rare ones count more, the key and plurals are found, and without a fit the newest come', async () => {
      const { memory } = current().store;
      const texts: Record<string, string> = {
        'nodes/a': 'Node A shows elevated memory pressure',
        'nodes/b': 'Node B is fine, node B was restarted',
        'deploy/1': 'The deployment of the shop went through; memory was not touched',
        'ja/1': '東京のサーバーは正常です',
      };
      let second = 0;
      for (const [key, value] of Object.entries(texts)) {
        await memory.remember(memoryWrite(key, value, { namespace: 'rank', now: later((second += 1_000)) }));
      }
      const query = (text: string) => keysOf({ namespace: 'rank', query: text, now: later(10_000) });
      expect((await query('memory pressure'))[0]).toBe('nodes/a');
      expect((await query('Deployments'))[0]).toBe('deploy/1');
      expect(await query('PRESSURE restarted')).toHaveLength(2);
      expect((await query('サーバー'))[0]).toBe('ja/1');
      expect(await query('nothing of that')).toEqual(['deploy/1']);
      expect(await query('zebra')).toEqual(['ja/1', 'deploy/1', 'nodes/b', 'nodes/a']);
      expect((await memory.recall(ask({ namespace: 'rank', query: 'zebra', now: later(10_000) }))).matched).toBe(0);
      expect(await keysOf({ namespace: 'rank', limit: 2, now: later(10_000) })).toEqual(['ja/1', 'deploy/1']);
    });

    it('never gives an expired entry, nor the older one that it replaced', async () => {
      const { memory } = current().store;
      const own = { namespace: 'ttl' };
      await memory.remember(memoryWrite('k', 'lasting', own));
      await memory.remember(memoryWrite('k', 'short', { ...own, expectedVersion: 1, ttlMs: 1_000 }));
      expect(await keysOf({ ...own, now: later(999) })).toEqual(['k']);
      expect(await keysOf({ ...own, now: later(1_000) })).toEqual([]);
      expect(await keysOf({ ...own, query: 'lasting short', now: later(1_000) })).toEqual([]);
      expect(await memory.get('ttl', 'k', later(1_000))).toBeNull();
      const again = await memory.remember(memoryWrite('k', 'new', { ...own, now: later(2_000) }));
      expect(again.version).toBe(3);
    });

    it('gives private entries to private threads alone', async () => {
      const own = { namespace: 'private' };
      await current().store.memory.remember(memoryWrite('k', 'salary', { ...own, private: true }));
      expect(await keysOf(own)).toEqual([]);
      expect(await keysOf({ ...own, query: 'salary' })).toEqual([]);
      expect(await keysOf({ ...own, withPrivate: true })).toEqual(['k']);
    });

    it('quarantine withdraws what a writer wrote, brings back what it had replaced, and names who has read', async () => {
      const { memory } = current().store;
      const rogue = { agent: 'rogue', run: 'run/r', root: 'run/r', path: 'rogue', step: 1 };
      const own = { namespace: 'quarantine' };
      await memory.remember(memoryWrite('plan', 'good', own));
      await memory.remember(memoryWrite('plan', 'bad', { ...own, expectedVersion: 1, provenance: rogue }));
      await memory.remember(memoryWrite('tip', 'pay mallory', { ...own, provenance: rogue }));
      await memory.recall(ask({ ...own, reader }));
      const copied = { agent: 'chief', run: 'run/2', root: 'run/2', path: 'chief', step: 4 };
      await memory.remember(memoryWrite('copied', 'pay mallory', { ...own, provenance: copied, now: later(5_000) }));
      const order = { ...own, writer: 'rogue', by: 'dana', at: later(6_000).toISOString() };
      const done = await memory.quarantine(order);
      expect(done.withdrawn).toBe(2);
      expect(done.entries.map(({ key, version }) => `${key}@${version}`)).toEqual(['plan@2', 'tip@1']);
      expect(done.readings.map(({ root, agent, path, step, key }) => [root, agent, path, step, key])).toEqual([
        ['run/2', 'chief', 'chief', 3, 'plan'],
        ['run/2', 'chief', 'chief', 3, 'tip'],
      ]);
      expect(done.derived).toEqual([expect.objectContaining({ key: 'copied', agent: 'chief' })]);
      expect((await memory.get('quarantine', 'plan', later(7_000)))?.value).toBe('good');
      expect((await keysOf({ ...own, now: later(7_000) })).sort()).toEqual(['copied', 'plan']);
      expect(await keysOf({ ...own, query: 'mallory tip', now: later(7_000) })).toEqual(['copied']);
      expect(await memory.quarantine(order)).toMatchObject({
        withdrawn: 0,
        entries: [{ key: 'plan' }, { key: 'tip' }],
      });
      const states = await memory.list({ ...own, all: true, key: 'plan', now: later(7_000) });
      expect(states.map(({ version, state }) => [version, state])).toEqual([[2, 'quarantined'], [1, 'live']]); // prettier-ignore
      const next = await memory.remember(
        memoryWrite('plan', 'better', { ...own, expectedVersion: 1, now: later(8_000) }),
      );
      expect(next.version).toBe(3);
    });

    it('forgets the content for good', async () => {
      const { memory } = current().store;
      await memory.remember(memoryWrite('k', 'the secret', { namespace: 'forget' }));
      const order = { namespace: 'forget', key: 'k', by: 'dana', at };
      expect(await memory.forget(order)).toBe(1);
      expect(await memory.forget(order)).toBe(0);
      expect(await keysOf({ namespace: 'forget', query: 'secret' })).toEqual([]);
      const [row] = await memory.list({ namespace: 'forget', all: true, now: new Date(at) });
      expect(row).toMatchObject({ state: 'forgotten', value: null, tags: [] });
    });

    it('keeps a bounded number of versions, and never gives a version number twice', async () => {
      const { memory } = current().store;
      const own = { namespace: 'versions' };
      for (let version = 0; version < memoryLimits.versions + 5; version += 1) {
        await memory.remember(memoryWrite('k', version, { ...own, expectedVersion: version }));
      }
      const all = await memory.list({ ...own, all: true, now: new Date(at) });
      expect(all.map(({ version }) => version)).toEqual(Array.from({ length: 20 }, (_, index) => 25 - index));
      await expect(memory.remember(memoryWrite('big', 'x'.repeat(17_000), own))).rejects.toMatchObject({
        kind: 'PayloadTooLarge',
      });
    });

    it('two processes adding to one number lose no addition', async () => {
      const { store, target } = current();
      await countTogether(['remember', JSON.stringify(target), 'counted']);
      const sum = await store.memory.get('counted', 'sum', new Date(at));
      expect([sum?.value, sum?.version]).toEqual([60, 60]);
    });

    it('whatever the interleaving of two connections, each version has one writer and nothing is lost', async () => {
      const { store, target } = current();
      const other = await openStore(target);
      let cases = 0;
      const plans = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 3 })), { minLength: 2, maxLength: 12 });
      const property = fc.asyncProperty(plans, async (plan) => {
        const namespace = `property-${(cases += 1)}`;
        const outcomes = await Promise.all(
          plan.map(async ([mine, expectedVersion], index) => {
            const write = memoryWrite('k', index, { namespace, expectedVersion, callKey: `${namespace} ${index}` });
            try {
              return (await (mine ? store : other).memory.remember(write)).version;
            } catch (error) {
              if (VersionConflict.of(error)) return null;
              throw error;
            }
          }),
        );
        const written = outcomes.filter((version) => version !== null).sort();
        expect(new Set(written).size).toBe(written.length);
        expect(written).toEqual(written.map((_, index) => index + 1));
        // Each was written over the version it named.
        outcomes.forEach((version, index) => version === null || expect(version).toBe((plan[index]?.[1] ?? -1) + 1));
        expect((await store.memory.get(namespace, 'k', new Date(at)))?.version ?? 0).toBe(written.length);
      });
      await fc.assert(property, { numRuns: 15 });
      await other.close();
    });
  });
}

/** Two children do the same 30 times each, begun at the same moment. */
export async function countTogether(args: readonly string[]): Promise<void> {
  const children = await Promise.all(['left', 'right'].map((name) => startStoreChild([...args, name, '30'])));
  try {
    for (const { go } of children) go();
    for (const { exited, errors } of children) expect([await exited, errors()]).toEqual([0, '']);
  } finally {
    for (const { child } of children) child.kill('SIGKILL');
  }
}

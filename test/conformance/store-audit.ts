import fc from 'fast-check';
import { openStore } from '../../activities/stores';
import type { StoreHarness } from './store';
import { sampleAudit } from './store-rows';
import { startStoreChild } from './store-steps';

export function storeAuditSuite(current: () => StoreHarness): void {
  async function filled(run: string, rows = 6): Promise<void> {
    const { audit } = current().store;
    for (let index = 0; index < rows; index += 1) await audit.append(run, [sampleAudit(`k-${index}`)]);
  }

  describe('audit chain', () => {
    it('links rows and finds them again', async () => {
      const { store } = current();
      const head = await store.audit.append('chain', [sampleAudit('a'), sampleAudit('b')]);
      const next = await store.audit.append('chain', [sampleAudit('c')]);
      const rows = await store.audit.list('chain');
      expect(rows.map((row) => row.seq)).toEqual([1, 2, 3]);
      expect(rows[2]).toMatchObject({ ...sampleAudit('c'), prevHash: head.hash, hash: next.hash });
      expect(await store.verifyAudit('chain')).toEqual({ ok: true, rows: 3, head: next });
      expect(await store.verifyAudit('never-run')).toMatchObject({ ok: true, rows: 0 });
      expect((await store.audit.list('chain', 1, 1)).map((row) => row.eventKey)).toEqual(['b']);
    });

    it('F57: an entry sent twice stands once, also beside a new one', async () => {
      const { store, target } = current();
      const head = await store.audit.append('once', [sampleAudit('a')]);
      expect(await store.audit.append('once', [sampleAudit('a')])).toEqual(head);
      const other = await openStore(target);
      await other.audit.append('once', [sampleAudit('a'), sampleAudit('b')]);
      await other.close();
      await store.audit.append('once', [sampleAudit('b'), sampleAudit('c'), sampleAudit('c')]);
      expect((await store.audit.list('once')).map((row) => row.eventKey)).toEqual(['a', 'b', 'c']);
      expect(await store.verifyAudit('once')).toMatchObject({ ok: true, rows: 3 });
    });

    it.each([
      ['a changed row', "UPDATE audit SET actor = 'nobody' WHERE run = '$run' AND seq = 3", 3, /changed/],
      ['a changed body', `UPDATE audit SET body = '{"tokens":1}' WHERE run = '$run' AND seq = 2`, 2, /changed/],
      ['a removed row', "DELETE FROM audit WHERE run = '$run' AND seq = 4", 4, /missing/],
      ['a cut tail', "DELETE FROM audit WHERE run = '$run' AND seq > 4", 5, /missing/],
      ['a removed head', "DELETE FROM audit_head WHERE run = '$run'", 1, /no recorded head/],
      ['an old head', "UPDATE audit_head SET hash = 'sha256:0' WHERE run = '$run'", 6, /recorded head/],
    ])('finds %s', async (what, sql, seq, reason) => {
      const { store, meddle } = current();
      await filled(what);
      await meddle(sql.replace('$run', what));
      expect(await store.verifyAudit(what)).toEqual({
        ok: false,
        seq,
        reason: expect.stringMatching(reason) as string,
      });
    });

    it('whatever the interleaving of two openers, no row is lost and the chain verifies', async () => {
      const { store, target } = current();
      const other = await openStore(target);
      let cases = 0;
      const batches = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 3 })), { minLength: 2, maxLength: 10 });
      const property = fc.asyncProperty(batches, async (plan) => {
        const run = `property-${(cases += 1)}`;
        const keys = plan.map(([, size], batch) => Array.from({ length: size }, (_, index) => `${batch}/${index}`));
        await Promise.all(
          plan.map(([mine], batch) =>
            (mine ? store : other).audit.append(
              run,
              (keys[batch] ?? []).map((key) => sampleAudit(key)),
            ),
          ),
        );
        const rows = await store.audit.list(run);
        expect(rows.map((row) => row.eventKey).sort()).toEqual(keys.flat().sort());
        expect(await store.verifyAudit(run)).toMatchObject({ ok: true, rows: keys.flat().length });
      });
      await fc.assert(property, { numRuns: 15 });
      await other.close();
    });

    it('two processes with four appenders each: every row once, the chain verifies', async () => {
      const { store, target } = current();
      const names = ['left', 'right'];
      const children = await Promise.all(
        names.map((name) => startStoreChild(['append', JSON.stringify(target), 'two', name, '200'])),
      );
      for (const { go } of children) go();
      for (const { exited, errors } of children) expect([await exited, errors()]).toEqual([0, '']);
      const rows = await store.audit.list('two');
      expect(new Set(rows.map((row) => row.eventKey)).size).toBe(400);
      expect(await store.verifyAudit('two')).toMatchObject({ ok: true, rows: 400 });
      // Both were at it at the same time, or this test has shown nothing.
      const turns = rows.filter((row, index) => index > 0 && rows[index - 1]?.actor !== row.actor).length;
      expect(turns).toBeGreaterThan(2);
    });
  });
}

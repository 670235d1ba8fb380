import { CompiledQuery } from 'kysely';
import { openStore, type DatabaseOptions, type Store } from '../../activities/stores';
import { openDatabase } from '../../activities/stores/sql/open-database';
import { failures } from '../../contracts/failures';
import { storeAuditSuite } from './store-audit';
import { storeBoardSuite } from './store-boards';
import { storeLeaseSuite } from './store-leases';
import { storeMemorySuite } from './store-memory';
import { storeEventSuite } from './store-events';
import { storeStepSuite } from './store-steps';
import { storeTableSuite } from './store-tables';

/** A place for a database that nobody else uses. */
export type StoreTarget = DatabaseOptions;

export interface StoreHarness {
  readonly target: StoreTarget;
  readonly store: Store;
  /** Runs one statement past the store, as a damaged disk or a careless hand would. */
  readonly meddle: (sql: string) => Promise<void>;
}

/** What every backend of the store must do. An implementation earns its place by passing it. */
export function storeConformance(name: string, newTarget: () => Promise<StoreTarget>): void {
  describe(`store on ${name}`, () => {
    let harness: StoreHarness;
    beforeAll(async () => {
      const target = await newTarget();
      const store = await openStore(target);
      harness = { target, store, meddle: (sql) => meddle(target, sql) };
    });
    afterAll(() => harness.store.close());
    const current = () => harness;
    storeTableSuite(current);
    storeStepSuite(current);
    storeAuditSuite(current);
    storeMemorySuite(current);
    storeBoardSuite(current);
    storeLeaseSuite(current);
    storeEventSuite(current);

    it('migrates once when eight openers start at the same moment', async () => {
      const target = await newTarget();
      const stores = await Promise.all(Array.from({ length: 8 }, () => openStore(target)));
      await stores[0]?.audit.append('run', [
        { eventKey: 'k', at: 't', actor: 'a', action: 'b-c', subject: 's', body: null },
      ]);
      for (const store of stores) expect(await store.verifyAudit('run')).toMatchObject({ ok: true, rows: 1 });
      await Promise.all(stores.map((store) => store.close()));
    });

    it('refuses a schema that is newer than it knows', async () => {
      const target = await newTarget();
      await (await openStore(target)).close();
      await meddle(target, "UPDATE meta SET value = '999' WHERE key = 'schema_version'");
      await expect(openStore(target)).rejects.toMatchObject({ kind: 'InternalError', message: /newer Cadre/ });
    });

    it('answers StorageUnavailable once it is closed', async () => {
      const store = await openStore(await newTarget());
      await store.close();
      await expect(store.audit.head('run')).rejects.toMatchObject({ kind: 'StorageUnavailable' });
      expect(failures.StorageUnavailable.retryable).toBe(true);
    });
  });
}

async function meddle(target: StoreTarget, sql: string): Promise<void> {
  const { db } = await openDatabase(target);
  try {
    await db.write([{ query: { compile: () => CompiledQuery.raw(sql) } }]);
  } finally {
    await db.close();
  }
}

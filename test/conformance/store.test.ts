import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../activities/stores';
import { findPostgres, startPostgres, type PostgresServer } from '../support/postgres';
import { storeConformance } from './store';

const folder = mkdtempSync(join(tmpdir(), 'cadre-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
storeConformance('libsql', () => Promise.resolve({ file: join(folder, `${(files += 1)}.db`) }));

const found = findPostgres();
if ('missing' in found) {
  // Named in the report of the tests, never passed over in silence.
  describe.skip(`store on Postgres: ${found.missing}`, () => it('was not run', () => undefined));
} else {
  describe('with a Postgres server', () => {
    let server: PostgresServer;
    beforeAll(async () => {
      server = await startPostgres(found);
    });
    afterAll(() => server.stop());

    storeConformance('Postgres', async () => ({ file: '', databaseUrl: await server.createDatabase() }));

    it('F59: a lost server is StorageUnavailable, nothing is lost or doubled, and the same store goes on', async () => {
      const databaseUrl = await server.createDatabase();
      const store = await openStore({ file: '', databaseUrl, connectTimeoutMs: 1_000 });
      const entry = (eventKey: string) => ({ eventKey, at: 't', actor: 'a', action: 'b-c', subject: 's', body: null });
      await store.audit.append('run', [entry('before')]);
      await server.crash();
      await expect(store.audit.append('run', [entry('during')])).rejects.toMatchObject({ kind: 'StorageUnavailable' });
      await expect(store.killSwitch.check('t', 'a')).rejects.toMatchObject({ kind: 'StorageUnavailable' });
      await server.restart();
      await store.audit.append('run', [entry('during'), entry('after')]);
      expect((await store.audit.list('run')).map((row) => row.eventKey)).toEqual(['before', 'during', 'after']);
      expect(await store.verifyAudit('run')).toMatchObject({ ok: true, rows: 3 });
      await store.close();
    });
  });
}

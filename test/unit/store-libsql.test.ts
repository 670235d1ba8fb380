import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { openStore, segmentIdOf, type Store } from '../../activities/stores';
import { Blobs } from '../../activities/stores/blobs';
import { Database } from '../../activities/stores/sql/database';
import { dialects } from '../../activities/stores/sql/dialect';
import { LibsqlDriver } from '../../activities/stores/sql/libsql-driver';
import { migrate } from '../../activities/stores/sql/migrate';
import { migrations } from '../../activities/stores/sql/migrations';
import { sampleAudit, sampleStep } from '../conformance/store-rows';

const folder = mkdtempSync(join(tmpdir(), 'cadre-libsql-'));
const open: Store[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((store) => store.close()));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function opened(name: string, options: Partial<Parameters<typeof openStore>[0]> = {}): Promise<Store> {
  const store = await openStore({ file: join(folder, name), ...options });
  open.push(store);
  return store;
}

/** Holds the file's write lock in another thread, as a stuck process would, until `release`. */
async function holdWriteLock(file: string): Promise<() => Promise<void>> {
  const script = `
    const { parentPort, workerData } = require('node:worker_threads');
    const Database = require(workerData.libsql);
    const db = new Database(workerData.file);
    db.exec('BEGIN IMMEDIATE');
    parentPort.postMessage('held');
    parentPort.once('message', () => { db.exec('COMMIT'); db.close(); parentPort.close(); });
  `;
  const holder = new Worker(script, {
    eval: true,
    execArgv: [],
    workerData: { file, libsql: require.resolve('libsql') },
  });
  await new Promise((resolve) => holder.once('message', resolve));
  const ended = new Promise<void>((resolve) => holder.once('exit', () => resolve()));
  return () => {
    holder.postMessage('release');
    return ended;
  };
}

describe('the embedded database', () => {
  it('creates the folder, and a file that only its owner reads', async () => {
    await opened('deep/er/store.db');
    expect(statSync(join(folder, 'deep/er/store.db')).mode & 0o077).toBe(0);
    expect(statSync(join(folder, 'deep/er/store.db-wal')).mode & 0o077).toBe(0);
  });

  it('I10: while another process holds the lock, timers go on, reads are answered, and the write follows', async () => {
    const store = await opened('held.db');
    await store.audit.append('run', [sampleAudit('before')]);
    const release = await holdWriteLock(join(folder, 'held.db'));
    let ticks = 0;
    const timer = setInterval(() => (ticks += 1), 10);
    const write = store.audit.append('run', [sampleAudit('during')]);
    let written = false;
    void write.then(() => (written = true));
    for (let read = 0; read < 5; read += 1) expect((await store.audit.head('run')).seq).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 400));
    clearInterval(timer);
    expect(written).toBe(false);
    // 40 were due; a blocked event loop would have had one or two.
    expect(ticks).toBeGreaterThan(10);
    await release();
    expect((await write).seq).toBe(2);
  });

  it('gives a lock up after the time allowed, as StorageUnavailable, and can write afterwards', async () => {
    const store = await opened('stuck.db', { busyTimeoutMs: 150 });
    const release = await holdWriteLock(join(folder, 'stuck.db'));
    await expect(store.audit.append('run', [sampleAudit('a')])).rejects.toMatchObject({
      kind: 'StorageUnavailable',
      message: expect.stringContaining('too busy') as string,
    });
    await release();
    expect((await store.audit.append('run', [sampleAudit('a')])).seq).toBe(1);
  });

  it('F58: a full disk is StorageUnavailable, tears nothing, and passes when there is room', async () => {
    const maxFileBytes = 1024 * 1024;
    const store = await opened('full.db', { maxFileBytes });
    const big = 'x'.repeat(20_000);
    let steps = 0;
    const fill = async () => {
      for (; steps < 100; steps += 1) {
        const step = sampleStep('full', 'jira', steps);
        await store.commitStep({ ...step, blobs: [{ content: `${steps}${big}`, kind: 'reply', createdAt: 't' }] });
      }
    };
    await expect(fill()).rejects.toMatchObject({
      kind: 'StorageUnavailable',
      message: expect.stringContaining('full') as string,
    });
    expect(steps).toBeGreaterThan(0);
    expect(await store.verifyAudit('full')).toMatchObject({ ok: true, rows: steps });
    expect((await store.ledger.sum({ run: 'full' })).calls).toBe(steps);
    const larger = await opened('full.db', { maxFileBytes: 10 * maxFileBytes });
    expect((await larger.commitStep(sampleStep('full', 'jira', steps))).committed).toBe(true);
  });

  it('one failing transaction takes none of those with it that share its commit', async () => {
    const store = await opened('shared.db');
    await store.effects.begin('r0', { key: 'e', workflowId: 'w', tool: 't', argsDigest: 'd', createdAt: 't' }, []);
    const outcome = { key: 'nobody', state: 'done' as const, result: null, settledAt: 't' };
    const all = Array.from({ length: 20 }, (_, index) =>
      store.commitStep({
        run: `r${index}`,
        audit: [sampleAudit('k')],
        ...(index % 5 === 0 ? { effect: outcome } : {}),
      }),
    );
    const done = await Promise.all(all);
    expect(done.map((one) => one.committed)).toEqual(done.map((_, index) => index % 5 !== 0));
    for (let index = 0; index < 20; index += 1) expect((await store.audit.head(`r${index}`)).seq).toBe(1);
  });

  it('goes on with a store of the first schema', async () => {
    const file = join(folder, 'old.db');
    const driver = new LibsqlDriver({ file, busyTimeoutMs: 1_000, callTimeoutMs: 5_000, maxFileBytes: 1e9, synchronous: 'NORMAL' });
    const db = new Database(dialects.libsql, driver, file);
    await migrate(db, migrations.slice(0, 1));
    const { id } = await new Blobs(db).put({ content: 'old', kind: 'body', createdAt: 't' });
    await db.close();
    const { blobs } = await opened('old.db');
    expect(await blobs.getText(id)).toBe('old');
    await expect(blobs.ofRun('r#1').get(id)).rejects.toMatchObject({ kind: 'ToolFailed' });
  }); // prettier-ignore

  it('F65: a file that is no database is named, with what to do', async () => {
    writeFileSync(join(folder, 'letter.db'), 'This is a letter, not a database. '.repeat(500));
    await expect(opened('letter.db')).rejects.toMatchObject({
      kind: 'InternalError',
      message: expect.stringContaining('restore it from a backup') as string,
    });
  });

  it('a place that cannot be written is StorageUnavailable', async () => {
    mkdirSync(join(folder, 'a-folder.db'));
    await expect(opened('a-folder.db')).rejects.toMatchObject({ kind: 'StorageUnavailable' });
    writeFileSync(join(folder, 'a-file'), '');
    await expect(opened('a-file/store.db')).rejects.toMatchObject({ kind: 'StorageUnavailable' });
  });

  it('reads back a conversation of a thousand segments and 5 MB', async () => {
    const store = await opened('long.db');
    let parent: string | null = null;
    for (let part = 0; part < 10; part += 1) {
      const batch = [];
      for (let step = 0; step < 100; step += 1) {
        const body = { delta: [{ text: 'word '.repeat(1000) }], reply: { step: part * 100 + step } };
        batch.push({ parent, run: 'long', path: 'agent', step, body, untrustedSet: null, createdAt: 't' });
        parent = segmentIdOf(parent, body);
      }
      await store.threads.put(batch);
    }
    const loaded = await store.threads.loadThread(parent ?? '');
    expect(loaded.length).toBe(1000);
    expect(loaded[999]?.id).toBe(parent);
  });
});

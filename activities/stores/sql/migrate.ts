import { setTimeout as sleep } from 'node:timers/promises';
import { CompiledQuery } from 'kysely';
import { CadreError } from '../../../contracts/failures';
import type { Database, Statement } from './database';
import { migrations, type Migration } from './migrations';

const versionKey = 'schema_version';
const raceMax = 40;
/** Rounds until the table that holds the version is there. */
const metaRaceMax = 5;

/**
 * Brings the schema to the newest version; several processes may do it at once. Each migration is one transaction that
 * first moves the version by compare-and-set: who comes second changes no row, so nothing of his is applied.
 */
export async function migrate(db: Database, steps: readonly Migration[] = migrations): Promise<void> {
  await ensureMeta(db);
  const newest = steps.at(-1)?.version ?? 0;
  for (let race = 0; race < raceMax; race += 1) {
    const version = await versionOf(db);
    if (version === newest) return;
    if (version > newest) {
      throw new CadreError(
        'InternalError',
        `The store was written by a newer Cadre (schema ${version}, this one knows ${newest}); update this worker.`,
      );
    }
    const next = steps.find((step) => step.version === version + 1);
    if (!next) throw new CadreError('InternalError', `Migration ${version + 1} of the store does not exist.`);
    await db.write([moveVersion(db, version), ...next.statements.map(plain)]);
  }
  throw new CadreError('StorageUnavailable', 'The schema of the store keeps changing while it is being migrated.');
}

async function ensureMeta(db: Database): Promise<void> {
  const known = db.sql.selectFrom('meta').select('value').where('key', '=', versionKey);
  for (let race = 0; race < metaRaceMax; race += 1) {
    try {
      if (await db.readFirst(known)) return;
    } catch (error) {
      if (CadreError.is(error) && error.kind === 'StorageUnavailable') throw error;
    }
    try {
      await db.write([
        plain('CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)'),
        {
          query: db.sql
            .insertInto('meta')
            .values({ key: versionKey, value: '0' })
            .onConflict((oc) => oc.doNothing()),
        },
      ]);
    } catch (error) {
      // Postgres' IF NOT EXISTS can still lose a race against another session; the next round finds the table.
      if (race === metaRaceMax - 1 || (CadreError.is(error) && error.kind === 'StorageUnavailable')) throw error;
      await sleep(5 + Math.random() * 20);
    }
  }
}

async function versionOf(db: Database): Promise<number> {
  const row = await db.readFirst(db.sql.selectFrom('meta').select('value').where('key', '=', versionKey));
  return Number(row?.value ?? 0);
}

function moveVersion(db: Database, from: number): Statement {
  const query = db.sql
    .updateTable('meta')
    .set({ value: String(from + 1) })
    .where('key', '=', versionKey)
    .where('value', '=', String(from));
  return { query, expect: 1, label: 'schema version' };
}

function plain(text: string): Statement {
  return { query: { compile: () => CompiledQuery.raw(text) } };
}

import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { Tables } from './tables';

// Everything in which the two databases differ for the rest of the store: how a query is spelled, and what their
// error codes mean. Kysely only builds text here; the drivers beside this file carry it (hence the dummy driver).

export type DialectName = 'libsql' | 'postgres';

/** What a database error means to us. `again`: nothing was written, the same transaction may be tried once more. */
export type ErrorMeaning = 'again' | 'full' | 'lost' | 'corrupt' | 'fault';

export interface Dialect {
  readonly name: DialectName;
  readonly builder: Kysely<Tables>;
  meaningOf(code: string): ErrorMeaning;
}

const libsqlMeanings: Readonly<Record<string, ErrorMeaning>> = {
  SQLITE_BUSY: 'again',
  SQLITE_LOCKED: 'again',
  SQLITE_FULL: 'full',
  SQLITE_IOERR: 'lost',
  SQLITE_CANTOPEN: 'lost',
  SQLITE_READONLY: 'lost',
  SQLITE_PERM: 'lost',
  SQLITE_CORRUPT: 'corrupt',
  SQLITE_NOTADB: 'corrupt',
};

/** Extended codes name their family first: SQLITE_IOERR_FSYNC is an SQLITE_IOERR. */
function libsqlMeaning(code: string): ErrorMeaning {
  const family = code.split('_').slice(0, 2).join('_');
  return libsqlMeanings[family] ?? (code === 'THREAD_LOST' ? 'lost' : 'fault');
}

// Deadlock, serialization failure, lock not available; two sessions creating the same table at once (pg_type's or
// pg_class' unique index, or "already exists") count as well: the loser looks again and finds the table.
const postgresAgain = new Set(['40P01', '40001', '55P03', '42P07']);
const postgresFull = new Set(['53100', '53200']);
const socketCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT']);

function postgresMeaning(code: string): ErrorMeaning {
  if (postgresAgain.has(code)) return 'again';
  if (postgresFull.has(code)) return 'full';
  if (code === 'XX001' || code === 'XX002') return 'corrupt';
  // 08: connection; 57P: shut down by an operator; 53300: too many connections; 28, 3D000: may not log in;
  // 25006: a standby; 57014: our own statement timeout. No code at all is the driver's own "Connection terminated".
  const lost = code === '' || socketCodes.has(code) || ['53300', '3D000', '25006', '57014'].includes(code);
  return lost || /^(08|57P|28)/.test(code) ? 'lost' : 'fault';
}

export const dialects: Readonly<Record<DialectName, Dialect>> = {
  libsql: {
    name: 'libsql',
    builder: new Kysely<Tables>({
      dialect: {
        createAdapter: () => new SqliteAdapter(),
        createDriver: () => new DummyDriver(),
        createIntrospector: (db) => new SqliteIntrospector(db),
        createQueryCompiler: () => new SqliteQueryCompiler(),
      },
    }),
    meaningOf: libsqlMeaning,
  },
  postgres: {
    name: 'postgres',
    builder: new Kysely<Tables>({
      dialect: {
        createAdapter: () => new PostgresAdapter(),
        createDriver: () => new DummyDriver(),
        createIntrospector: (db) => new PostgresIntrospector(db),
        createQueryCompiler: () => new PostgresQueryCompiler(),
      },
    }),
    meaningOf: postgresMeaning,
  },
};

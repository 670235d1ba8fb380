import { Database } from './database';
import { dialects, type DialectName } from './dialect';
import { LibsqlDriver } from './libsql-driver';
import { migrate } from './migrate';
import { PostgresDriver } from './postgres-driver';

/** All optional but `file`, which is where the embedded database lives when no `databaseUrl` is given. */
export interface DatabaseOptions {
  readonly file: string;
  readonly databaseUrl?: string | undefined;
  /** Warnings that belong to no call, such as a connection that was closed while idle. */
  readonly log?: { warn(message: string): void } | undefined;
  /** How long a write waits for the locks of other processes (embedded). */
  readonly busyTimeoutMs?: number;
  /** How long any call may take before it is given up as `StorageUnavailable`. */
  readonly callTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** Largest size of the embedded file; reached, it counts as a full disk. */
  readonly maxFileBytes?: number;
  /** Connections to Postgres at most. */
  readonly poolMax?: number;
  /** What a commit of the embedded file waits for: `NORMAL` may lose the last commits on a power cut. */
  readonly synchronous?: 'FULL' | 'NORMAL';
}

const defaults = {
  busyTimeoutMs: 10_000,
  callTimeoutMs: 30_000,
  connectTimeoutMs: 5_000,
  maxFileBytes: 64 * 1024 ** 3,
  poolMax: 10,
  synchronous: 'FULL',
} as const;

/** A migrated database. On failure nothing stays open. */
export async function openDatabase(options: DatabaseOptions): Promise<{ db: Database; dialect: DialectName }> {
  const dialect: DialectName = options.databaseUrl ? 'postgres' : 'libsql';
  const db = new Database(dialects[dialect], driverFor(options), placeOf(options));
  try {
    await migrate(db);
  } catch (error) {
    await db.close().catch(() => undefined);
    throw error;
  }
  return { db, dialect };
}

function driverFor(options: DatabaseOptions): LibsqlDriver | PostgresDriver {
  const { busyTimeoutMs, callTimeoutMs, connectTimeoutMs, maxFileBytes, poolMax, synchronous } = {
    ...defaults,
    ...withoutUndefined(options),
  };
  if (!options.databaseUrl) {
    return new LibsqlDriver({ file: options.file, busyTimeoutMs, callTimeoutMs, maxFileBytes, synchronous });
  }
  return new PostgresDriver({
    connectionString: options.databaseUrl,
    poolMax,
    connectTimeoutMs,
    callTimeoutMs,
    onIdleError: (error) => options.log?.warn(`The database closed an idle connection: ${error.message}`),
  });
}

/** Named in messages: host and database, never user or password. */
function placeOf({ databaseUrl, file }: DatabaseOptions): string {
  if (!databaseUrl) return file;
  try {
    const { host, pathname } = new URL(databaseUrl);
    return `Postgres ${host || 'on this machine'}${pathname}`;
  } catch {
    return 'Postgres';
  }
}

function withoutUndefined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}

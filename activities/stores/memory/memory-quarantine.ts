import type { Database } from '../sql/database';

const rowsMax = 1_000;

export interface Quarantine {
  /** The agent whose entries are withdrawn. */
  readonly writer: string;
  /** Of this team only; of every team in which an agent has that name when absent. */
  readonly namespace?: string | undefined;
  readonly by: string;
  readonly at: string;
}

export interface MemoryReading {
  /** Id of the workflow at the root of the tree, and of the one that read. */
  readonly root: string;
  readonly run: string;
  readonly agent: string;
  readonly path: string;
  readonly step: number;
  readonly namespace: string;
  readonly key: string;
  readonly version: number;
  readonly at: string;
}

export interface Quarantined {
  /** How many this order has withdrawn; the rest was before. */
  readonly withdrawn: number;
  readonly entries: readonly { namespace: string; key: string; version: number; at: string }[];
  /** Who was given one of them, oldest first. */
  readonly readings: readonly MemoryReading[];
  /** What others wrote in those runs after they had read: it may carry on what was withdrawn, and still counts. */
  readonly derived: readonly {
    namespace: string;
    key: string;
    version: number;
    agent: string;
    root: string;
    at: string;
  }[];
  /** There are more than the lists show. */
  readonly more: boolean;
}

/** Withdrawn entries are never given again; an older version that somebody else wrote counts again. */
export async function quarantine(db: Database, { writer, namespace, by, at }: Quarantine): Promise<Quarantined> {
  let update = db.sql
    .updateTable('memory')
    .set({ quarantined_by: by, quarantined_at: at })
    .where('agent', '=', writer)
    .where('quarantined_at', 'is', null);
  if (namespace !== undefined) update = update.where('namespace', '=', namespace);
  const { changes } = await db.write([{ query: update }]);
  const entries = await entriesOf(db, writer, namespace);
  const readings = await readingsOf(db, writer, namespace);
  const derived = await derivedFrom(db, writer, readings);
  const more = [entries, readings, derived].some((list) => list.length === rowsMax);
  return { withdrawn: changes[0] ?? 0, entries, readings, derived, more };
}

/** Who was given an entry, in whatever version, oldest first. */
export function readingsOfKey(db: Database, namespace: string, key: string): Promise<MemoryReading[]> {
  return db.read(
    db.sql
      .selectFrom('memory_read')
      .select(['root', 'run', 'agent', 'path', 'step', 'namespace', 'key', 'version', 'at'])
      .where('namespace', '=', namespace)
      .where('key', '=', key)
      .orderBy('at')
      .orderBy('run')
      .orderBy('path')
      .orderBy('step')
      .limit(rowsMax),
  );
}

function entriesOf(db: Database, writer: string, namespace: string | undefined) {
  const query = db.sql
    .selectFrom('memory')
    .select(['namespace', 'key', 'version', 'created_at as at'])
    .where('agent', '=', writer)
    .where('quarantined_at', 'is not', null);
  const own = namespace === undefined ? query : query.where('namespace', '=', namespace);
  return db.read(own.orderBy('namespace').orderBy('key').orderBy('version').limit(rowsMax));
}

function readingsOf(db: Database, writer: string, namespace: string | undefined) {
  const query = db.sql
    .selectFrom('memory_read')
    .select(['root', 'run', 'agent', 'path', 'step', 'namespace', 'key', 'version', 'at'])
    .where('writer', '=', writer);
  const own = namespace === undefined ? query : query.where('namespace', '=', namespace);
  return db.read(own.orderBy('at').orderBy('run').orderBy('path').orderBy('step').orderBy('key').limit(rowsMax));
}

async function derivedFrom(db: Database, writer: string, readings: readonly MemoryReading[]) {
  const since = new Map<string, string>();
  for (const { root, at } of readings) if (!since.has(root)) since.set(root, at);
  if (since.size === 0) return [];
  const rows = await db.read(
    db.sql
      .selectFrom('memory')
      .select(['namespace', 'key', 'version', 'agent', 'root', 'created_at as at'])
      .where('root', 'in', [...since.keys()])
      .where('agent', 'is not', null)
      .where('agent', '<>', writer)
      .where('quarantined_at', 'is', null)
      .where('forgotten_at', 'is', null)
      .orderBy('created_at')
      .orderBy('id')
      .limit(rowsMax),
  );
  return rows.flatMap(({ agent, ...row }) =>
    agent !== null && row.at >= (since.get(row.root) ?? '') ? [{ ...row, agent }] : [],
  );
}

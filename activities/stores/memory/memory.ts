import { CadreError } from '../../../contracts/failures';
import { canonicalJson } from '../canonical-json';
import { entryIdOf, entryOf, recordOf, type MemoryEntry, type MemoryRecord, type MemoryWrite } from './memory-entry';
import { quarantine, readingsOfKey, type MemoryReading, type Quarantine, type Quarantined } from './memory-quarantine';
import { dropStatements, liveAt, newestVersion, taggedAny } from './memory-queries';
import { recall, type Recalled, type RecallAsk } from './memory-recall';
import { indexWords } from './memory-words';
import type { Database, Statement } from '../sql/database';
import { VersionConflict } from '../version-conflict';

/** Bounds of one team's memory (I5). */
export const memoryLimits = {
  valueBytes: 16_384,
  keys: 20_000,
  /** Versions kept of one key; the team's own are kept besides. */
  versions: 20,
  /** How long an expired entry can still be looked at by a person. */
  keptAfterExpiryMs: 30 * 24 * 3600_000,
  listed: 1_000,
} as const;

const racesMax = 50;
const droppedAtOnce = 100;

/** What agents know beyond a run: entries by key, in versions, found by tags and words (contract §7). */
export class Memory {
  constructor(private readonly db: Database) {}

  /**
   * Writes the next version of an entry. The same `callKey` again changes nothing and gives what the first call wrote.
   * Throws `VersionConflict` with the latest entry (or null) when another version than the expected one is there,
   * `PayloadTooLarge` for a value or a memory that is full.
   */
  async remember(write: MemoryWrite): Promise<MemoryEntry> {
    const value = canonicalJson(write.value);
    const bytes = Buffer.byteLength(value);
    if (bytes > memoryLimits.valueBytes) {
      throw new CadreError(
        'PayloadTooLarge',
        `The value of "${write.key}" takes ${bytes} bytes; memory keeps at most ${memoryLimits.valueBytes} per entry. Keep what matters, or write a file and remember its name.`,
      );
    }
    for (let race = 0; race < racesMax; race += 1) {
      const written = await this.byCall(write.callKey);
      if (written) return written;
      // The number first: what is written between this and the insert takes it away, and the race is lost.
      const newest = await this.newest(write.namespace, write.key);
      const live = await this.get(write.namespace, write.key, write.now);
      if (write.expectedVersion !== 'any' && write.expectedVersion !== (live?.version ?? 0)) {
        // The other attempt at this very call may have written it just now.
        const twin = await this.byCall(write.callKey);
        if (twin) return twin;
        throw conflict(write, live);
      }
      const { unmet } = await this.db.write(await this.insertStatements(write, value, newest + 1));
      if (unmet === null) continue;
      if (unmet !== entryLabel) throw new CadreError('InternalError', `A memory entry was not written: ${unmet}.`);
    }
    throw new CadreError(
      'StorageUnavailable',
      `The memory entry "${write.key}" was written ${racesMax} times meanwhile.`,
    );
  }

  /** The entry that counts now, or null. */
  async get(namespace: string, key: string, now: Date): Promise<MemoryEntry | null> {
    const row = await this.db.readFirst(
      this.db.sql
        .selectFrom('memory as m')
        .selectAll('m')
        .where('m.namespace', '=', namespace)
        .where('m.key', '=', key)
        .where(liveAt(now.toISOString())),
    );
    return row && entryOf(row);
  }

  /** Whether a call has written already. */
  async byCall(callKey: string): Promise<MemoryEntry | null> {
    const row = await this.db.readFirst(this.db.sql.selectFrom('memory').selectAll().where('call_key', '=', callKey));
    return row && entryOf(row);
  }

  /** Entries by tags and words; who is given one is recorded before it is given. */
  recall(ask: RecallAsk): Promise<Recalled> {
    return recall(this.db, ask);
  }

  /** For people: newest first. Without `all`, only what counts now. */
  async list(filter: {
    namespace?: string | undefined;
    key?: string | undefined;
    writer?: string | undefined;
    tag?: string | undefined;
    all?: boolean | undefined;
    limit?: number | undefined;
    now: Date;
  }): Promise<MemoryRecord[]> {
    const now = filter.now.toISOString();
    let query = this.db.sql
      .selectFrom('memory as m')
      .selectAll('m')
      .select((eb) => newestVersion(eb).as('newest'));
    if (filter.namespace !== undefined) query = query.where('m.namespace', '=', filter.namespace);
    if (filter.key !== undefined) query = query.where('m.key', '=', filter.key);
    if (filter.writer !== undefined) query = query.where('m.agent', '=', filter.writer);
    if (filter.tag !== undefined) query = query.where(taggedAny([filter.tag]));
    if (!filter.all) query = query.where(liveAt(now));
    const limit = Math.min(filter.limit ?? memoryLimits.listed, memoryLimits.listed);
    const rows = await this.db.read(
      query.orderBy('m.created_at', 'desc').orderBy('m.version', 'desc').orderBy('m.id').limit(limit),
    );
    return rows.map((row) => recordOf({ ...row, newest: row.newest ?? 0 }, now));
  }

  /** Takes the content of an entry away, of all its versions, for good. Gives the number of versions. */
  async forget({
    namespace,
    key,
    by,
    at,
  }: {
    namespace: string;
    key: string;
    by: string;
    at: string;
  }): Promise<number> {
    const { sql } = this.db;
    const ids = sql.selectFrom('memory').select('id').where('namespace', '=', namespace).where('key', '=', key);
    const gone = { value: 'null', tags: '[]', words: 0, forgotten_by: by, forgotten_at: at };
    const { changes } = await this.db.write([
      { query: sql.deleteFrom('memory_tag').where('entry', 'in', ids) },
      { query: sql.deleteFrom('memory_word').where('entry', 'in', ids) },
      {
        query: sql
          .updateTable('memory')
          .set(gone)
          .where('namespace', '=', namespace)
          .where('key', '=', key)
          .where('forgotten_at', 'is', null),
      },
    ]);
    return changes[2] ?? 0;
  }

  /** Who was given an entry, in whatever version, oldest first. */
  readings(namespace: string, key: string): Promise<MemoryReading[]> {
    return readingsOfKey(this.db, namespace, key);
  }

  /** Withdraws all that an agent has written and tells who was given it. */
  quarantine(order: Quarantine): Promise<Quarantined> {
    return quarantine(this.db, order);
  }

  private async insertStatements(write: MemoryWrite, value: string, version: number): Promise<Statement[]> {
    const { sql } = this.db;
    const { namespace, key, provenance, untrusted, ttlMs } = write;
    if (version === 1) await this.demandRoom(namespace);
    const tags = [...new Set(write.tags)].sort();
    const { counts, length } = indexWords(key, tags, write.value);
    const id = entryIdOf(namespace, key, version);
    const row = {
      ...{ id, namespace, key, version, value, tags: JSON.stringify(tags), words: length, ...provenance },
      untrusted_set: untrusted.set?.setId ?? null,
      private: write.private ? 1 : 0,
      call_key: write.callKey,
      created_at: write.now.toISOString(),
      expires_at: ttlMs === null ? null : new Date(write.now.getTime() + ttlMs).toISOString(),
      ...{ quarantined_by: null, quarantined_at: null, forgotten_by: null, forgotten_at: null },
    };
    const insert = sql
      .insertInto('memory')
      .values(row)
      .onConflict((oc) => oc.doNothing());
    const words = [...counts].map(([word, count]) => ({ namespace, word, entry: id, count }));
    const rows = tags.map((tag) => ({ namespace, tag, entry: id }));
    return [
      { query: insert, expect: 1, label: entryLabel },
      ...(rows.length > 0 ? [{ query: sql.insertInto('memory_tag').values(rows) }] : []),
      ...(words.length > 0 ? [{ query: sql.insertInto('memory_word').values(words) }] : []),
      ...(untrusted.statement ? [untrusted.statement] : []),
      ...this.tidyStatements(namespace, key, version, write.now),
    ];
  }

  private async newest(namespace: string, key: string): Promise<number> {
    const row = await this.db.readFirst(
      this.db.sql
        .selectFrom('memory')
        .select((eb) => eb.fn.max('version').as('version'))
        .where('namespace', '=', namespace)
        .where('key', '=', key),
    );
    return row?.version ?? 0;
  }

  private async demandRoom(namespace: string): Promise<void> {
    const row = await this.db.readFirst(
      this.db.sql
        .selectFrom('memory')
        .select((eb) => eb.fn.count<number>('key').distinct().as('keys'))
        .where('namespace', '=', namespace)
        .where('forgotten_at', 'is', null),
    );
    if ((row?.keys ?? 0) < memoryLimits.keys) return;
    throw new CadreError(
      'PayloadTooLarge',
      `The memory of ${namespace} holds ${memoryLimits.keys} entries already; forget some, or give entries a time to live.`,
    );
  }

  /** What nobody can be given any more. The team's own entries stay: they say that they were put there once. */
  private tidyStatements(namespace: string, key: string, version: number, now: Date): Statement[] {
    const longAgo = new Date(now.getTime() - memoryLimits.keptAfterExpiryMs).toISOString();
    return [
      ...(version > memoryLimits.versions
        ? dropStatements(
            this.db,
            (eb) =>
              eb.and([
                eb('m.namespace', '=', namespace),
                eb('m.key', '=', key),
                eb('m.version', '<=', version - memoryLimits.versions),
                eb('m.agent', 'is not', null),
              ]),
            droppedAtOnce,
          )
        : []),
      ...dropStatements(
        this.db,
        (eb) =>
          eb.and([eb('m.namespace', '=', namespace), eb('m.expires_at', '<', longAgo), eb('m.agent', 'is not', null)]),
        droppedAtOnce,
      ),
    ];
  }
}

const entryLabel = 'memory-entry';

function conflict(
  { key, expectedVersion }: MemoryWrite,
  live: MemoryEntry | null,
): VersionConflict<MemoryEntry | null> {
  const stands = live ? `it has version ${live.version} now` : 'there is no such entry now';
  return new VersionConflict(
    `The memory entry "${key}" was to be written over version ${expectedVersion}, and ${stands}. Nothing was written: look at it, then write with expectedVersion ${live?.version ?? 0}.`,
    live,
  );
}

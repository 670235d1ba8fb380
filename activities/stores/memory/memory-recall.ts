import { entryOf, type MemoryEntry } from './memory-entry';
import { liveAt, taggedAny } from './memory-queries';
import { queryWords, rankHits } from './memory-words';
import type { Database } from '../sql/database';

/** Rows of the word index looked at for one question; beyond it the newest entries count (I5). */
const hitsMax = 4_000;
export const recalledMax = 50;

/** Who is given entries; null: a person, of whom nothing is recorded. */
export interface MemoryReader {
  readonly agent: string;
  readonly run: string;
  readonly root: string;
  readonly path: string;
  readonly step: number;
}

export interface RecallAsk {
  readonly namespace: string;
  /** Tags the reader may read: an entry is given when it carries one of them. */
  readonly readable: readonly string[];
  /** Narrows: entries that carry every one of these. */
  readonly tags?: readonly string[] | undefined;
  readonly key?: string | undefined;
  /** Words; entries that hold any are ranked. Without words, or when none fits, the newest come. */
  readonly query?: string | undefined;
  readonly limit: number;
  /** Private entries as well: the reader's thread is private already. */
  readonly withPrivate: boolean;
  readonly reader: MemoryReader | null;
  readonly now: Date;
}

export interface Recalled {
  readonly entries: readonly MemoryEntry[];
  /** How many of all that may be read hold a word of the query; null without a query. */
  readonly matched: number | null;
}

export async function recall(db: Database, ask: RecallAsk): Promise<Recalled> {
  const limit = Math.min(ask.limit, recalledMax);
  const words = queryWords(ask.query ?? '');
  const hits = words.length > 0 ? await hitsOf(db, ask, words) : [];
  const ranked = rankHits(hits);
  const entries = ranked.length > 0 ? await byIds(db, ranked.slice(0, limit)) : await newest(db, ask, limit);
  await recordReads(db, ask, entries);
  return { entries, matched: words.length > 0 ? ranked.length : null };
}

function visible(db: Database, { namespace, readable, tags = [], key, withPrivate, now }: RecallAsk) {
  let query = db.sql
    .selectFrom('memory as m')
    .where('m.namespace', '=', namespace)
    .where(liveAt(now.toISOString()))
    .where(taggedAny(readable));
  for (const tag of tags) query = query.where(taggedAny([tag]));
  if (key !== undefined) query = query.where('m.key', '=', key);
  return withPrivate ? query : query.where('m.private', '=', 0);
}

async function hitsOf(db: Database, ask: RecallAsk, words: readonly string[]) {
  return db.read(
    visible(db, ask)
      .innerJoin('memory_word as w', (join) =>
        join.onRef('w.entry', '=', 'm.id').onRef('w.namespace', '=', 'm.namespace'),
      )
      .where('w.word', 'in', [...words])
      .select(['w.entry', 'w.word', 'w.count', 'm.words', 'm.created_at as createdAt'])
      .orderBy('m.created_at', 'desc')
      .orderBy('m.id')
      .orderBy('w.word')
      .limit(hitsMax),
  );
}

async function byIds(db: Database, ids: readonly string[]): Promise<MemoryEntry[]> {
  const rows = await db.read(
    db.sql
      .selectFrom('memory')
      .selectAll()
      .where('id', 'in', [...ids]),
  );
  const found = new Map(rows.map((row) => [row.id, entryOf(row)]));
  return ids.flatMap((id) => found.get(id) ?? []);
}

async function newest(db: Database, ask: RecallAsk, limit: number): Promise<MemoryEntry[]> {
  const rows = await db.read(
    visible(db, ask).selectAll('m').orderBy('m.created_at', 'desc').orderBy('m.key').limit(limit),
  );
  return rows.map(entryOf);
}

/** Before anything is given: what nobody recorded, nobody has read. */
async function recordReads(db: Database, { reader, now }: RecallAsk, entries: readonly MemoryEntry[]): Promise<void> {
  if (reader === null || entries.length === 0) return;
  const { agent, run, root, path, step } = reader;
  const at = now.toISOString();
  const rows = entries.map(({ id, namespace, key, version, provenance }) => ({
    ...{ entry: id, run, path, step, namespace, key, version, writer: provenance.agent, root, agent, at },
  }));
  const query = db.sql
    .insertInto('memory_read')
    .values(rows)
    .onConflict((oc) => oc.doNothing());
  await db.write([{ query }]);
}

import { sql as raw } from 'kysely';
import { CadreError } from '../../contracts/failures';
import type { Json } from '../../contracts/json';
import { canonicalJson, digestOfBytes } from './canonical-json';
import type { Database, Statement } from './sql/database';

/** What one step adds to a conversation: what the model was newly shown (`delta`) and what it answered (`reply`). */
export interface SegmentBody {
  readonly delta: Json;
  readonly reply: Json;
}

export interface SegmentInput {
  /** The segment before, or null for the first of a thread. */
  readonly parent: string | null;
  readonly run: string;
  readonly path: string;
  readonly step: number;
  readonly body: SegmentBody;
  readonly untrustedSet: string | null;
  readonly createdAt: string;
}

export interface Segment extends SegmentInput {
  readonly id: string;
}

/** A thread longer than this is refused: agents continue as new, or compact, long before (I5). */
export const threadSegmentsMax = 10_000;

/** Id of a segment, H(parent + delta + reply): the same wherever it is rebuilt, so a head names a whole conversation (I2). */
export function segmentIdOf(parent: string | null, body: SegmentBody): string {
  return idOfText(parent, canonicalJson({ delta: body.delta, reply: body.reply }));
}

const idOfText = (parent: string | null, text: string): string => digestOfBytes(`${parent ?? ''}\n${text}`);

/** Conversations as hash-linked segments; history carries only the id of the last one. */
export class Threads {
  constructor(private readonly db: Database) {}

  /** Root first, `head` last. Throws `TranscriptMissing` when a link is not there (it is then rebuilt from history). */
  async loadThread(head: string): Promise<Segment[]> {
    const { sql } = this.db;
    const rows = await this.db.read(
      sql
        .withRecursive('chain', (qb) =>
          qb
            .selectFrom('segment')
            .selectAll('segment')
            .select(raw<number>`0`.as('depth'))
            .where('segment.id', '=', head)
            .unionAll(
              qb
                .selectFrom('segment')
                .innerJoin('chain', 'chain.parent', 'segment.id')
                .selectAll('segment')
                .select(raw<number>`chain.depth + 1`.as('depth'))
                .where('chain.depth', '<', threadSegmentsMax),
            ),
        )
        .selectFrom('chain')
        .selectAll()
        .orderBy('depth', 'desc'),
    );
    if (rows.length > threadSegmentsMax) {
      throw new CadreError('PayloadTooLarge', `The transcript ${head} has more than ${threadSegmentsMax} segments.`);
    }
    assertComplete(head, rows);
    return rows.map((row) => {
      if (idOfText(row.parent, row.body) !== row.id) {
        throw new CadreError(
          'TranscriptMissing',
          `The stored segment ${row.id} is damaged and is not used; rebuild it from history.`,
        );
      }
      const { id, parent, run, path, step } = row;
      const body = JSON.parse(row.body) as SegmentBody;
      return { id, parent, run, path, step, body, untrustedSet: row.untrusted_set, createdAt: row.created_at };
    });
  }

  /** The set of untrusted sources that a thread has read so far; null when there are none, or the head is not there. */
  async untrustedSetOf(head: string): Promise<string | null> {
    const query = this.db.sql.selectFrom('segment').select('untrusted_set').where('id', '=', head);
    return (await this.db.readFirst(query))?.untrusted_set ?? null;
  }

  /** Whether a head can be loaded, without its bodies; asked before continue-as-new (I2). */
  async isComplete(head: string): Promise<boolean> {
    const { sql } = this.db;
    const row = await this.db.readFirst(
      sql
        .withRecursive('chain', (qb) =>
          qb
            .selectFrom('segment')
            .select(['segment.parent', raw<number>`0`.as('depth')])
            .where('segment.id', '=', head)
            .unionAll(
              qb
                .selectFrom('segment')
                .innerJoin('chain', 'chain.parent', 'segment.id')
                .select(['segment.parent', raw<number>`chain.depth + 1`.as('depth')])
                .where('chain.depth', '<', threadSegmentsMax),
            ),
        )
        .selectFrom('chain')
        .select('depth')
        .where('parent', 'is', null),
    );
    return row !== null;
  }

  /** Writes segments, for instance those rebuilt from history; what is there already, sound, stays. */
  async put(segments: readonly SegmentInput[]): Promise<string[]> {
    const prepared = segments.map((segment) => this.statementFor(segment));
    await this.db.write(prepared.map(({ statement }) => statement));
    return prepared.map(({ id }) => id);
  }

  /** For a transaction of several rows. */
  statementFor(segment: SegmentInput): { id: string; statement: Statement } {
    const { parent, run, path, step, createdAt } = segment;
    const body = canonicalJson({ delta: segment.body.delta, reply: segment.body.reply });
    const id = idOfText(parent, body);
    const row = { id, parent, run, path, step, body, untrusted_set: segment.untrustedSet, created_at: createdAt };
    // A damaged row is mended by the right one; a sound row is left alone.
    const query = this.db.sql
      .insertInto('segment')
      .values(row)
      .onConflict((oc) =>
        oc
          .column('id')
          .doUpdateSet({ body, parent })
          .where((eb) => eb.or([eb('segment.body', '<>', body), eb('segment.parent', 'is distinct from', parent)])),
      );
    return { id, statement: { query } };
  }
}

function assertComplete(head: string, rows: readonly { parent: string | null }[]): void {
  const first = rows[0];
  if (first && first.parent === null) return;
  const missing = first?.parent ?? head;
  throw new CadreError('TranscriptMissing', `The store does not hold segment ${missing} of the transcript ${head}.`);
}

import type { Json } from '../../contracts/json';
import type { Database, Statement } from './sql/database';
import type { OutboxKind } from './sql/event-tables';

export interface OutboxEntry {
  /** The same id is the same message: whoever receives it twice can tell. */
  readonly id: string;
  readonly kind: OutboxKind;
  /** Where it goes, such as `acme.events.pr.merged` or `acme.dlq.devops`. */
  readonly subject: string;
  /** Names what is sent (`{team, eventId}` or `{deadLetterId}`); the body itself stays where it is. */
  readonly body: Json;
  readonly createdAt: string;
}

const leaseKey = 'mirror_until';
const originKey = 'mirror_origin';
const pageMax = 500;
const prunedMax = 1_000;

/**
 * What is still to be told to the world outside, written in the transaction of what it tells of. It fills only while a
 * relay is known to exist (`keepOpen`): without one it would grow for nobody (I5).
 */
export class Outbox {
  constructor(private readonly db: Database) {}

  /** For a transaction of several rows: writes nothing when no relay has shown itself in time. */
  statementFor(entry: OutboxEntry): Statement {
    const { id, kind, subject, createdAt } = entry;
    const query = this.db.sql
      .insertInto('outbox')
      .columns(['id', 'kind', 'subject', 'body', 'created_at'])
      .expression((eb) =>
        eb
          .selectFrom('meta')
          .select([
            eb.val(id).as('id'),
            eb.val(kind).as('kind'),
            eb.val(subject).as('subject'),
            eb.val(JSON.stringify(entry.body)).as('body'),
            eb.val(createdAt).as('created_at'),
          ])
          .where('key', '=', leaseKey)
          .where('value', '>', createdAt),
      )
      .onConflict((oc) => oc.doNothing());
    return { query };
  }

  /** A relay exists and means to come back before `until` (ISO 8601). */
  async keepOpen(until: string): Promise<void> {
    await this.db.write([this.setMeta(leaseKey, until)]);
  }

  /** Name of this store among all that speak over the same bus; `fresh` is taken when it has none yet. */
  async origin(fresh: string): Promise<string> {
    const insert = this.db.sql
      .insertInto('meta')
      .values({ key: originKey, value: fresh })
      .onConflict((oc) => oc.doNothing());
    await this.db.write([{ query: insert }]);
    const row = await this.db.readFirst(this.db.sql.selectFrom('meta').select('value').where('key', '=', originKey));
    return row?.value ?? fresh;
  }

  /** What is not sent yet, oldest first. */
  async pending(limit = 100): Promise<OutboxEntry[]> {
    const rows = await this.db.read(
      this.db.sql
        .selectFrom('outbox')
        .select(['id', 'kind', 'subject', 'body', 'created_at as createdAt'])
        .where('sent_at', 'is', null)
        .orderBy('created_at')
        .orderBy('id')
        .limit(Math.min(limit, pageMax)),
    );
    return rows.map((row) => ({ ...row, body: JSON.parse(row.body) as Json }));
  }

  async markSent(ids: readonly string[], at: string): Promise<void> {
    if (ids.length === 0) return;
    const query = this.db.sql
      .updateTable('outbox')
      .set({ sent_at: at })
      .where('id', 'in', [...ids])
      .where('sent_at', 'is', null);
    await this.db.write([{ query }]);
  }

  /** Forgets entries that were sent before `sentBefore`, a bounded number at a time; says how many. */
  async prune(sentBefore: string): Promise<number> {
    const old = this.db.sql.selectFrom('outbox').select('id').where('sent_at', '<', sentBefore).limit(prunedMax);
    const { changes } = await this.db.write([{ query: this.db.sql.deleteFrom('outbox').where('id', 'in', old) }]);
    return changes[0] ?? 0;
  }

  private setMeta(key: string, value: string): Statement {
    const query = this.db.sql
      .insertInto('meta')
      .values({ key, value })
      .onConflict((oc) => oc.column('key').doUpdateSet({ value }));
    return { query };
  }
}

import type { Json } from '../../contracts/json';
import { limits } from '../../contracts/limits';
import type { Blobs } from './blobs';
import type { Outbox } from './outbox';
import type { Database, Statement } from './sql/database';
import type { EventTables } from './sql/event-tables';

/** An event as it is kept; `publishedBy` is `agent:<name>`, `nats`, `webhook`, or what the publisher says. */
export interface StoredEvent {
  readonly team: string;
  readonly id: string;
  readonly subject: string;
  readonly source: string;
  readonly subjectKey: string | null;
  readonly data: Json;
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly hops: number;
  readonly untrusted: boolean;
  readonly publishedBy: string;
  readonly at: string;
}

/** Events that came over the bus are not sent back to it. */
export const cameOverNats = 'nats';
const pageMax = 500;

/** What was published, once per team and event id; the first one under an id stands. */
export class Events {
  constructor(
    private readonly db: Database,
    private readonly blobs: Blobs,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Keeps an event, and puts it into the outbox unless it came over the bus, in one transaction. `fresh: false`: the id is
   * known, which is so for a retry and for an event that the bridge has kept before it started the run; go on with `event`.
   */
  async record(event: StoredEvent): Promise<{ fresh: boolean; event: StoredEvent }> {
    const { row, body } = this.rowOf(event);
    const insert: Statement = {
      query: this.db.sql
        .insertInto('event')
        .values(row)
        .onConflict((oc) => oc.doNothing()),
      expect: 1,
      label: 'event',
    };
    const { team, id, subject, at } = event;
    const mirror = { id: `${team}/${id}`, kind: 'event' as const, subject, body: { team, eventId: id }, createdAt: at };
    const statements = event.publishedBy === cameOverNats ? [] : [this.outbox.statementFor(mirror)];
    const outcome = await this.db.write([insert, ...body, ...statements]);
    if (outcome.unmet === null) return { fresh: true, event };
    return { fresh: false, event: (await this.get(team, id)) ?? event };
  }

  async get(team: string, id: string): Promise<StoredEvent | null> {
    const row = await this.db.readFirst(
      this.db.sql.selectFrom('event').selectAll().where('team', '=', team).where('id', '=', id),
    );
    return row ? this.toEvent(row) : null;
  }

  /** All that happened under one correlation id, in the order in which it was kept; `causationId` says what led to what. */
  async listChain(team: string, correlationId: string, from = 0, limit = 100): Promise<StoredEvent[]> {
    const query = this.db.sql
      .selectFrom('event')
      .selectAll()
      .where('team', '=', team)
      .where('correlation_id', '=', correlationId)
      .orderBy('hops')
      .orderBy('at')
      .orderBy('id')
      .limit(Math.min(limit, pageMax))
      .offset(from);
    return Promise.all((await this.db.read(query)).map((row) => this.toEvent(row)));
  }

  /** The latest events, newest first, of one team or of all. */
  async list(team: string | undefined, from = 0, limit = 50): Promise<StoredEvent[]> {
    const all = this.db.sql.selectFrom('event').selectAll();
    const query = (team === undefined ? all : all.where('team', '=', team))
      .orderBy('at', 'desc')
      .orderBy('id')
      .limit(Math.min(limit, pageMax))
      .offset(from);
    return Promise.all((await this.db.read(query)).map((row) => this.toEvent(row)));
  }

  private rowOf(event: StoredEvent): { row: EventTables['event']; body: Statement[] } {
    const { team, id, subject, source, hops, at } = event;
    const json = JSON.stringify(event.data);
    const large = Buffer.byteLength(json) > limits.inlineBodyBytes;
    const blob = large ? this.blobs.statementFor({ content: json, kind: 'body', createdAt: at }) : undefined;
    const row = {
      team,
      id,
      subject,
      source,
      subject_key: event.subjectKey,
      data: large ? null : json,
      data_blob: blob?.head.id ?? null,
      correlation_id: event.correlationId,
      causation_id: event.causationId,
      hops,
      untrusted: event.untrusted ? 1 : 0,
      published_by: event.publishedBy,
      at,
    };
    return { row, body: blob ? [blob.statement] : [] };
  }

  private async toEvent(row: EventTables['event']): Promise<StoredEvent> {
    const { team, id, subject, source, hops, at } = row;
    const json = row.data ?? (await this.blobs.getText(row.data_blob ?? ''));
    return {
      team,
      id,
      subject,
      source,
      subjectKey: row.subject_key,
      data: JSON.parse(json) as Json,
      correlationId: row.correlation_id,
      causationId: row.causation_id,
      hops,
      untrusted: row.untrusted === 1,
      publishedBy: row.published_by,
      at,
    };
  }
}

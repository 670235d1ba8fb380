import { isInline, type Body } from '../../contracts/body';
import type { Envelope, MessageType } from '../../contracts/message';
import type { UntrustedSet } from '../../contracts/untrusted';
import type { Database, Statement } from './sql/database';
import type { Tables } from './sql/tables';

/** An envelope as it is kept: with the run it belongs to. */
export interface StoredMessage extends Envelope {
  readonly run: string;
}

const pageMax = 500;

/** Every hand-over between agents. History carries the id, the store the envelope. */
export class Messages {
  constructor(private readonly db: Database) {}

  /** False when the id is known already: a replayed message. */
  async put(message: StoredMessage): Promise<boolean> {
    const outcome = await this.db.write([this.statementFor(message)]);
    return outcome.changes[0] === 1;
  }

  async get(id: string): Promise<StoredMessage | null> {
    const row = await this.db.readFirst(this.db.sql.selectFrom('message').selectAll().where('id', '=', id));
    return row ? toMessage(row) : null;
  }

  /** Messages of a run by time sent; `from` skips so many. */
  async list(run: string, from = 0, limit = 100): Promise<StoredMessage[]> {
    const rows = await this.db.read(
      this.db.sql
        .selectFrom('message')
        .selectAll()
        .where('run', '=', run)
        .orderBy('sent_at')
        .orderBy('id')
        .limit(Math.min(limit, pageMax))
        .offset(from),
    );
    return rows.map(toMessage);
  }

  /** For a transaction of several rows: the first message under an id stands. */
  statementFor(message: StoredMessage): Statement {
    const { id, run, type, sender, recipient, depth, schema, signature } = message;
    const row = {
      id,
      run,
      type,
      sender,
      recipient,
      correlation_id: message.correlationId,
      causation_id: message.causationId,
      path: JSON.stringify(message.path),
      depth,
      payload: JSON.stringify(message.payload),
      // In a column of its own, so that whoever tidies the blobs sees what is still named.
      payload_blob: isInline(message.payload) ? null : message.payload.blob,
      schema,
      untrusted: JSON.stringify(message.untrusted),
      sent_at: message.sentAt,
      signature,
    };
    return {
      query: this.db.sql
        .insertInto('message')
        .values(row)
        .onConflict((oc) => oc.doNothing()),
    };
  }
}

function toMessage(row: Tables['message']): StoredMessage {
  const { id, run, sender, recipient, depth, schema, signature } = row;
  return {
    id,
    run,
    type: row.type as MessageType,
    sender,
    recipient,
    correlationId: row.correlation_id,
    causationId: row.causation_id,
    path: JSON.parse(row.path) as string[],
    depth,
    payload: JSON.parse(row.payload) as Body,
    schema,
    untrusted: JSON.parse(row.untrusted) as UntrustedSet | null,
    sentAt: row.sent_at,
    signature,
  };
}

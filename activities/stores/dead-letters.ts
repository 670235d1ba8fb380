import { sha256Hex } from '../../contracts/digest';
import type { FailureRecord } from '../../contracts/failures';
import { slug } from '../../contracts/names';
import type { Outbox } from './outbox';
import type { Database } from './sql/database';
import type { DeadLetterState, EventTables } from './sql/event-tables';

export interface DeadLetterInput {
  readonly team: string;
  readonly consumer: string;
  /** The agent that consumes; names the subject the letter is mirrored to. */
  readonly agent: string;
  readonly eventId: string;
  /** Of the event. */
  readonly subject: string;
  /** The run that gave up; with a redrive it is another one, and so is the letter. */
  readonly workflowId: string;
  /** The failure with all its causes (contract §5). */
  readonly chain: FailureRecord;
  readonly reason: string;
  readonly at: string;
}

export interface DeadLetter extends DeadLetterInput {
  readonly id: string;
  readonly state: DeadLetterState;
  readonly settledBy: string | null;
  readonly settledAt: string | null;
}

const pageMax = 500;

/** Events that a consumer could not digest, kept with the chain of failures until a person redrives or drops them. */
export class DeadLetters {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Keeps a dead letter, marks the delivery as dead and mirrors the letter to `<eventPrefix>.dlq.<agent>`, in one
   * transaction. The same run gives the same letter, so a retry adds nothing.
   */
  async add(input: DeadLetterInput, eventPrefix: string): Promise<DeadLetter> {
    const { team, consumer, agent, eventId, subject, workflowId, reason, at } = input;
    const id = deadLetterIdOf(input);
    const chain = JSON.stringify(input.chain);
    const key = { id, team, consumer, agent, event_id: eventId, subject, workflow_id: workflowId };
    const insert = this.db.sql
      .insertInto('dead_letter')
      .values({ ...key, chain, reason, at, state: 'open', settled_by: null, settled_at: null })
      .onConflict((oc) => oc.doNothing());
    const dead = this.db.sql
      .updateTable('delivery')
      .set({ state: 'dead', ended_at: at })
      .where('team', '=', team)
      .where('event_id', '=', eventId)
      .where('consumer', '=', consumer)
      .where('workflow_id', '=', workflowId)
      .where('state', 'in', ['waiting', 'started']);
    const mirrorTo = `${eventPrefix}.dlq.${slug(agent)}`;
    const mirror = { id, kind: 'dead-letter' as const, subject: mirrorTo, body: { deadLetterId: id }, createdAt: at };
    await this.db.write([{ query: insert }, { query: dead }, this.outbox.statementFor(mirror)]);
    return (await this.get(id)) ?? { ...input, id, state: 'open', settledBy: null, settledAt: null };
  }

  async get(id: string): Promise<DeadLetter | null> {
    const row = await this.db.readFirst(this.db.sql.selectFrom('dead_letter').selectAll().where('id', '=', id));
    return row ? toDeadLetter(row) : null;
  }

  /** Newest first. */
  async list(filter: { team?: string; state?: DeadLetterState }, from = 0, limit = 50): Promise<DeadLetter[]> {
    let query = this.db.sql.selectFrom('dead_letter').selectAll();
    if (filter.team !== undefined) query = query.where('team', '=', filter.team);
    if (filter.state !== undefined) query = query.where('state', '=', filter.state);
    const page = query.orderBy('at', 'desc').orderBy('id').limit(Math.min(limit, pageMax)).offset(from);
    return (await this.db.read(page)).map(toDeadLetter);
  }

  /** The first settlement stands; false when there was one. */
  async settle(id: string, state: Exclude<DeadLetterState, 'open'>, by: string, at: string): Promise<boolean> {
    const query = this.db.sql
      .updateTable('dead_letter')
      .set({ state, settled_by: by, settled_at: at })
      .where('id', '=', id)
      .where('state', '=', 'open');
    return (await this.db.write([{ query }])).changes[0] === 1;
  }
}

/** `dl-` and 16 hex digits, the same for the same event, consumer and run. */
export function deadLetterIdOf({
  team,
  consumer,
  eventId,
  workflowId,
}: Pick<DeadLetterInput, 'team' | 'consumer' | 'eventId' | 'workflowId'>): string {
  return `dl-${sha256Hex(JSON.stringify([team, eventId, consumer, workflowId])).slice(0, 16)}`;
}

function toDeadLetter(row: EventTables['dead_letter']): DeadLetter {
  const { id, team, consumer, agent, subject, reason, at, state } = row;
  return {
    id,
    team,
    consumer,
    agent,
    eventId: row.event_id,
    subject,
    workflowId: row.workflow_id,
    chain: JSON.parse(row.chain) as FailureRecord,
    reason,
    at,
    state,
    settledBy: row.settled_by,
    settledAt: row.settled_at,
  };
}

import { CadreError } from '../../contracts/failures';
import type { Database } from './sql/database';
import type { DeliveryState } from './sql/event-tables';

export interface DeliveryKey {
  readonly team: string;
  readonly eventId: string;
  readonly consumer: string;
}

export interface Delivery extends DeliveryKey {
  readonly workflowId: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly at: string;
  readonly endedAt: string | null;
}

export interface Arrival {
  readonly team: string;
  readonly correlationId: string;
  readonly consumer: string;
  /** Which of the wanted subjects this event stands for, as `wanted` spells it. */
  readonly subject: string;
  readonly eventId: string;
  readonly at: string;
}

export interface JoinOutcome {
  /** What is there already, in the order of `wanted`. */
  readonly arrived: readonly { subject: string; eventId: string }[];
  /** True for the one event that completed the set, however often it asks, and for no other. */
  readonly fires: boolean;
}

interface JoinKey {
  team: string;
  correlation_id: string;
  consumer: string;
}

/** Who got which event: one row per event and consumer, whatever happens how often. */
export class Deliveries {
  constructor(private readonly db: Database) {}

  /**
   * Keeps that a consumer gets an event, before its run is started. `fresh: false`: it has got it already; a retry sees
   * its own `workflowId`. With `again`, a delivery that was given up (`dead`) is taken up under the new workflow id.
   */
  async record(
    key: DeliveryKey & { workflowId: string; at: string; lane?: string },
    again = false,
  ): Promise<{ fresh: boolean; delivery: Delivery }> {
    const { team, eventId, consumer, workflowId, at, lane = null } = key;
    const state = lane === null ? ('started' as const) : ('waiting' as const);
    const started = { workflow_id: workflowId, state, lane, at, ended_at: null };
    const insert = this.db.sql
      .insertInto('delivery')
      .values({ team, event_id: eventId, consumer, attempts: 1, ...started })
      .onConflict((oc) => oc.doNothing());
    const { changes } = await this.db.write([{ query: insert }]);
    let fresh = changes[0] === 1;
    if (!fresh && again) {
      const reopen = this.db.sql
        .updateTable('delivery')
        .set((eb) => ({ ...started, attempts: eb('attempts', '+', 1) }))
        .where('team', '=', team)
        .where('event_id', '=', eventId)
        .where('consumer', '=', consumer)
        .where('state', '=', 'dead');
      fresh = (await this.db.write([{ query: reopen }])).changes[0] === 1;
    }
    const delivery = await this.get(key);
    if (!delivery) {
      throw new CadreError('StorageUnavailable', `The delivery of ${eventId} to ${consumer} was written and is gone.`);
    }
    return { fresh, delivery };
  }

  /** Settles a delivery that runs under this workflow id; false when it is settled already or another run has it. */
  async complete(key: DeliveryKey & { workflowId: string; state: 'done' | 'dead'; at: string }): Promise<boolean> {
    const query = this.db.sql
      .updateTable('delivery')
      .set({ state: key.state, ended_at: key.at })
      .where('team', '=', key.team)
      .where('event_id', '=', key.eventId)
      .where('consumer', '=', key.consumer)
      .where('workflow_id', '=', key.workflowId)
      .where('state', '=', 'started');
    return (await this.db.write([{ query }])).changes[0] === 1;
  }

  async get({ team, eventId, consumer }: DeliveryKey): Promise<Delivery | null> {
    return this.db.readFirst(this.select(team, eventId).where('consumer', '=', consumer));
  }

  /** Everybody who got an event. */
  async list(team: string, eventId: string): Promise<Delivery[]> {
    return this.db.read(this.select(team, eventId).orderBy('consumer').limit(1_000));
  }

  /**
   * An event arrives for a consumer that waits for several subjects (`allOf`). The first event of each subject counts.
   * Whoever finds the set complete tries to claim it: one claim per correlation id stands, so the set fires once.
   */
  async arrive(arrival: Arrival, wanted: readonly string[]): Promise<JoinOutcome> {
    const { team, correlationId, consumer, subject, eventId, at } = arrival;
    const key = { team, correlation_id: correlationId, consumer };
    const insert = this.db.sql
      .insertInto('join_arrival')
      .values({ ...key, subject, event_id: eventId, at })
      .onConflict((oc) => oc.doNothing());
    await this.db.write([{ query: insert }]);
    const rows = await this.arrivals(key);
    const arrived = wanted.flatMap((one) => rows.filter((row) => row.subject === one));
    if (arrived.length < wanted.length) return { arrived, fires: false };
    const claim = this.db.sql
      .insertInto('join_set')
      .values({ ...key, event_id: eventId, at })
      .onConflict((oc) => oc.doNothing());
    await this.db.write([{ query: claim }]);
    return { arrived, fires: (await this.completedBy(key)) === eventId };
  }

  /** The events of the set that this one completed, by subject; null when it completed none. */
  async joinedBy(
    team: string,
    correlationId: string,
    consumer: string,
    eventId: string,
  ): Promise<JoinOutcome['arrived'] | null> {
    const key = { team, correlation_id: correlationId, consumer };
    return (await this.completedBy(key)) === eventId ? this.arrivals(key) : null;
  }

  private async completedBy(key: JoinKey): Promise<string | null> {
    const row = await this.db.readFirst(
      this.db.sql
        .selectFrom('join_set')
        .select('event_id')
        .where('team', '=', key.team)
        .where('correlation_id', '=', key.correlation_id)
        .where('consumer', '=', key.consumer),
    );
    return row?.event_id ?? null;
  }

  private arrivals(key: JoinKey): Promise<{ subject: string; eventId: string }[]> {
    return this.db.read(
      this.db.sql
        .selectFrom('join_arrival')
        .select(['subject', 'event_id as eventId'])
        .where('team', '=', key.team)
        .where('correlation_id', '=', key.correlation_id)
        .where('consumer', '=', key.consumer)
        .orderBy('subject'),
    );
  }

  private select(team: string, eventId: string) {
    return this.db.sql
      .selectFrom('delivery')
      .select([
        'team',
        'event_id as eventId',
        'consumer',
        'workflow_id as workflowId',
        'state',
        'attempts',
        'at',
        'ended_at as endedAt',
      ])
      .where('team', '=', team)
      .where('event_id', '=', eventId);
  }
}

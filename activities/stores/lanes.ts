import type { DeliveryKey } from './deliveries';
import type { Database } from './sql/database';

export interface LaneKey {
  readonly team: string;
  readonly consumer: string;
  readonly lane: string;
}
/** A delivery that has the lane now; its run is to be started. */
export interface LaneTurn {
  readonly eventId: string;
  readonly workflowId: string;
}

const takersMax = 100;

/**
 * Deliveries of one consumer with the same subject key, one after another in the order of their events. A lane is a row
 * that names the delivery which may run: whoever inserts it, or replaces its predecessor in it, has the turn. Both ends
 * look again after they have written, so that no delivery is left waiting between a look and a write.
 */
export class Lanes {
  constructor(private readonly db: Database) {}

  /** Gives the lane to the first delivery that waits in it, when it is free; null when somebody has it or none waits. */
  async take(key: LaneKey): Promise<LaneTurn | null> {
    for (let tries = 0; tries < takersMax; tries += 1) {
      const first = await this.firstWaiting(key);
      if (!first) return null;
      const { team, consumer, lane } = key;
      const claim = this.db.sql
        .insertInto('delivery_lane')
        .values({ team, consumer, lane, event_id: first.eventId })
        .onConflict((oc) => oc.doNothing());
      const { changes } = await this.db.write([{ query: claim }]);
      const holder = await this.holder(key);
      if (holder === first.eventId) return this.start(key, first);
      // Freed between the two statements: look once more. Held by another one: that one will pass it on.
      if (changes[0] !== 1 && holder !== null) return null;
    }
    return null;
  }

  /** Frees the lane of a delivery that has ended and gives it to the next; a retry does no harm. */
  async passOn(key: LaneKey, ended: string): Promise<LaneTurn | null> {
    await this.free(key, ended);
    return this.take(key);
  }

  /** Frees the lane if this event's delivery has it. */
  async free({ team, consumer, lane }: LaneKey, ended: string): Promise<void> {
    const free = this.db.sql
      .deleteFrom('delivery_lane')
      .where('team', '=', team)
      .where('consumer', '=', consumer)
      .where('lane', '=', lane)
      .where('event_id', '=', ended);
    await this.db.write([{ query: free }]);
  }

  /** The event whose delivery has the lane. */
  async holder({ team, consumer, lane }: LaneKey): Promise<string | null> {
    const row = await this.db.readFirst(
      this.db.sql
        .selectFrom('delivery_lane')
        .select('event_id')
        .where('team', '=', team)
        .where('consumer', '=', consumer)
        .where('lane', '=', lane),
    );
    return row?.event_id ?? null;
  }

  /** The lane a delivery belongs to, if it has one. */
  async laneOf({ team, eventId, consumer }: DeliveryKey): Promise<string | null> {
    const row = await this.db.readFirst(
      this.db.sql
        .selectFrom('delivery')
        .select('lane')
        .where('team', '=', team)
        .where('event_id', '=', eventId)
        .where('consumer', '=', consumer),
    );
    return row?.lane ?? null;
  }

  private firstWaiting({ team, consumer, lane }: LaneKey): Promise<LaneTurn | null> {
    return this.db.readFirst(
      this.db.sql
        .selectFrom('delivery')
        .select(['event_id as eventId', 'workflow_id as workflowId'])
        .where('team', '=', team)
        .where('consumer', '=', consumer)
        .where('lane', '=', lane)
        .where('state', '=', 'waiting')
        .orderBy('at')
        .orderBy('event_id')
        .limit(1),
    );
  }

  private async start({ team, consumer, lane }: LaneKey, turn: LaneTurn): Promise<LaneTurn> {
    const query = this.db.sql
      .updateTable('delivery')
      .set({ state: 'started' })
      .where('team', '=', team)
      .where('consumer', '=', consumer)
      .where('lane', '=', lane)
      .where('event_id', '=', turn.eventId)
      .where('state', '=', 'waiting');
    await this.db.write([{ query }]);
    return turn;
  }
}

import type { DeliveryKey } from './deliveries';
import type { Database } from './sql/database';

export interface LaneKey {
  readonly team: string;
  readonly consumer: string;
  readonly lane: string;
}
/** The delivery that has the lane; its run is to be started, which does no harm when it was. */
export interface LaneTurn {
  readonly eventId: string;
  readonly workflowId: string;
}

const looksMax = 100;

/**
 * Deliveries of one consumer with the same subject key, one after another in the order of their events. A lane is a row
 * that names the delivery which may run. Whoever looks brings the lane to rest: it is claimed for the first that waits,
 * whoever has claimed it is marked as started, and a holder that has ended is let go. So a process may die between any
 * two statements: the next one that looks finishes what it began.
 */
export class Lanes {
  constructor(private readonly db: Database) {}

  /** Whose turn it is now; null when nothing waits or runs in the lane. */
  async take(key: LaneKey): Promise<LaneTurn | null> {
    for (let looks = 0; looks < looksMax; looks += 1) {
      const holder = await this.holder(key);
      if (!holder) {
        if (!(await this.claim(key))) return null;
        continue;
      }
      if (holder.state === 'done' || holder.state === 'dead') {
        await this.letGo(key, holder.eventId);
        continue;
      }
      if (holder.state === 'waiting') await this.start(key, holder);
      return { eventId: holder.eventId, workflowId: holder.workflowId };
    }
    return null;
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

  private holder({ team, consumer, lane }: LaneKey) {
    return this.db.readFirst(
      this.db.sql
        .selectFrom('delivery_lane as l')
        .innerJoin('delivery as d', (join) =>
          join
            .onRef('d.team', '=', 'l.team')
            .onRef('d.consumer', '=', 'l.consumer')
            .onRef('d.event_id', '=', 'l.event_id'),
        )
        .select(['d.event_id as eventId', 'd.workflow_id as workflowId', 'd.state'])
        .where('l.team', '=', team)
        .where('l.consumer', '=', consumer)
        .where('l.lane', '=', lane),
    );
  }

  /** Claims a free lane for the first that waits; false when none does. Of several claims one stands. */
  private async claim({ team, consumer, lane }: LaneKey): Promise<boolean> {
    const first = await this.db.readFirst(
      this.db.sql
        .selectFrom('delivery')
        .select('event_id')
        .where('team', '=', team)
        .where('consumer', '=', consumer)
        .where('lane', '=', lane)
        .where('state', '=', 'waiting')
        .orderBy('at')
        .orderBy('event_id')
        .limit(1),
    );
    if (!first) return false;
    const claim = this.db.sql
      .insertInto('delivery_lane')
      .values({ team, consumer, lane, event_id: first.event_id })
      .onConflict((oc) => oc.doNothing());
    await this.db.write([{ query: claim }]);
    return true;
  }

  /** In one statement with the look at its state: the same event may be on again, redriven, since it was looked at. */
  private async letGo({ team, consumer, lane }: LaneKey, eventId: string): Promise<void> {
    const goesOn = this.db.sql
      .selectFrom('delivery')
      .select('event_id')
      .where('team', '=', team)
      .where('consumer', '=', consumer)
      .where('event_id', '=', eventId)
      .where('state', 'in', ['waiting', 'started']);
    const query = this.db.sql
      .deleteFrom('delivery_lane')
      .where('team', '=', team)
      .where('consumer', '=', consumer)
      .where('lane', '=', lane)
      .where('event_id', '=', eventId)
      .where((eb) => eb.not(eb.exists(goesOn)));
    await this.db.write([{ query }]);
  }

  private async start({ team, consumer, lane }: LaneKey, turn: LaneTurn): Promise<void> {
    const query = this.db.sql
      .updateTable('delivery')
      .set({ state: 'started' })
      .where('team', '=', team)
      .where('consumer', '=', consumer)
      .where('lane', '=', lane)
      .where('event_id', '=', turn.eventId)
      .where('workflow_id', '=', turn.workflowId)
      .where('state', '=', 'waiting');
    await this.db.write([{ query }]);
  }
}

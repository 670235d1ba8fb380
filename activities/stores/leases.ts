import { CadreError } from '../../contracts/failures';
import type { Database, Statement } from './sql/database';

/** Something that a holder may use for a time: a task of a swarm, a place at an agent. */
export interface Lease {
  readonly resource: string;
  readonly slot: string;
  readonly holder: string;
  /** Goes up each time the slot is taken: a holder that was too slow is told apart from the one after it. */
  readonly token: number;
  readonly takenAt: string;
  readonly expiresAt: string;
}

export interface LeaseOrder {
  readonly resource: string;
  /** Who takes it, told apart from all others, e.g. `<run>/<path>`. The same holder again renews. */
  readonly holder: string;
  /** How many may hold it at the same time; null: any number, they are only counted. */
  readonly capacity: number | null;
  readonly ttlMs: number;
  readonly now: Date;
}

const capacityMax = 1_000;
const racesMax = 50;
/** Rows of uncounted holders are removed this long after they have ended. */
const keptMs = 24 * 3600_000;

/** Leases that end by themselves: who dies with one blocks nobody for longer than it lasts. */
export class Leases {
  constructor(private readonly db: Database) {}

  /** Null when all places are taken; then nothing has changed. */
  async take(order: LeaseOrder): Promise<Lease | null> {
    const { resource, holder, capacity, now } = order;
    if (capacity !== null && (capacity < 1 || capacity > capacityMax)) {
      throw new CadreError('InvalidInput', `A lease has from 1 to ${capacityMax} places, and not ${capacity}.`);
    }
    for (let race = 0; race < racesMax; race += 1) {
      const rows = await this.live(resource, now);
      const own = rows.find((row) => row.holder === holder);
      const taken = new Set(rows.map((row) => row.slot));
      const slot = own?.slot ?? (capacity === null ? slotOf(holder) : freeSlot(capacity, taken));
      if (slot === null) return null;
      const lease = await this.claim(order, slot);
      if (lease) return lease;
    }
    throw new CadreError('StorageUnavailable', `The lease of ${resource} was taken ${racesMax} times meanwhile.`);
  }

  /** Makes it last longer. Null when it has ended: somebody else may hold it, and what depends on it must stop. */
  async renew({ resource, slot, holder, token }: Lease, ttlMs: number, now: Date): Promise<Lease | null> {
    const expiresAt = new Date(now.getTime() + ttlMs).toISOString();
    const query = this.db.sql
      .updateTable('lease')
      .set({ expires_at: expiresAt })
      .where('resource', '=', resource)
      .where('slot', '=', slot)
      .where('holder', '=', holder)
      .where('token', '=', token)
      .where('expires_at', '>', now.toISOString());
    const { changes } = await this.db.write([{ query }]);
    return changes[0] === 1 ? await this.find(resource, slot) : null;
  }

  /** False when it had ended or was somebody else's by then. */
  async release({ resource, slot, holder, token }: Lease, now: Date): Promise<boolean> {
    const at = now.toISOString();
    const query = this.db.sql
      .updateTable('lease')
      .set({ holder: null, expires_at: at })
      .where('resource', '=', resource)
      .where('slot', '=', slot)
      .where('holder', '=', holder)
      .where('token', '=', token)
      .where('expires_at', '>', at);
    const { changes } = await this.db.write([{ query }]);
    return changes[0] === 1;
  }

  /** Is counted for a time, in one write: nobody is refused, and the same holder again stays longer. */
  async enter(order: Omit<LeaseOrder, 'capacity'>): Promise<void> {
    await this.db.write(this.claimStatements({ ...order, capacity: null }, slotOf(order.holder)));
  }

  /** Ends what `enter` began; for a transaction of several rows. */
  leaveStatement(resource: string, holder: string): Statement {
    const query = this.db.sql.deleteFrom('lease').where('resource', '=', resource).where('slot', '=', slotOf(holder));
    return { query };
  }

  /** How many hold each of the resources now, over all runs; 0 for those that nobody holds. */
  async count(resources: readonly string[], now: Date): Promise<Record<string, number>> {
    if (resources.length === 0) return {};
    const rows = await this.db.read(
      this.db.sql
        .selectFrom('lease')
        .select((eb) => ['resource', eb.fn.countAll<number>().as('held')])
        .where('resource', 'in', [...resources])
        .where('holder', 'is not', null)
        .where('expires_at', '>', now.toISOString())
        .groupBy('resource'),
    );
    const held = new Map(rows.map((row) => [row.resource, row.held]));
    return Object.fromEntries(resources.map((resource) => [resource, held.get(resource) ?? 0]));
  }

  private async live(resource: string, now: Date) {
    return this.db.read(
      this.db.sql
        .selectFrom('lease')
        .select(['slot', 'holder'])
        .where('resource', '=', resource)
        .where('holder', 'is not', null)
        .where('expires_at', '>', now.toISOString()),
    );
  }

  /** By compare-and-set on the slot: it must be free, over, or the holder's own. */
  private async claim(order: LeaseOrder, slot: string): Promise<Lease | null> {
    const { unmet } = await this.db.write(this.claimStatements(order, slot));
    return unmet === null ? await this.find(order.resource, slot) : null;
  }

  private claimStatements({ resource, holder, ttlMs, now }: LeaseOrder, slot: string): Statement[] {
    const at = now.toISOString();
    const expiresAt = new Date(now.getTime() + ttlMs).toISOString();
    const { sql } = this.db;
    const query = sql
      .insertInto('lease')
      .values({ resource, slot, holder, token: 1, taken_at: at, expires_at: expiresAt })
      .onConflict((oc) =>
        oc
          .columns(['resource', 'slot'])
          .doUpdateSet((eb) => ({
            holder,
            token: eb
              .case()
              .when(eb.and([eb('lease.holder', '=', holder), eb('lease.expires_at', '>', at)]))
              .then(eb.ref('lease.token'))
              .else(eb('lease.token', '+', 1))
              .end(),
            taken_at: at,
            expires_at: expiresAt,
          }))
          .where((eb) =>
            eb.or([eb('lease.holder', 'is', null), eb('lease.holder', '=', holder), eb('lease.expires_at', '<=', at)]),
          ),
      );
    const longAgo = new Date(now.getTime() - keptMs).toISOString();
    const gone = sql
      .deleteFrom('lease')
      .where('resource', '=', resource)
      .where('slot', 'like', 'of %')
      .where('expires_at', '<', longAgo);
    return [{ query, expect: 1, label: 'lease' }, { query: gone }];
  }

  private async find(resource: string, slot: string): Promise<Lease | null> {
    const row = await this.db.readFirst(
      this.db.sql
        .selectFrom('lease')
        .select(['resource', 'slot', 'holder', 'token', 'taken_at as takenAt', 'expires_at as expiresAt'])
        .where('resource', '=', resource)
        .where('slot', '=', slot),
    );
    return row?.holder == null ? null : { ...row, holder: row.holder };
  }
}

/** Who is only counted has a place of its own. */
const slotOf = (holder: string): string => `of ${holder}`;

function freeSlot(capacity: number, taken: ReadonlySet<string>): string | null {
  for (let place = 0; place < capacity; place += 1) if (!taken.has(String(place))) return String(place);
  return null;
}

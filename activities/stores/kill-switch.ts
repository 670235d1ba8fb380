import type { Database } from './sql/database';

/** `all`, `agent:<name>` in whatever team, or `agent:<team>/<name>`. */
export type KillScope = 'all' | `agent:${string}`;

export interface KillSwitchRow {
  readonly scope: KillScope;
  readonly by: string;
  readonly reason: string;
  readonly at: string;
  /** Null while the switch is on. */
  readonly revivedBy: string | null;
  readonly revivedAt: string | null;
}

const cacheMs = 250;
const rowsMax = 5_000;

/**
 * What operators have stopped. Reads see a change after at most 250 ms (I10), whichever process made it; when the store
 * does not answer they throw `StorageUnavailable`, so that nothing runs whose switch cannot be seen.
 */
export class KillSwitch {
  private cached: { rows: Promise<KillSwitchRow[]>; readAtMs: number } | null = null;

  constructor(private readonly db: Database) {}

  /** The switch that stops this agent, or null. */
  async check(team: string, agent: string): Promise<KillSwitchRow | null> {
    const rows = await this.recentRows();
    const scopes: readonly string[] = ['all', `agent:${agent}`, `agent:${team}/${agent}`];
    return rows.find((row) => row.revivedAt === null && scopes.includes(row.scope)) ?? null;
  }

  async kill(scope: KillScope, by: string, reason: string, at: string): Promise<void> {
    const on = { set_by: by, reason, at, revived_by: null, revived_at: null };
    const query = this.db.sql
      .insertInto('kill_switch')
      .values({ scope, ...on })
      .onConflict((oc) => oc.column('scope').doUpdateSet(on));
    await this.db.write([{ query }]);
    this.cached = null;
  }

  /** False when nothing of this scope was stopped. */
  async revive(scope: KillScope, by: string, at: string): Promise<boolean> {
    const query = this.db.sql
      .updateTable('kill_switch')
      .set({ revived_by: by, revived_at: at })
      .where('scope', '=', scope)
      .where('revived_at', 'is', null);
    const { changes } = await this.db.write([{ query }]);
    this.cached = null;
    return changes[0] === 1;
  }

  /** All switches ever set, the revived ones too. Not cached. */
  async list(): Promise<KillSwitchRow[]> {
    const rows = await this.db.read(
      this.db.sql
        .selectFrom('kill_switch')
        .select(['scope', 'set_by as by', 'reason', 'at', 'revived_by as revivedBy', 'revived_at as revivedAt'])
        .orderBy('scope')
        .limit(rowsMax),
    );
    return rows as KillSwitchRow[];
  }

  /** Every heartbeat of every call asks: one read serves them all, and a failed one serves nobody twice. */
  private recentRows(): Promise<KillSwitchRow[]> {
    const nowMs = performance.now();
    if (this.cached && nowMs - this.cached.readAtMs < cacheMs) return this.cached.rows;
    const entry = { rows: this.list(), readAtMs: nowMs };
    this.cached = entry;
    entry.rows.catch(() => {
      if (this.cached === entry) this.cached = null;
    });
    return entry.rows;
  }
}

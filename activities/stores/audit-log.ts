import { CadreError } from '../../contracts/failures';
import type { Json } from '../../contracts/json';
import { emptyChain, linkEntries, type AuditEntry, type AuditHead, type AuditRow } from './audit-chain';
import { canonicalJson } from './canonical-json';
import { KeyedLock } from './keyed-lock';
import type { Database, Statement } from './sql/database';

export type { AuditEntry, AuditHead, AuditRow } from './audit-chain';

export interface AuditedWrite {
  /** Label of the caller's expectation that failed (nothing was written), or null. */
  readonly unmet: string | null;
  /** End of the run's chain. */
  readonly head: AuditHead;
}

const auditLabel = 'audit';
/** Each lost race means that somebody else got on, so this many in a row do not happen by chance. */
const racesMax = 200;
const entriesMax = 200;

/**
 * The audit trail: a hash chain per run. Rows are linked before the transaction and put in by compare-and-set on the
 * chain's head, in the same transaction as what they tell of. In one process the appenders of a run take turns; a
 * process that loses the race links its rows anew, so none is lost and none stands twice.
 */
export class AuditLog {
  private readonly turns = new KeyedLock();

  constructor(private readonly db: Database) {}

  async append(run: string, entries: readonly AuditEntry[]): Promise<AuditHead> {
    return (await this.commit(run, entries, [])).head;
  }

  /** One transaction: `statements`, and `entries` at the end of the run's chain. */
  commit(run: string, entries: readonly AuditEntry[], statements: readonly Statement[]): Promise<AuditedWrite> {
    if (entries.length > entriesMax) {
      throw new CadreError('PayloadTooLarge', `More than ${entriesMax} audit entries in one transaction of ${run}.`);
    }
    return this.turns.run(run, () => this.race(run, onceEach(entries), statements));
  }

  private async race(run: string, wanted: AuditEntry[], statements: readonly Statement[]): Promise<AuditedWrite> {
    for (let lost = 0; lost < racesMax; lost += 1) {
      // Read anew each time, although this process could remember it: who remembered would always be first, and
      // another process would starve.
      const { head, known } = await this.seen(run, wanted);
      const entries = wanted.filter((entry) => !known.has(entry.eventKey));
      const rows = linkEntries(run, head, entries);
      const { unmet } = await this.db.write([...this.appendStatements(run, head, rows), ...statements]);
      if (unmet !== auditLabel) {
        const last = unmet === null ? rows.at(-1) : undefined;
        return { unmet, head: last ? { seq: last.seq, hash: last.hash } : head };
      }
    }
    throw new CadreError('StorageUnavailable', `The audit chain of ${run} moved ${racesMax} times while appending.`);
  }

  async head(run: string): Promise<AuditHead> {
    const row = await this.db.readFirst(
      this.db.sql.selectFrom('audit_head').select(['seq', 'hash']).where('run', '=', run),
    );
    return row ?? emptyChain;
  }

  /** Rows after `afterSeq`, oldest first. */
  async list(run: string, afterSeq = 0, limit = 500): Promise<AuditRow[]> {
    const rows = await this.db.read(
      this.db.sql
        .selectFrom('audit')
        .selectAll()
        .where('run', '=', run)
        .where('seq', '>', afterSeq)
        .orderBy('seq')
        .limit(limit),
    );
    return rows.map(({ event_key: eventKey, prev_hash: prevHash, body, ...row }) => ({
      ...row,
      eventKey,
      prevHash,
      body: JSON.parse(body) as Json,
    }));
  }

  /** The end of the chain, and which of the entries it holds already. */
  private async seen(run: string, entries: readonly AuditEntry[]): Promise<{ head: AuditHead; known: Set<string> }> {
    if (entries.length === 0) return { head: await this.head(run), known: new Set() };
    const keys = entries.map((entry) => entry.eventKey);
    const rows = await this.db.read(
      this.db.sql
        .selectFrom('audit_head')
        .leftJoin('audit', (join) => join.onRef('audit.run', '=', 'audit_head.run').on('audit.event_key', 'in', keys))
        .select(['audit_head.seq', 'audit_head.hash', 'audit.event_key'])
        .where('audit_head.run', '=', run),
    );
    const [first] = rows;
    const head = first ? { seq: first.seq, hash: first.hash } : emptyChain;
    return { head, known: new Set(rows.flatMap((row) => row.event_key ?? [])) };
  }

  /** The head moves first: it is the row that appenders of one run meet on, and the cheapest to lose on. */
  private appendStatements(run: string, from: AuditHead, rows: readonly AuditRow[]): Statement[] {
    const last = rows.at(-1);
    if (!last) return [];
    const { sql } = this.db;
    const to = { seq: last.seq, hash: last.hash };
    const move =
      from.seq === 0
        ? sql
            .insertInto('audit_head')
            .values({ run, ...to })
            .onConflict((oc) => oc.doNothing())
        : sql
            .updateTable('audit_head')
            .set(to)
            .where('run', '=', run)
            .where('seq', '=', from.seq)
            .where('hash', '=', from.hash);
    const values = rows.map(({ seq, eventKey, at, actor, action, subject, body, prevHash, hash }) => ({
      run,
      seq,
      event_key: eventKey,
      at,
      actor,
      action,
      subject,
      body: canonicalJson(body),
      prev_hash: prevHash,
      hash,
    }));
    const insert = sql
      .insertInto('audit')
      .values(values)
      .onConflict((oc) => oc.doNothing());
    return [
      { query: move, expect: 1, label: auditLabel },
      { query: insert, expect: rows.length, label: auditLabel },
    ];
  }
}

function onceEach(entries: readonly AuditEntry[]): AuditEntry[] {
  return [...new Map(entries.map((entry) => [entry.eventKey, entry])).values()];
}

import { CadreError } from '../../contracts/failures';
import type { Json } from '../../contracts/json';
import type { AuditEntry, AuditLog } from './audit-log';
import type { Database, Statement } from './sql/database';
import type { EffectState } from './sql/tables';

export interface EffectIntent {
  /** H(workflow id, step, ordinal of the call in the step, digest of the arguments). */
  readonly key: string;
  readonly workflowId: string;
  readonly tool: string;
  readonly argsDigest: string;
  readonly createdAt: string;
}

export interface EffectOutcome {
  readonly key: string;
  readonly state: Exclude<EffectState, 'intent'>;
  readonly result: Json;
  readonly settledAt: string;
}

export interface Effect extends EffectIntent {
  readonly state: EffectState;
  /** How often the tool has been called under this key, the current time included. */
  readonly attempt: number;
  /** Null until settled. */
  readonly result: Json;
  readonly settledAt: string | null;
}

export const effectIntentLabel = 'effect-intent';
export const effectOutcomeLabel = 'effect-outcome';

/** Intent before, outcome after: what makes an effect happen once, whoever is killed when (I4). */
export class Effects {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Writes the intent with its audit entries in one transaction, before the tool is called. `fresh: false`: the key is
   * known; its row says whether it is settled (use its result) or an intent without outcome (`retry`, or `unknown`).
   */
  async begin(
    run: string,
    intent: EffectIntent,
    entries: readonly AuditEntry[],
  ): Promise<{ fresh: boolean; effect: Effect }> {
    const row = {
      key: intent.key,
      workflow_id: intent.workflowId,
      tool: intent.tool,
      args_digest: intent.argsDigest,
      state: 'intent' as const,
      attempt: 1,
      result: null,
      created_at: intent.createdAt,
      settled_at: null,
    };
    const query = this.db.sql
      .insertInto('effect')
      .values(row)
      .onConflict((oc) => oc.doNothing());
    const outcome = await this.audit.commit(run, entries, [{ query, expect: 1, label: effectIntentLabel }]);
    if (outcome.unmet === null) {
      return { fresh: true, effect: { ...intent, state: 'intent', attempt: 1, result: null, settledAt: null } };
    }
    const known = await this.get(intent.key);
    if (!known) throw new CadreError('StorageUnavailable', `The intent ${intent.key} was written and cannot be read.`);
    return { fresh: false, effect: known };
  }

  /** Counts one more attempt on an intent without outcome. False when somebody else did so, or it is settled. */
  async retry(run: string, key: string, attempt: number, entries: readonly AuditEntry[]): Promise<boolean> {
    const query = this.db.sql
      .updateTable('effect')
      .set({ attempt: attempt + 1 })
      .where('key', '=', key)
      .where('state', '=', 'intent')
      .where('attempt', '=', attempt);
    const outcome = await this.audit.commit(run, entries, [{ query, expect: 1, label: effectIntentLabel }]);
    return outcome.unmet === null;
  }

  async get(key: string): Promise<Effect | null> {
    const row = await this.db.readFirst(this.db.sql.selectFrom('effect').selectAll().where('key', '=', key));
    if (!row) return null;
    return {
      key: row.key,
      workflowId: row.workflow_id,
      tool: row.tool,
      argsDigest: row.args_digest,
      state: row.state,
      attempt: row.attempt,
      result: row.result === null ? null : (JSON.parse(row.result) as Json),
      createdAt: row.created_at,
      settledAt: row.settled_at,
    };
  }

  /** The first outcome stands, except that a known one replaces `unknown`. */
  statementFor(outcome: EffectOutcome): Statement {
    const query = this.db.sql
      .updateTable('effect')
      .set({ state: outcome.state, result: JSON.stringify(outcome.result), settled_at: outcome.settledAt })
      .where('key', '=', outcome.key)
      .where('state', 'in', outcome.state === 'unknown' ? ['intent'] : ['intent', 'unknown']);
    return { query, expect: 1, label: effectOutcomeLabel };
  }
}

import type { Json } from '../../contracts/json';
import type { Database, Statement } from './sql/database';
import type { StepKind } from './sql/tables';

export interface StepKey {
  /** Temporal's run id: after a reset a model is asked again (I4). */
  readonly runId: string;
  readonly path: string;
  readonly step: number;
  readonly kind: StepKind;
  readonly ordinal: number;
}

export interface StepResult extends StepKey {
  readonly inputDigest: string;
  readonly body: Json;
  readonly createdAt: string;
}

/** The label under which a lost race for a result is reported. */
export const stepResultLabel = 'step-result';

/** Finished model and tool calls of a run: a retry finds them and repeats nothing. */
export class Steps {
  constructor(private readonly db: Database) {}

  /** The result of a call, or null. The caller compares `inputDigest` with its own. */
  async find(key: StepKey): Promise<StepResult | null> {
    const row = await this.db.readFirst(
      this.db.sql
        .selectFrom('step_result')
        .select(['input_digest', 'body', 'created_at'])
        .where('run_id', '=', key.runId)
        .where('path', '=', key.path)
        .where('step', '=', key.step)
        .where('kind', '=', key.kind)
        .where('ordinal', '=', key.ordinal),
    );
    if (!row) return null;
    const { runId, path, step, kind, ordinal } = key;
    const body = JSON.parse(row.body) as Json;
    return { runId, path, step, kind, ordinal, inputDigest: row.input_digest, body, createdAt: row.created_at };
  }

  /** The first result for an input stands; a result for another input replaces it. */
  statementFor(result: StepResult): Statement {
    const row = {
      run_id: result.runId,
      path: result.path,
      step: result.step,
      kind: result.kind,
      ordinal: result.ordinal,
      input_digest: result.inputDigest,
      body: JSON.stringify(result.body),
      created_at: result.createdAt,
    };
    const query = this.db.sql
      .insertInto('step_result')
      .values(row)
      .onConflict((oc) =>
        oc
          .columns(['run_id', 'path', 'step', 'kind', 'ordinal'])
          .doUpdateSet({ input_digest: row.input_digest, body: row.body, created_at: row.created_at })
          .where('step_result.input_digest', '<>', row.input_digest),
      );
    return { query, expect: 1, label: stepResultLabel };
  }
}

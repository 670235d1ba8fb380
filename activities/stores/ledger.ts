import type { Database, Statement } from './sql/database';

/** What one model call cost. `id` is made by the caller from run, path, step, ordinal and attempt: money is counted once. */
export interface LedgerEntry {
  readonly id: string;
  readonly run: string;
  /** The run at the root of the tree. */
  readonly root: string;
  readonly agent: string;
  readonly path: string;
  readonly step: number;
  readonly attempt: number;
  readonly model: string;
  readonly modelVersion: string | null;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  /** Null when the price is not known. */
  readonly usd: number | null;
  readonly at: string;
}

export interface LedgerSum {
  readonly calls: number;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  /** Of the calls whose price is known. */
  readonly usd: number;
  /** Calls whose price is not known; the true cost is higher when there are any. */
  readonly unpricedCalls: number;
}

export type LedgerScope = { readonly run: string } | { readonly root: string };

export class Ledger {
  constructor(private readonly db: Database) {}

  async put(entry: LedgerEntry): Promise<void> {
    await this.db.write([this.statementFor(entry)]);
  }

  /** Of one run, or with `root` of a whole tree of runs. */
  async sum(scope: LedgerScope): Promise<LedgerSum> {
    const row = await this.db.readFirst(this.sums(scope));
    return toSum(row ?? {});
  }

  async sumByAgent(scope: LedgerScope): Promise<Record<string, LedgerSum>> {
    const rows = await this.db.read(this.sums(scope).select('agent').groupBy('agent').orderBy('agent'));
    return Object.fromEntries(rows.map((row) => [row.agent, toSum(row)]));
  }

  private sums(scope: LedgerScope) {
    const [column, value] = 'run' in scope ? (['run', scope.run] as const) : (['root', scope.root] as const);
    return this.db.sql
      .selectFrom('ledger')
      .select((eb) => [
        eb.fn.countAll<number>().as('calls'),
        eb.fn.sum<number | null>('input_tokens').as('inputTokens'),
        eb.fn.sum<number | null>('cached_input_tokens').as('cachedInputTokens'),
        eb.fn.sum<number | null>('output_tokens').as('outputTokens'),
        eb.fn.sum<number | null>('usd').as('usd'),
        eb.fn.count<number>('usd').as('pricedCalls'),
      ])
      .where(column, '=', value);
  }

  /** For a transaction of several rows. */
  statementFor(entry: LedgerEntry): Statement {
    const { modelVersion, inputTokens, cachedInputTokens, outputTokens, ...same } = entry;
    const row = {
      ...same,
      model_version: modelVersion,
      input_tokens: inputTokens,
      cached_input_tokens: cachedInputTokens,
      output_tokens: outputTokens,
    };
    return {
      query: this.db.sql
        .insertInto('ledger')
        .values(row)
        .onConflict((oc) => oc.doNothing()),
    };
  }
}

type SumRow = Partial<Record<keyof LedgerSum | 'pricedCalls', number | null>>;

function toSum(row: SumRow): LedgerSum {
  const calls = row.calls ?? 0;
  return {
    calls,
    inputTokens: row.inputTokens ?? 0,
    cachedInputTokens: row.cachedInputTokens ?? 0,
    outputTokens: row.outputTokens ?? 0,
    usd: row.usd ?? 0,
    unpricedCalls: calls - (row.pricedCalls ?? 0),
  };
}

import { Pool, types, type PoolClient, type QueryResult } from 'pg';
import { DriverError, type Driver, type SqlRow, type WireOutcome, type WireResult, type WireStatement } from './driver';

export interface PostgresOptions {
  readonly connectionString: string;
  readonly poolMax: number;
  readonly connectTimeoutMs: number;
  readonly callTimeoutMs: number;
  /** Hears of an idle connection that the server has closed; the pool replaces it. */
  readonly onIdleError?: (error: Error) => void;
}

const int8 = 20;
const numeric = 1700;

/** Sums and counts arrive as text, because they could be larger than a number holds exactly; ours are not. */
const numbers = {
  getTypeParser: ((oid: number, format?: 'text') => {
    const parse = types.getTypeParser(oid, format) as (value: string) => unknown;
    return oid === int8 || oid === numeric ? Number : parse;
  }) as typeof types.getTypeParser,
};

/** Statements of a transaction are sent without waiting for each answer: two round trips whatever their number. */
export class PostgresDriver implements Driver {
  private readonly pool: Pool;
  private closing: Promise<void> | null = null;

  constructor(options: PostgresOptions) {
    this.pool = new Pool({
      connectionString: options.connectionString,
      max: options.poolMax,
      connectionTimeoutMillis: options.connectTimeoutMs,
      statement_timeout: options.callTimeoutMs,
      query_timeout: options.callTimeoutMs + 1000,
      idle_in_transaction_session_timeout: options.callTimeoutMs,
      allowExitOnIdle: true,
      pipeline: true,
      types: numbers,
      application_name: 'cadre',
    });
    this.pool.on('error', (error) => options.onIdleError?.(error));
  }

  async read(statement: WireStatement): Promise<WireResult> {
    try {
      return toResult(await this.pool.query<SqlRow>(statement.sql, bound(statement)));
    } catch (error) {
      throw toDriverError(error);
    }
  }

  async write(statements: readonly WireStatement[]): Promise<WireOutcome> {
    const client = await this.pool.connect().catch((error: unknown) => {
      throw toDriverError(error);
    });
    try {
      const outcome = await transact(client, statements);
      client.release();
      return outcome;
    } catch (error) {
      // Whatever state this connection is in, nobody meets it again; closing it rolls back.
      client.release(true);
      throw toDriverError(error);
    }
  }

  close(): Promise<void> {
    this.closing ??= this.pool.end();
    return this.closing;
  }
}

async function transact(client: PoolClient, statements: readonly WireStatement[]): Promise<WireOutcome> {
  const begun = client.query('BEGIN');
  const sent = statements.map((statement) => client.query<SqlRow>(statement.sql, bound(statement)));
  const [opened, ...settled] = await Promise.allSettled([begun, ...sent]);
  if (opened?.status === 'rejected') throw opened.reason;
  const results: WireResult[] = [];
  for (const [index, statement] of statements.entries()) {
    const one = settled[index] as PromiseSettledResult<QueryResult<SqlRow>>;
    // In order, as if each had been awaited: what ran after a failure or an unmet expectation has no say.
    if (one.status === 'rejected') {
      await client.query('ROLLBACK');
      throw one.reason;
    }
    const result = toResult(one.value);
    if (statement.expect !== null && result.changes !== statement.expect) {
      await client.query('ROLLBACK');
      return { unmet: index, results: [] };
    }
    results.push(result);
  }
  await client.query('COMMIT');
  return { unmet: -1, results };
}

function bound(statement: WireStatement): unknown[] {
  return statement.parameters.map((value) =>
    value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value,
  );
}

function toResult(result: QueryResult<SqlRow>): WireResult {
  return { rows: result.rows, changes: result.rowCount ?? 0 };
}

function toDriverError(error: unknown): DriverError {
  if (error instanceof DriverError) return error;
  const code = (error as { code?: unknown }).code;
  // Several addresses tried and all refused come as an AggregateError, whose own message is empty.
  const inner = error instanceof AggregateError ? error.errors.map((one) => String(one)).join('; ') : '';
  const message = error instanceof Error ? error.message || inner : String(error);
  return new DriverError(typeof code === 'string' ? code : '', message);
}

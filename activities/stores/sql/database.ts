import { setTimeout as sleep } from 'node:timers/promises';
import type { CompiledQuery, Kysely } from 'kysely';
import { CadreError } from '../../../contracts/failures';
import type { Dialect } from './dialect';
import { DriverError, type Driver, type SqlValue, type WireStatement } from './driver';
import type { Tables } from './tables';

interface Compilable<O> {
  compile(): CompiledQuery<O>;
}

/** One statement of a transaction. If `expect` is given and not exactly so many rows change, nothing is written. */
export interface Statement {
  readonly query: Compilable<unknown>;
  readonly expect?: number;
  /** Names the expectation for the caller. */
  readonly label?: string;
}

export interface WriteOutcome {
  /** The label of the expectation that failed, or null when the transaction is committed. */
  readonly unmet: string | null;
  /** Rows changed, per statement; empty when nothing was written. */
  readonly changes: readonly number[];
}

const againMax = 12;
const parametersMax = 30_000;

/**
 * The one query layer: typed queries in, rows out; a write is a list of statements that happens whole or not at all.
 * Throws `StorageUnavailable` (retryable) when the database cannot be reached or written, else `InternalError`.
 */
export class Database {
  constructor(
    private readonly dialect: Dialect,
    private readonly driver: Driver,
    private readonly place: string,
  ) {}

  get sql(): Kysely<Tables> {
    return this.dialect.builder;
  }

  async read<O>(query: Compilable<O>): Promise<O[]> {
    const statement = this.wire({ query });
    const result = await this.tried(() => this.driver.read(statement));
    return result.rows as O[];
  }

  async readFirst<O>(query: Compilable<O>): Promise<O | null> {
    return (await this.read(query))[0] ?? null;
  }

  async write(statements: readonly Statement[]): Promise<WriteOutcome> {
    if (statements.length === 0) return { unmet: null, changes: [] };
    const wired = statements.map((statement) => this.wire(statement));
    const outcome = await this.tried(() => this.driver.write(wired));
    if (outcome.unmet < 0) return { unmet: null, changes: outcome.results.map((result) => result.changes) };
    return { unmet: statements[outcome.unmet]?.label ?? `statement ${outcome.unmet}`, changes: [] };
  }

  async close(): Promise<void> {
    await this.driver.close();
  }

  private wire({ query, expect }: Statement): WireStatement {
    const compiled = query.compile();
    if (compiled.parameters.length > parametersMax) {
      throw new CadreError('PayloadTooLarge', `One statement of the store carries more than ${parametersMax} values.`);
    }
    return { sql: compiled.sql, parameters: compiled.parameters.map(checkedValue), expect: expect ?? null };
  }

  /** A deadlock or a busy table wrote nothing: the same transaction may go again, a bounded number of times. */
  private async tried<T>(action: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await action();
      } catch (error) {
        if (!(error instanceof DriverError)) throw error;
        const mayGoAgain = this.dialect.name === 'postgres' && this.dialect.meaningOf(error.code) === 'again';
        if (!mayGoAgain || attempt >= againMax) throw this.failureOf(error);
        await sleep(Math.random() * 10 * attempt);
      }
    }
  }

  private failureOf(error: DriverError): CadreError {
    const said = `${error.message}${error.code ? ` (${error.code})` : ''}`;
    switch (this.dialect.meaningOf(error.code)) {
      case 'again':
        return new CadreError('StorageUnavailable', `The store (${this.place}) is too busy to write: ${said}.`);
      case 'full':
        return new CadreError(
          'StorageUnavailable',
          `The disk of the store (${this.place}) is full; nothing was written. Make room, then the run goes on. ${said}.`,
        );
      case 'lost':
        return new CadreError('StorageUnavailable', `The store (${this.place}) does not answer: ${said}.`);
      case 'corrupt':
        return new CadreError(
          'InternalError',
          `The store (${this.place}) is damaged: ${said}. Stop the workers and restore it from a backup.`,
        );
      case 'fault':
        return new CadreError('InternalError', `The store (${this.place}) refused a statement: ${said}.`);
    }
  }
}

function checkedValue(value: unknown): SqlValue {
  if (value === null || value instanceof Uint8Array) return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'string') {
    // Postgres cannot hold it and libsql can: refused on both, so that a run behaves the same on either.
    if (!value.includes('\0')) return value;
    throw new CadreError('InvalidInput', 'A text for the store contains the character U+0000; remove it.');
  }
  throw new CadreError(
    'InternalError',
    `A ${typeof value} was given to the store; it takes text, finite numbers, bytes and null.`,
  );
}

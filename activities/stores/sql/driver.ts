/** What a statement may carry. libsql's native code aborts the process on a boolean, so nothing else gets through. */
export type SqlValue = string | number | Uint8Array | null;

/** One statement of a transaction; when `expect` is given and another number of rows changed, all is rolled back. */
export interface WireStatement {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
  readonly expect: number | null;
}

export type SqlRow = Record<string, unknown>;

export interface WireResult {
  readonly rows: SqlRow[];
  readonly changes: number;
}

/** `unmet` is the index of the statement whose expectation failed (nothing was written), else -1. */
export interface WireOutcome {
  readonly unmet: number;
  readonly results: readonly WireResult[];
}

/** Carries statements to a database. Errors are thrown as `DriverError`. */
export interface Driver {
  /** One statement, outside a transaction. */
  read(statement: WireStatement): Promise<WireResult>;
  /** All or nothing. */
  write(statements: readonly WireStatement[]): Promise<WireOutcome>;
  close(): Promise<void>;
}

/** A database's own error with its own code; `Database` turns it into a row of the failure table. */
export class DriverError extends Error {
  override readonly name = 'DriverError';

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

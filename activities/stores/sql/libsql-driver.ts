import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DriverError, type Driver, type WireOutcome, type WireResult, type WireStatement } from './driver';

export interface LibsqlOptions {
  readonly file: string;
  /** How long a transaction waits for other processes' locks before it is refused. */
  readonly busyTimeoutMs: number;
  /** How long the main thread waits for an answer of the thread (a hanging disk). */
  readonly callTimeoutMs: number;
  readonly maxFileBytes: number;
  readonly synchronous: 'FULL' | 'NORMAL';
}

interface Reply {
  id: number;
  outcome?: WireOutcome;
  error?: { code: string; message: string };
  fatal?: { code: string; message: string };
}

interface Pending {
  resolve(outcome: WireOutcome): void;
  reject(error: DriverError): void;
  timer: NodeJS.Timeout;
}

const pageBytes = 4096;
/** Requests under way; beyond it the caller is told to come back, so that a stuck disk cannot fill the memory (I5). */
const pendingMax = 10_000;

/** The embedded database, in a thread of its own (I10). Started by the first call, and again after a crash. */
export class LibsqlDriver implements Driver {
  private worker: Worker | null = null;
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;
  private closed = false;

  constructor(private readonly options: LibsqlOptions) {}

  async read(statement: WireStatement): Promise<WireResult> {
    const outcome = await this.call('read', [statement]);
    return outcome.results[0] ?? { rows: [], changes: 0 };
  }

  write(statements: readonly WireStatement[]): Promise<WireOutcome> {
    return this.call('write', statements);
  }

  async close(): Promise<void> {
    const worker = this.worker;
    if (worker) await this.call('close', []).catch(() => undefined);
    this.closed = true;
    await worker?.terminate();
  }

  private call(mode: 'read' | 'write' | 'close', statements: readonly WireStatement[]): Promise<WireOutcome> {
    if (this.closed) return Promise.reject(new DriverError('THREAD_LOST', 'The store is closed.'));
    if (this.pending.size >= pendingMax) {
      return Promise.reject(new DriverError('THREAD_LOST', `${pendingMax} requests are waiting for the disk already.`));
    }
    return new Promise((resolve, reject) => {
      const worker = this.startedWorker();
      const id = ++this.lastId;
      const timer = setTimeout(() => {
        const seconds = this.options.callTimeoutMs / 1000;
        this.settle(id)?.reject(new DriverError('THREAD_LOST', `No answer from the disk within ${seconds} s.`));
      }, this.options.callTimeoutMs);
      this.pending.set(id, { resolve, reject, timer });
      // A process may end with an idle store open, but not with a request under way.
      worker.ref();
      worker.postMessage({ id, mode, statements: statements.map(detached) });
    });
  }

  private startedWorker(): Worker {
    if (this.worker) return this.worker;
    const { file, busyTimeoutMs, maxFileBytes, synchronous } = this.options;
    const path = resolve(file);
    createPrivately(path);
    const worker = new Worker(join(__dirname, 'libsql-thread.cjs'), {
      execArgv: [],
      workerData: { file: path, busyMs: busyTimeoutMs, pagesMax: Math.floor(maxFileBytes / pageBytes), synchronous },
    });
    worker.on('message', (reply: Reply) => this.receive(worker, reply));
    worker.on('error', (error) => this.lose(worker, new DriverError('THREAD_LOST', error.message)));
    worker.on('exit', () => this.lose(worker, new DriverError('THREAD_LOST', 'The thread of the store has ended.')));
    this.worker = worker;
    return worker;
  }

  private receive(worker: Worker, reply: Reply): void {
    if (reply.fatal) return this.lose(worker, new DriverError(reply.fatal.code, reply.fatal.message));
    const pending = this.settle(reply.id);
    if (!pending) return;
    if (reply.outcome) pending.resolve(reply.outcome);
    else pending.reject(new DriverError(reply.error?.code ?? '', reply.error?.message ?? 'No reason was given.'));
  }

  private settle(id: number): Pending | undefined {
    const pending = this.pending.get(id);
    if (!pending) return undefined;
    this.pending.delete(id);
    clearTimeout(pending.timer);
    if (this.pending.size === 0) this.worker?.unref();
    return pending;
  }

  private lose(worker: Worker, error: DriverError): void {
    if (this.worker !== worker) return;
    this.worker = null;
    for (const id of [...this.pending.keys()]) this.settle(id)?.reject(error);
  }
}

/**
 * Transcripts and mails are in there: only the owner may read it. SQLite gives the -wal and -shm files the same mode. A
 * file that is there is not opened: closing it again would drop the locks by which this process holds it elsewhere, and
 * another process could take the log away from under an open connection.
 */
function createPrivately(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    closeSync(openSync(file, 'ax', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw new DriverError('SQLITE_CANTOPEN', error instanceof Error ? error.message : String(error));
  }
}

/** A small Buffer is a view into a shared pool; sending it would copy the whole pool to the thread. */
function detached(statement: WireStatement): WireStatement {
  const parameters = statement.parameters.map((value) =>
    value instanceof Uint8Array && value.byteLength < value.buffer.byteLength ? Uint8Array.from(value) : value,
  );
  return { ...statement, parameters };
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { CadreError } from '../../../contracts/failures';
import { toolLimits } from '../tool-limits';
import { Connection, describe } from './connection';
import type { ServerConfig } from './server-config';

export interface PoolOptions {
  log: Logger;
  /** Largest answer of a server; `toolLimits.answerBytes` when absent. */
  answerBytes?: number;
  idleMs?: number;
}

interface Slot {
  opening: Promise<Connection> | undefined;
  connection: Connection | undefined;
  users: number;
  idle: NodeJS.Timeout | undefined;
  /** Starts that failed and deaths since the last good call: each doubles the pause before the next start. */
  failures: number;
  notBeforeMs: number;
}

/** Longer pauses are not waited out inside a call: it fails and may be tried again then. */
const waitMaxMs = 2_000;

/**
 * One connection per server config, shared by all agents of this worker, closed when idle. A server that dies or does
 * not start is started again after a pause that doubles; in that pause only calls to this very server fail (F37, F38).
 */
export class ConnectionPool {
  private readonly slots = new Map<string, Slot>();
  private closed = false;

  constructor(private readonly options: PoolOptions) {}

  /** Runs `work` on a live connection. Throws `Overloaded` (nothing was sent) or `ToolFailed` when there is none. */
  async use<T>(server: ServerConfig, signal: AbortSignal, work: (connection: Connection) => Promise<T>): Promise<T> {
    const slot = this.slotFor(server);
    slot.users += 1;
    clearTimeout(slot.idle);
    try {
      return await work(await abortable(this.connect(server, slot), signal));
    } finally {
      slot.users -= 1;
      if (slot.users === 0) this.restLater(server.key, slot);
    }
  }

  /** A call went well: the server counts as sound again. */
  noteSuccess(server: ServerConfig): void {
    const slot = this.slots.get(server.key);
    if (slot) slot.failures = 0;
  }

  /** Ends a connection that does not answer any more, and what runs behind it. */
  async discard(server: ServerConfig, connection: Connection): Promise<void> {
    const slot = this.slots.get(server.key);
    if (slot && slot.connection === connection) {
      slot.connection = undefined;
      this.noteFailure(slot);
    }
    await connection.close();
  }

  /** The same after a call that was not answered, unless somebody else is waiting for the server's answer. */
  async discardIfAlone(server: ServerConfig, connection: Connection): Promise<void> {
    if (this.slots.get(server.key)?.users === 1) await this.discard(server, connection);
  }

  async close(): Promise<void> {
    this.closed = true;
    const slots = [...this.slots.values()];
    this.slots.clear();
    await Promise.all(
      slots.map(async (slot) => {
        clearTimeout(slot.idle);
        const connection = slot.connection ?? (await slot.opening?.catch(() => undefined));
        await connection?.close();
      }),
    );
  }

  /** Processes of stdio servers that run now, for tests and for `doctor`. */
  pids(): number[] {
    return [...this.slots.values()].flatMap(({ connection }) => (connection?.isOpen ? (connection.pid ?? []) : []));
  }

  private slotFor(server: ServerConfig): Slot {
    if (this.closed) throw new CadreError('ToolFailed', 'This worker is shutting down and starts no tool server.');
    const known = this.slots.get(server.key);
    if (known) return known;
    if (this.slots.size >= toolLimits.connections) this.evict();
    const slot: Slot = {
      opening: undefined,
      connection: undefined,
      users: 0,
      idle: undefined,
      failures: 0,
      notBeforeMs: 0,
    };
    this.slots.set(server.key, slot);
    return slot;
  }

  private evict(): void {
    for (const [key, slot] of this.slots) {
      if (slot.users > 0) continue;
      this.slots.delete(key);
      clearTimeout(slot.idle);
      void slot.connection?.close();
      return;
    }
    throw new CadreError('Overloaded', `All ${toolLimits.connections} connections to tool servers are in use.`, {
      retryAfterMs: 1_000,
    });
  }

  private async connect(server: ServerConfig, slot: Slot): Promise<Connection> {
    if (slot.connection?.isOpen) return slot.connection;
    slot.opening ??= this.open(server, slot).finally(() => {
      slot.opening = undefined;
    });
    return slot.opening;
  }

  private async open(server: ServerConfig, slot: Slot): Promise<Connection> {
    const pauseMs = slot.notBeforeMs - performance.now();
    if (pauseMs > waitMaxMs) {
      const seconds = Math.ceil(pauseMs / 1000);
      throw new CadreError(
        'Overloaded',
        `The tool server ${server.name} keeps failing and is started again in ${seconds} s.`,
        { retryAfterMs: pauseMs },
      );
    }
    if (pauseMs > 0) await sleep(pauseMs);
    let opened: Connection | undefined;
    try {
      const connection = await Connection.open(server, this.options.answerBytes ?? toolLimits.answerBytes, () => {
        if (!opened || slot.connection !== opened) return;
        slot.connection = undefined;
        this.noteFailure(slot);
        this.options.log.warn({ server: server.name, said: opened.lastWords }, 'a tool server ended by itself');
      });
      opened = connection;
      slot.connection = connection;
      if (this.closed) await connection.close();
      return connection;
    } catch (error) {
      this.noteFailure(slot);
      throw cannotConnect(server, error);
    }
  }

  private noteFailure(slot: Slot): void {
    slot.failures += 1;
    const pause = Math.min(toolLimits.restartMaxMs, toolLimits.restartMs * 2 ** (slot.failures - 1));
    slot.notBeforeMs = performance.now() + pause;
  }

  private restLater(key: string, slot: Slot): void {
    slot.idle = setTimeout(() => {
      if (slot.users > 0 || this.slots.get(key) !== slot) return;
      this.slots.delete(key);
      const { connection } = slot;
      slot.connection = undefined;
      void connection?.close();
    }, this.options.idleMs ?? toolLimits.idleMs);
    slot.idle.unref();
  }
}

function cannotConnect(server: ServerConfig, error: unknown): CadreError {
  if (CadreError.is(error)) return error;
  const why = describe(error);
  const missing = server.kind === 'stdio' && (error as NodeJS.ErrnoException).code === 'ENOENT';
  if (missing) {
    return new CadreError(
      'ToolFailed',
      `The tool server ${server.name} cannot be started: there is no program "${server.command}" on this worker.`,
    );
  }
  const refused = /\b(401|403|404)\b|unauthorized/i.test(why);
  return new CadreError(
    refused ? 'ToolFailed' : 'Overloaded',
    `The tool server ${server.name} cannot be reached: ${why}.`,
  );
}

/** A start is shared by all who wait for it: one that is cancelled stops waiting, the start goes on. */
async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  promise.catch(() => undefined);
  signal.throwIfAborted();
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (stop) signal.removeEventListener('abort', stop);
  }
}

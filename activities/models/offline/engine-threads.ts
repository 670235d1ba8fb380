import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { CadreError } from '../../../contracts/failures';
import type { ModelRequest } from '../../../contracts/model';
import type { OfflineAnswer } from './answer-request';

export interface ThreadLimits {
  readonly threads: number;
  /** Requests that wait for a thread; beyond it a request is told to come back (I5). */
  readonly waiting: number;
  /** A thread that had nothing to do for so long is ended: it holds some 80 MB. */
  readonly idleMs: number;
  /** Memory of one thread; a request that needs more fails alone and not with the worker. */
  readonly heapMb: number;
}

interface Job {
  request: ModelRequest;
  resolve(answer: OfflineAnswer): void;
  reject(error: unknown): void;
}

interface Thread {
  worker: Worker;
  job: Job | null;
  idle: NodeJS.Timeout | null;
}

type Reply = { answer: OfflineAnswer } | { error: string };

/**
 * Threads that answer large requests, so that the worker goes on sending heartbeats and answering queries (I10). They
 * are started when they are needed; a request that is cancelled takes its thread with it, for nothing else stops
 * computing.
 */
export class EngineThreads {
  private readonly threads = new Set<Thread>();
  private readonly waiting: Job[] = [];

  constructor(private readonly limits: ThreadLimits) {}

  /** Rejects with the signal's reason when it fires, and with `Overloaded` when a thread is lost or none can be had. */
  answer(request: ModelRequest, signal: AbortSignal): Promise<OfflineAnswer> {
    if (this.waiting.length >= this.limits.waiting)
      return Promise.reject(lost(`${this.limits.waiting} requests are waiting for it already`));
    return new Promise<OfflineAnswer>((resolve, reject) => {
      signal.throwIfAborted();
      const onAbort = (): void => this.abandon(job, signal.reason);
      const job: Job = {
        request,
        resolve: (answer) => {
          signal.removeEventListener('abort', onAbort);
          resolve(answer);
        },
        reject: (error) => {
          signal.removeEventListener('abort', onAbort);
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.waiting.push(job);
      this.assign();
    });
  }

  /** Threads that are alive, busy or not. */
  get size(): number {
    return this.threads.size;
  }

  private assign(): void {
    for (;;) {
      const thread = this.waiting.length > 0 ? this.freeThread() : undefined;
      const job = thread && this.waiting.shift();
      if (!thread || !job) return;
      if (thread.idle) clearTimeout(thread.idle);
      thread.idle = null;
      thread.job = job;
      // A process may end beside an idle thread, but not beside one that works.
      thread.worker.ref();
      thread.worker.postMessage(job.request);
    }
  }

  private freeThread(): Thread | undefined {
    for (const thread of this.threads) if (thread.job === null) return thread;
    return this.threads.size < this.limits.threads ? this.startThread() : undefined;
  }

  private startThread(): Thread {
    const worker = new Worker(join(__dirname, 'engine-thread.cjs'), {
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: this.limits.heapMb },
    });
    const thread: Thread = { worker, job: null, idle: null };
    this.threads.add(thread);
    worker.on('message', (reply: Reply) => this.receive(thread, reply));
    worker.on('error', (error) => this.lose(thread, error.message));
    worker.on('exit', () => this.lose(thread, 'its thread has ended'));
    return thread;
  }

  private receive(thread: Thread, reply: Reply): void {
    const { job } = thread;
    thread.job = null;
    thread.worker.unref();
    thread.idle = setTimeout(() => this.drop(thread), this.limits.idleMs).unref();
    if ('answer' in reply) job?.resolve(reply.answer);
    else job?.reject(new Error(reply.error));
    this.assign();
  }

  private abandon(job: Job, reason: unknown): void {
    const at = this.waiting.indexOf(job);
    if (at >= 0) this.waiting.splice(at, 1);
    for (const thread of this.threads) if (thread.job === job) this.drop(thread);
    job.reject(reason);
    this.assign();
  }

  private lose(thread: Thread, why: string): void {
    const { job } = thread;
    this.drop(thread);
    job?.reject(lost(why));
    this.assign();
  }

  private drop(thread: Thread): void {
    if (!this.threads.delete(thread)) return;
    if (thread.idle) clearTimeout(thread.idle);
    thread.job = null;
    void thread.worker.terminate();
  }
}

function lost(why: string): CadreError {
  return new CadreError('Overloaded', `The offline engine did not answer: ${why}. The call is tried again.`);
}

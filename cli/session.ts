import path from 'node:path';

import type { Client } from '@temporalio/client';

import type { CadreClient } from '../client';
import type { Config } from '../workers/config';
import type { WorkerProcess } from '../workers/main';
import { isGoneHere } from '../workers/worker-identity';
import type { ResolvedServer, ResolveOptions } from '../workers/server/resolve-server';
import { CliError } from './cli-error';
import type { CliContext } from './context';
import { exitCodes } from './exit-codes';
import { lazy } from './lazy';

export interface SessionOptions {
  /** Whether a configured server may be used; `loopback` = only one on this machine. */
  allowConfigured?: ResolveOptions['allowConfigured'];
  /** Whether a server of our own may be started. */
  start?: boolean;
  /** Changes what the workers of this process are told, e.g. which model they use. */
  adjust?: (config: Config) => Config;
}

/** Long enough for activities in flight to be cancelled and the store to be closed. */
const workerEndMs = 5000;
const serverEndMs = 8000;

/** A server, a client and, when nobody else does the work, workers in this process. All of it ends with the command. */
export class Session {
  private server: ResolvedServer | undefined;
  private connected: CadreClient | undefined;
  private worker: WorkerProcess | undefined;

  constructor(
    private readonly ctx: CliContext,
    private readonly options: SessionOptions = {},
  ) {}

  async open(): Promise<this> {
    const { lifetime } = this.ctx;
    const server = await lifetime.acquire('the Temporal server', () => this.resolve(), (one) => one.stop(), serverEndMs);
    this.server = server;
    this.connected = await lifetime.acquire(
      'the client',
      () => lazy.client().connectClient(server.connection, server.namespace),
      (one) => one.close(),
    );
    return this;
  }

  get client(): Client {
    if (!this.connected) throw new Error('The session is not open.');
    return this.connected.client;
  }

  get target(): ResolvedServer {
    if (!this.server) throw new Error('The session is not open.');
    return this.server;
  }

  /** Whether the run stops making progress when this command ends. */
  get ownsWorker(): boolean {
    return this.worker !== undefined;
  }

  /** Link to a run in the Temporal UI, where one is known. */
  link(workflowId: string, runId = ''): string | undefined {
    const { uiUrl, namespace } = this.target;
    const run = runId ? `/${runId}` : '';
    return uiUrl && `${uiUrl}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(workflowId)}${run}`;
  }

  /** Starts workers here unless a living process polls the queue already; with `always`, in any case. */
  async ensureWorker(always = false): Promise<'here' | 'elsewhere'> {
    if (this.worker) return 'here';
    if (!always && (await this.polledElsewhere())) return 'elsewhere';
    this.worker = await this.ctx.lifetime.acquire(
      'the worker',
      () => this.startWorker(),
      (one) => one.shutdown(),
      workerEndMs,
    );
    return 'here';
  }

  /** After the server has gone: finds or starts another one for the same home, and goes on there. */
  async reopen(): Promise<void> {
    const hadWorker = this.ownsWorker;
    await this.worker?.shutdown().catch(() => undefined);
    await this.connected?.close().catch(() => undefined);
    this.worker = undefined;
    await this.open();
    await this.ensureWorker(hadWorker);
  }

  private resolve(): Promise<ResolvedServer> {
    const { terminal } = this.ctx;
    const { env, home } = this.ctx.config();
    const onProgress = (text: string): void => terminal.line(terminal.style('dim', text));
    const { allowConfigured = 'always', start = true } = this.options;
    return lazy
      .server()
      .resolveServer({ env, home, allowConfigured, start, onProgress })
      .catch((error: unknown) => {
        throw new CliError((error as Error).message, 'npx cadre doctor', exitCodes.noServer);
      });
  }

  private startWorker(): Promise<WorkerProcess> {
    const given = this.ctx.config();
    // Worker lines in the middle of the progress would bury it; a level that was asked for goes to the file as well.
    const config = { ...given, ...this.options.adjust?.(given) };
    const level = given.logLevelGiven ? given.logLevel : 'warn';
    const log = lazy.log().makeLog({ ...config, logLevel: level }, { file: logFileOf(given.home) });
    return lazy.worker().runWorker({ config, server: this.target, log });
  }

  private async polledElsewhere(): Promise<boolean> {
    const pollers = await lazy.client().workflowPollers(this.client);
    return pollers.some((poller) => !isGoneHere(poller.identity));
  }
}

export function logFileOf(home: string): string {
  return path.join(home, 'logs', 'worker.log');
}

import path from 'node:path';

import type { Client } from '@temporalio/client';

import type { CadreClient } from '../client';
import type { Config } from '../workers/config';
import { agentQueues, servedHere } from '../workers/agent-queues';
import type { RunWorkerOptions, WorkerProcess } from '../workers/main';
import { isGoneHere, modelOfWorker } from '../workers/worker-identity';
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
  /** The model that runs of this command are to use: a worker that runs elsewhere must have been told the same. */
  model?: string;
  /** Files and folders outside the working directory that tools may read. */
  allow?: readonly string[];
  /** Queues of their own that the agents of this command's team name: somebody must serve them. */
  queues?: readonly string[];
  /** Worker lines go to stderr in place of the log file. */
  logToTerminal?: boolean;
}

/** Somebody waits at the terminal: what is in flight is cancelled soon, and done again when the run is taken up. */
const graceMs = 300;
/** Long enough for activities in flight to be cancelled and the store to be closed. */
const workerEndMs = 5000;
const serverEndMs = 8000;

/** A server, a client and, when nobody else does the work, workers in this process. All of it ends with the command. */
export class Session {
  private server: ResolvedServer | undefined;
  private connected: CadreClient | undefined;
  private worker: WorkerProcess | undefined;
  /** Serves queues of agents beside a worker that runs elsewhere. */
  private beside: WorkerProcess | undefined;

  constructor(
    private readonly ctx: CliContext,
    private readonly options: SessionOptions = {},
  ) {}

  async open(): Promise<this> {
    const { lifetime } = this.ctx;
    const server = await lifetime.acquire(
      'the Temporal server',
      () => this.resolve(),
      (one) => one.stop(),
      serverEndMs,
    );
    this.server = server;
    this.connected = await lifetime.acquire(
      'the client',
      () => lazy.client().connectClient(server.connection, server.namespace),
      // Closing under calls in flight makes the SDK's retries throw out of their timers; an interrupted process just ends.
      (one) => (lifetime.signal.aborted ? Promise.resolve() : one.close()),
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

  /** Where the worker of this process writes its lines, relative to the working directory. */
  get logFile(): string {
    const { cwd, home } = this.ctx.config();
    return path.relative(cwd, logFileOf(home));
  }

  /** Whether the run stops making progress when this command ends. */
  get ownsWorker(): boolean {
    return this.worker !== undefined;
  }

  /** Link to a run in the Temporal UI, where one is known. */
  link(workflowId: string, runId = ''): string | undefined {
    const { uiUrl, namespace } = this.target;
    const run = runId ? `/${runId}` : '';
    return (
      uiUrl && `${uiUrl}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(workflowId)}${run}`
    );
  }

  /** Starts workers here unless a living process polls the queue already; with `always`, in any case. */
  async ensureWorker(always = false): Promise<'here' | 'elsewhere'> {
    if (this.worker) return 'here';
    if (!always && (await this.servedElsewhere())) {
      await this.serveBeside();
      return 'elsewhere';
    }
    this.say('Starting a worker …');
    this.worker = await this.acquireWorker({ queues: await this.queuesServed() });
    return 'here';
  }

  /** Whether a living worker polls the queue for activities. */
  async isQueueServed(queue: string): Promise<boolean> {
    const pollers = await this.ctx.lifetime.race(lazy.client().activityPollers(this.client, queue));
    return pollers.some(({ identity }) => !isGoneHere(identity));
  }

  /** A worker that was started before a team was written does not know the queues of its agents. */
  private async serveBeside(): Promise<void> {
    const missing: string[] = [];
    for (const queue of servedHere(this.options.queues ?? []).served)
      if (!(await this.isQueueServed(queue))) missing.push(queue);
    if (missing.length === 0 || this.beside) return;
    this.say(`Starting a worker for ${missing.join(', ')}, which the worker that runs already does not serve …`);
    this.beside = await this.acquireWorker({ zones: [], workflows: false, queues: missing });
  }

  /** All queues that agents of registered teams name, those of this command's team first. */
  private async queuesServed(): Promise<string[]> {
    const all = await this.ctx.lifetime.race(agentQueues(lazy.teams().teamsOf(this.workerConfig())));
    const { served, left } = servedHere(all, this.options.queues);
    if (left.length > 0) this.say(`Not served here, there are too many: npx cadre worker --queue ${left.join(' ')}`);
    return served;
  }

  private say(text: string): void {
    this.ctx.terminal.line(this.ctx.terminal.style('dim', text));
  }

  private acquireWorker(what: Pick<RunWorkerOptions, 'zones' | 'workflows' | 'queues'>): Promise<WorkerProcess> {
    return this.ctx.lifetime.acquire(
      'the worker',
      () => this.startWorker(what),
      (one) => one.shutdown(),
      workerEndMs,
    );
  }

  /** Settles when the workers or the server of this process have ended; rejects when they failed. */
  async ended(): Promise<void> {
    const server = this.target.ended?.then((exit) => {
      throw new CliError(
        `The Temporal server has ended (${exit.signal ?? exit.code}).`,
        'npx cadre doctor',
        exitCodes.noServer,
      );
    });
    await Promise.race([this.worker?.ended, server].filter((one) => one !== undefined));
  }

  /** After the server has gone: finds or starts another one for the same home, and goes on there. */
  async reopen(): Promise<void> {
    const hadWorker = this.ownsWorker;
    await this.worker?.shutdown().catch(() => undefined);
    await this.beside?.shutdown().catch(() => undefined);
    await this.connected?.close().catch(() => undefined);
    this.worker = undefined;
    this.beside = undefined;
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

  private workerConfig(): Config {
    const given = this.ctx.config();
    return this.options.adjust?.(given) ?? given;
  }

  private startWorker(what: Pick<RunWorkerOptions, 'zones' | 'workflows' | 'queues'>): Promise<WorkerProcess> {
    const config = this.workerConfig();
    // Worker lines in the middle of the progress would bury it.
    const log = this.options.logToTerminal
      ? lazy.log().makeLog(config)
      : lazy.log().makeLog(config, { file: logFileOf(config.home) });
    return lazy
      .worker()
      .runWorker({ config, server: this.target, log, graceMs, allow: this.options.allow ?? [], ...what });
  }

  /** Whether a living process polls the queue. */
  async isServed(): Promise<boolean> {
    return (await this.livingPollers()).length > 0;
  }

  private async livingPollers(): Promise<string[]> {
    const pollers = await this.ctx.lifetime.race(lazy.client().workflowPollers(this.client));
    return pollers.map((poller) => poller.identity).filter((identity) => !isGoneHere(identity));
  }

  /** Throws when the worker elsewhere would use other models than this command promises. */
  private async servedElsewhere(): Promise<boolean> {
    const [identity] = await this.livingPollers();
    if (identity === undefined) return false;
    const { model } = this.options;
    if (model !== undefined && modelOfWorker(identity) !== model) {
      throw new CliError(
        `A worker runs already (${identity}), and it does not use the model ${model}.`,
        `stop it first, or start it with CADRE_MODEL and --model: npx cadre dev --model ${model}`,
        exitCodes.usage,
      );
    }
    return true;
  }
}

export function logFileOf(home: string): string {
  return path.join(home, 'logs', 'worker.log');
}

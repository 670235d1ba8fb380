import {
  Client,
  Connection,
  type WorkflowHandle,
  type WorkflowHandleWithFirstExecutionRunId,
} from '@temporalio/client';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { pino, type Logger } from 'pino';
import type { Approval } from '../../contracts/approval';
import type { PatternName } from '../../contracts/names';
import { searchAttributes, taskQueue } from '../../contracts/names';
import type { RunResult } from '../../contracts/run';
import { readConfig, type Config } from '../../workers/config';
import { runWorker, type WorkerProcess } from '../../workers/main';
import { registerSearchAttributes } from '../../workers/server/register-attributes';
import type { TestServer } from './global-setup';

export interface HarnessOptions {
  /** Team folders, relative to test/support/teams. */
  teams?: string[];
  env?: Record<string, string>;
  /** Namespaces without our search attributes must work as well. */
  withoutSearchAttributes?: boolean;
  maxCachedWorkflows?: number;
  /** A server with settings of its own, in place of the shared one. */
  server?: Pick<TestServer, 'address'>;
  /** Names client and worker in histories that are kept. */
  identity?: string;
  /** No worker in this process: the test starts its own. */
  withoutWorker?: boolean;
}

export function testServer(): TestServer {
  return JSON.parse(process.env['CADRE_TEST_SERVER'] ?? 'null') as TestServer;
}

/** A namespace, a home and a working directory of one's own on the shared server, with a real worker. */
export class Harness {
  private worker: WorkerProcess | null = null;

  private constructor(
    readonly client: Client,
    readonly namespace: string,
    readonly folder: string,
    readonly config: Config,
    private readonly options: HarnessOptions,
  ) {}

  static async start(options: HarnessOptions = {}): Promise<Harness> {
    const { home } = testServer();
    const { address } = options.server ?? testServer();
    const namespace = `t-${randomUUID().slice(0, 8)}`;
    const { identity } = options;
    const connection = await Connection.connect({ address });
    await makeNamespace(connection, namespace);
    if (!options.withoutSearchAttributes) {
      await registerSearchAttributes({ connection: { address }, namespace, searchAttributes, timeoutMs: 10_000 });
    }
    const folder = mkdtempSync(path.join(tmpdir(), 'cadre-case-'));
    mkdirSync(path.join(folder, 'home'), { recursive: true });
    cpSync(path.join(home, 'bundles'), path.join(folder, 'home', 'bundles'), { recursive: true });
    for (const team of options.teams ?? []) {
      cpSync(path.join(__dirname, 'teams', team), path.join(folder, 'agents', path.basename(team)), {
        recursive: true,
      });
    }
    const env = {
      PATH: process.env['PATH'],
      CADRE_HOME: path.join(folder, 'home'),
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: namespace,
      CADRE_LOG_LEVEL: 'warn',
      ...options.env,
    };
    const harness = new Harness(
      new Client({ connection, namespace, ...(identity !== undefined && { identity }) }),
      namespace,
      folder,
      readConfig(env, folder),
      options,
    );
    if (!options.withoutWorker) await harness.startWorker();
    return harness;
  }

  get address(): string {
    return (this.options.server ?? testServer()).address;
  }

  async startWorker(): Promise<void> {
    const { maxCachedWorkflows, identity } = this.options;
    this.worker = await runWorker({
      config: this.config,
      server: { connection: { address: this.address }, namespace: this.namespace },
      log: quietLog(),
      graceMs: 500,
      ...(identity !== undefined && { identity }),
      ...(maxCachedWorkflows === undefined ? {} : { maxCachedWorkflows }),
    });
  }

  async stopWorker(): Promise<void> {
    await this.worker?.shutdown();
    this.worker = null;
  }

  /** Starts as a person does: one JSON object, no client code, no header (I11). */
  start(
    type: PatternName,
    input: unknown,
    workflowId = `${type}/${randomUUID().slice(0, 8)}`,
  ): Promise<WorkflowHandleWithFirstExecutionRunId> {
    return this.client.workflow.start(type, { workflowId, taskQueue, args: [input] });
  }

  async run(type: PatternName, input: unknown): Promise<RunResult> {
    return (await (await this.start(type, input)).result()) as RunResult;
  }

  /** The first open approval of a run. */
  async approval(handle: WorkflowHandle, timeoutMs = 20_000): Promise<Approval> {
    return until(timeoutMs, `an approval of ${handle.workflowId}`, async () => {
      const { items } = await handle.query<{ items: Approval[] }>('approvals');
      return items.find((approval) => approval.state === 'open');
    });
  }

  /** The history as `temporal workflow show --output json` writes it. */
  async historyJson(workflowId: string): Promise<string> {
    const { cli } = testServer();
    const { address } = this;
    const args = [
      'workflow',
      'show',
      '--workflow-id',
      workflowId,
      '--address',
      address,
      '--namespace',
      this.namespace,
      '--output',
      'json',
    ];
    const { stdout } = await promisify(execFile)(cli, args, {
      maxBuffer: 64 * 1024 * 1024,
      env: { PATH: process.env['PATH'] },
    });
    return stdout;
  }

  decide(handle: WorkflowHandle, decision: Record<string, unknown>): Promise<Approval> {
    return handle.executeUpdate<Approval, [unknown]>('decide', { args: [decision] });
  }

  async close(): Promise<void> {
    await this.stopWorker();
    await this.client.connection.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Asks until there is an answer; fails by saying what it waited for. */
export async function until<T>(
  timeoutMs: number,
  what: string,
  ask: () => Promise<T | undefined | null | false>,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer) return answer;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline)
      throw new Error(`Waited ${timeoutMs} ms for ${what}.${last instanceof Error ? ` Last: ${last.message}` : ''}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

let log: Logger | undefined;
function quietLog(): Logger {
  log ??= pino({ level: process.env['CADRE_TEST_LOG'] ?? 'silent' });
  return log;
}

async function makeNamespace(connection: Connection, namespace: string): Promise<void> {
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  await until(15_000, `the namespace ${namespace}`, () => connection.workflowService.describeNamespace({ namespace }));
}

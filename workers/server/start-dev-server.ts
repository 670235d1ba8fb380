import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { type Env, type OnProgress, plainEnv } from './env';
import { withFileLock } from './process/file-lock';
import { loopback, pickPorts } from './free-ports';
import { type GuardedExit, type GuardedProcess, startGuarded } from './process/guarded-process';
import { probeServer } from './probe-server';
import { identify } from './process/process-identity';
import { registerSearchAttributes, type SearchAttributeTypes } from './register-attributes';
import { findRunningServer, recordFileOf, removeRecord, type ServerRecord, writeRecord } from './server-record';

export interface DevServerOptions {
  readonly cli: { readonly path: string; readonly version: string };
  readonly env: Env;
  /** CADRE_HOME, an absolute path. */
  readonly home: string;
  /** Kept from run to run, so that open runs go on with the next server. */
  readonly dbFile: string;
  readonly namespace: string;
  /** Name to type, as `temporal server start-dev --search-attribute` takes them. */
  readonly searchAttributes: SearchAttributeTypes;
  /** Both ports are free ones unless given; `usualPorts` takes 7233 and 8233 if they are free. */
  readonly port?: number;
  readonly uiPort?: number;
  readonly usualPorts?: boolean;
  /** Further settings of the server, e.g. lower limits for tests. */
  readonly dynamicConfig?: Readonly<Record<string, string>>;
  readonly onProgress?: OnProgress;
}

export interface DevServer extends ServerRecord {
  /** Process id of the server. */
  readonly pid: number;
  /** Settles when the server has ended, for whatever reason. */
  readonly ended: Promise<GuardedExit>;
  /** Stops the server and waits for it: process, ports and record are gone afterwards. May be called again. */
  stop(): Promise<void>;
}

/** performance.md, "The server recipe, verified": a lone workflow is eight times faster than with a plain start. */
const recipe: readonly string[] = [
  '--sqlite-pragma=journal_mode=WAL',
  '--sqlite-pragma=synchronous=FULL',
  '--dynamic-config-value=history.transferProcessorMaxPollRPS=10000',
  '--dynamic-config-value=history.timerProcessorMaxPollRPS=10000',
  '--dynamic-config-value=history.visibilityProcessorMaxPollRPS=10000',
  '--dynamic-config-value=system.enableActivityEagerExecution=true',
];
const usualPorts = [7233, 8233];
const readyWithinMs = 30_000;
const graceMs = 5000;
const startWaitMs = 45_000;
/** A port that was free a moment ago may be taken by the time the server binds it. */
const portTriesMax = 3;

/** The server of this home: the one that answers already (owned by another process), or one started now and ours. */
export async function useOrStartDevServer(
  options: DevServerOptions,
): Promise<{ running: ServerRecord } | { started: DevServer }> {
  const { home, onProgress } = options;
  const onWait = (pid: number): void => onProgress?.(`Process ${pid} is starting the Temporal server; waiting …`);
  mkdirSync(path.join(home, 'logs'), { recursive: true, mode: 0o700 });
  mkdirSync(path.dirname(options.dbFile), { recursive: true });
  return withFileLock(startLockOf(home), { waitMs: startWaitMs, onWait }, async () => {
    const running = await findRunningServer(home);
    return running ? { running } : { started: await launch(options) };
  });
}

/** Starts a Temporal dev server that dies with this process, however that ends. Throws if the home has one already. */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  const outcome = await useOrStartDevServer(options);
  if ('started' in outcome) return outcome.started;
  const { address, owner } = outcome.running;
  throw new Error(
    `${options.home} has a Temporal server already (${address}, started by process ${owner.pid}); use that one or stop it.`,
  );
}

function startLockOf(home: string): string {
  return path.join(home, 'server.lock');
}

async function launch(options: DevServerOptions): Promise<DevServer> {
  for (let attempt = 1; ; attempt += 1) {
    const ports = await portsFor(options, attempt === 1);
    const outcome = await launchOn(ports, options);
    if ('server' in outcome) return outcome.server;
    const ours = options.port === undefined && options.uiPort === undefined;
    // Looked at instead of read from the output: the server may die of a taken port with a long stack of its own.
    if (ours && attempt < portTriesMax && !(await areFree(ports))) continue;
    throw new Error(`The Temporal server did not start: ${outcome.reason}\nIts log is ${logFileOf(options.home)}.`);
  }
}

async function portsFor(options: DevServerOptions, first: boolean): Promise<{ port: number; uiPort: number }> {
  const [port = 0, uiPort = 0] = await pickPorts(2, options.usualPorts && first ? usualPorts : undefined);
  return { port: options.port ?? port, uiPort: options.uiPort ?? uiPort };
}

async function areFree({ port, uiPort }: { port: number; uiPort: number }): Promise<boolean> {
  return (await pickPorts(2, [port, uiPort]))[0] === port;
}

async function launchOn(
  { port, uiPort }: { port: number; uiPort: number },
  options: DevServerOptions,
): Promise<{ server: DevServer } | { reason: string }> {
  const { home, namespace, cli } = options;
  const address = `${loopback}:${port}`;
  const guarded = startGuarded({
    file: cli.path,
    args: serverArgs(port, uiPort, options),
    cwd: home,
    env: plainEnv(options.env),
    graceMs,
    logFile: logFileOf(home),
    recordFile: recordFileOf(home),
    startLockFile: startLockOf(home),
  });
  const pid = await guarded.started;
  const fault = await faultBeforeReady(guarded, address, options);
  if (fault !== undefined || pid === undefined) {
    const { tail } = await guarded.end();
    return { reason: [fault ?? 'it could not be started', ...lastLines(tail)].join('\n  ') };
  }
  const record: ServerRecord = {
    address,
    namespace,
    uiUrl: `http://${loopback}:${uiPort}`,
    cliVersion: cli.version,
    dbFile: options.dbFile,
    logFile: logFileOf(home),
    guardPid: guarded.guardPid,
    guard: identify(guarded.guardPid),
    server: identify(pid),
    owner: identify(process.pid),
    startedAt: new Date().toISOString(),
  };
  writeRecord(home, record);
  void guarded.ended.then(() => removeRecord(home, record));
  guarded.letGo();
  const stop = async (): Promise<void> => {
    await guarded.end();
    removeRecord(home, record);
  };
  return { server: { ...record, pid, ended: guarded.ended, stop } };
}

function serverArgs(port: number, uiPort: number, options: DevServerOptions): string[] {
  const attributes = Object.entries(options.searchAttributes);
  return [
    ...['server', 'start-dev', '--ip', loopback, '--port', String(port), '--ui-port', String(uiPort)],
    ...['--db-filename', options.dbFile, '--namespace', options.namespace, '--log-level', 'warn'],
    ...recipe,
    ...Object.entries(options.dynamicConfig ?? {}).map(([key, value]) => `--dynamic-config-value=${key}=${value}`),
    ...attributes.map(([name, type]) => `--search-attribute=${name}=${type}`),
  ];
}

/** Waits until the server answers and knows the namespace, and registers what is missing; else says why not. */
async function faultBeforeReady(
  guarded: GuardedProcess,
  address: string,
  options: DevServerOptions,
): Promise<string | undefined> {
  let over: GuardedExit | undefined;
  void guarded.ended.then((exit) => (over = exit));
  const target = { connection: { address }, namespace: options.namespace };
  const deadline = Date.now() + readyWithinMs;
  let last = 'it does not answer';
  while (Date.now() < deadline) {
    const probe = await probeServer({ ...target, timeoutMs: 2000 });
    if (over) return `it ended at once (${over.signal ?? `exit code ${String(over.code)}`})`;
    if (probe.ok) {
      await registerMissing(probe.searchAttributes, target, options);
      return undefined;
    }
    last = probe.reason;
    await sleep(25);
  }
  return `${last} within ${readyWithinMs / 1000} s`;
}

/** Search attributes are optional everywhere: without them lists cannot filter, and that is all. */
async function registerMissing(
  registered: readonly string[],
  target: { connection: { address: string }; namespace: string },
  { searchAttributes, onProgress }: DevServerOptions,
): Promise<void> {
  const missing = Object.entries(searchAttributes).filter(([name]) => !registered.includes(name));
  if (missing.length === 0) return;
  try {
    await registerSearchAttributes({ ...target, searchAttributes: Object.fromEntries(missing), timeoutMs: 5000 });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    onProgress?.(`Not registered: search attributes ${missing.map(([name]) => name).join(', ')} (${why}).`);
  }
}

function logFileOf(home: string): string {
  return path.join(home, 'logs', 'temporal-server.log');
}

/** What the server said last; its warnings about its own parts shutting down only when there is nothing else. */
function lastLines(tail: string): string[] {
  const lines = tail.split('\n').filter((line) => line.trim());
  const telling = lines.filter((line) => !line.includes('level=WARN'));
  return (telling.length > 0 ? telling : lines).slice(-5);
}

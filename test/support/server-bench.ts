import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { searchAttributes } from '../../contracts/names';
import { type FoundCli, locateCli } from '../../workers/server/locate-cli';
import { resolveServer } from '../../workers/server/resolve-server';
import { readRecord, recordFileOf, type ServerRecord } from '../../workers/server/server-record';
import { type DevServer, type DevServerOptions, startDevServer } from '../../workers/server/start-dev-server';
import { remainsOf } from './cli-home';
import { until } from './harness';

const root = path.resolve(__dirname, '../..');
/** Test runs share one fetched CLI; everything else is in folders of the test's own. */
const sharedHome = path.join(root, 'node_modules', '.cache', 'cadre');

/** Without the caller's TEMPORAL_*: what runs or is configured on this machine must not matter. */
export const env = {
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  TEMPORAL_CONFIG_FILE: '/nonexistent/temporal.toml',
};

const folders = (process.env['PATH'] ?? '').split(path.delimiter);
/** For fetching one: without the folders of PATH that hold a Temporal CLI. */
export const withoutTemporal = {
  ...env,
  PATH: folders.filter((folder) => !existsSync(path.join(folder, 'temporal'))).join(path.delimiter),
};

/** A CADRE_HOME, with servers in it and processes that own them. */
class ServerBench {
  cli!: FoundCli;
  home = '';
  private readonly spawned: ChildProcess[] = [];

  open(): void {
    this.home = mkdtempSync(path.join(tmpdir(), 'cadre-server-'));
  }

  start(more: Partial<DevServerOptions> = {}): Promise<DevServer> {
    const { cli, home } = this;
    const dbFile = path.join(home, 'temporal.db');
    return startDevServer({ cli, env, home, dbFile, namespace: 'default', searchAttributes, ...more });
  }

  resolve(): ReturnType<typeof resolveServer> {
    const withCli = { ...env, TEMPORAL_CLI: this.cli.path };
    return resolveServer({ env: withCli, home: this.home, allowConfigured: 'never', usualPorts: false });
  }

  /** A process that owns a server of this home, in a process group of its own. */
  spawnOwner(...more: string[]): ChildProcess {
    return this.spawn('provision-owner.ts', [this.home, this.cli.path, ...more], process.env);
  }

  /** The same, once its server runs. */
  async startOwner(...more: string[]): Promise<{ owner: ChildProcess; record: ServerRecord }> {
    const owner = this.spawnOwner(...more);
    await new Promise((resolve) => owner.stdout?.once('data', resolve));
    return { owner, record: readRecord(this.home) as ServerRecord };
  }

  /** A process that fetches the CLI into this home and prints what it has found. */
  spawnFetcher(): ChildProcess {
    return this.spawn('provision-fetcher.ts', [this.home], withoutTemporal);
  }

  private spawn(file: string, args: string[], environment: Record<string, string | undefined>): ChildProcess {
    const child = spawn(
      process.execPath,
      [path.join(root, 'bin/run-ts.cjs'), path.join(root, 'test/server', file), ...args],
      { stdio: ['ignore', 'pipe', 'inherit'], detached: true, env: environment },
    );
    this.spawned.push(child);
    return child;
  }

  /** Command lines of the servers of this home. */
  async processes(): Promise<string[]> {
    return (await commandLines()).filter((line) => line.includes(this.home) && line.includes('start-dev'));
  }

  /** Waits for server, guard, both ports and the files that speak of them. */
  async untilGone(record: ServerRecord): Promise<void> {
    await until(10_000, 'server, guard, ports and record to be gone', async () => {
      return (await remainsOf(record)).length === 0 && !existsSync(recordFileOf(this.home));
    });
    expect(readdirSync(this.home).filter((name) => /^server\./.test(name))).toEqual([]);
  }

  async close(): Promise<void> {
    for (const child of this.spawned.splice(0)) child.kill('SIGKILL');
    await until(10_000, 'the server of the test to end', () => Promise.resolve(!readRecord(this.home)));
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** For the tests of one file: each has a home of its own, and no process of it outlives the test. */
export function serverBench(): ServerBench {
  const bench = new ServerBench();
  beforeAll(async () => {
    bench.cli = await locateCli({ env, home: sharedHome });
  }, 600_000);
  beforeEach(() => bench.open());
  afterEach(() => bench.close());
  return bench;
}

/** Of every process that is not a zombie. */
export async function commandLines(): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'stat=,args=', '-ww']);
  return stdout.split('\n').filter((line) => !line.startsWith('Z'));
}

export async function commandLineOf(pid: number): Promise<string> {
  return (await promisify(execFile)('ps', ['-o', 'args=', '-ww', '-p', String(pid)])).stdout;
}

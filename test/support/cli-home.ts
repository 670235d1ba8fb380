import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { isAlive } from '../../workers/server/process/process-identity';
import { readRecord, type ServerRecord } from '../../workers/server/server-record';
import { testServer, until } from './harness';

const root = path.join(__dirname, '..', '..');
/** What someone who has cloned the repository finds in it, as far as the command needs it. */
const clonedParts = ['package.json', 'node_modules', 'bin', 'schemas'];

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/**
 * A folder in which `npx cadre`, `npm run` and plain `temporal` work as in a clone, with a CADRE_HOME of its own and
 * nothing of the person's environment. The commands are the real ones, as processes of their own.
 */
export class CliHome {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'cadre-cli-'));
  readonly home = path.join(this.folder, '.cadre');
  private readonly started: CliProcess[] = [];

  constructor() {
    for (const part of clonedParts) symlinkSync(path.join(root, part), path.join(this.folder, part));
    // A folder of its own, so that a test can add teams.
    mkdirSync(path.join(this.folder, 'agents'));
    for (const team of readdirSync(path.join(root, 'agents')))
      symlinkSync(path.join(root, 'agents', team), path.join(this.folder, 'agents', team));
    const { cli, home } = testServer();
    mkdirSync(path.join(this.folder, 'path'));
    symlinkSync(cli, path.join(this.folder, 'path', 'temporal'));
    cpSync(path.join(home, 'bundles'), path.join(this.home, 'bundles'), { recursive: true });
  }

  /** `temporal` is on PATH; a profile or a key is nowhere. */
  get env(): NodeJS.ProcessEnv {
    return {
      PATH: `${path.join(this.folder, 'path')}${path.delimiter}${process.env['PATH']}`,
      HOME: path.join(this.folder, 'person'),
      npm_config_update_notifier: 'false',
    };
  }

  cadre(...args: string[]): CliProcess {
    return this.start(process.execPath, [path.join(root, 'bin', 'cadre.cjs'), ...args]);
  }

  /** A command line as a person types it. */
  type(line: string): CliProcess {
    return this.start('bash', ['-c', line]);
  }

  run(...args: string[]): Promise<Finished> {
    return this.cadre(...args).ended;
  }

  private start(file: string, args: string[]): CliProcess {
    const one = new CliProcess(spawn(file, args, { cwd: this.folder, env: this.env, detached: true, stdio: 'pipe' }));
    this.started.push(one);
    return one;
  }

  get record(): ServerRecord | undefined {
    return readRecord(this.home);
  }

  /** Processes that were started for this folder and still run, the commands of the test not counted. */
  async processes(): Promise<string[]> {
    const { stdout } = await promisify(execFile)('ps', ['-eo', 'stat=,pid=,args=', '-ww']);
    const ours = stdout.split('\n').filter((line) => line.includes(this.folder) && !line.startsWith('Z'));
    return ours.map((line) => line.slice(0, 160));
  }

  /** What an ended command must not leave: processes, the ports of its server, locks. */
  async remains(record: ServerRecord | undefined): Promise<string[]> {
    return [...(await this.processes()), ...(record ? await remainsOf(record) : []), ...this.locks()];
  }

  /** Files that would keep the next command waiting. */
  locks(): string[] {
    return readdirSync(this.home).filter((name) => /\.lock|^server\.json/.test(name));
  }

  async close(): Promise<void> {
    for (const one of this.started) one.kill('SIGKILL');
    await until(15_000, 'the server of the test to end', () => Promise.resolve(!this.record));
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** One command that runs, in a process group of its own, with all it has said so far. */
export class CliProcess {
  stdout = '';
  stderr = '';
  readonly ended: Promise<Finished>;

  constructor(private readonly child: ChildProcess) {
    child.stdin?.end();
    child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.ended = new Promise((resolve) => {
      child.once('close', (code) => resolve({ code, stdout: this.stdout, stderr: this.stderr }));
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** The first match in what it says on stdout. */
  async says(what: RegExp, timeoutMs = 30_000): Promise<RegExpExecArray> {
    const ended = (): boolean => this.child.exitCode !== null || this.child.signalCode !== null;
    try {
      await until(timeoutMs, String(what), () => Promise.resolve(what.test(this.stdout) || ended()));
    } catch {
      // Whether it ended or took too long is told below, with what it said.
    }
    const match = what.exec(this.stdout);
    if (match) return match;
    throw new Error(
      `Not said (${ended() ? 'ended' : `${timeoutMs} ms`}): ${String(what)}\n${this.stdout}\n${this.stderr}`,
    );
  }

  /** To the whole group, as a terminal does with Ctrl-C. */
  kill(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal);
    } catch {
      // It has ended.
    }
  }
}

/** The processes and ports of a dev server that are still there. */
export async function remainsOf(record: ServerRecord): Promise<string[]> {
  const ports = [record.address, record.uiUrl].map((address) => Number(address.split(':').at(-1)));
  const open = await Promise.all(ports.map(isOpen));
  return [
    ...(isAlive(record.server) ? [`server ${record.server.pid}`] : []),
    ...(isAlive(record.guard) ? [`guard ${record.guard.pid}`] : []),
    ...ports.filter((_, index) => open[index]).map((port) => `port ${port}`),
  ];
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

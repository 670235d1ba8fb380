import { type ChildProcess, execFile, spawn } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { Client, Connection } from '@temporalio/client';

import { searchAttributes } from '../../contracts/names';
import { cachedCliPath } from '../../workers/server/cli/cli-cache';
import { doctor } from '../../workers/server/doctor';
import { type FoundCli, locateCli } from '../../workers/server/locate-cli';
import { isAlive } from '../../workers/server/process/process-identity';
import { probeServer } from '../../workers/server/probe-server';
import { resolveServer } from '../../workers/server/resolve-server';
import { findRunningServer, readRecord, recordFileOf, type ServerRecord } from '../../workers/server/server-record';
import { type DevServerOptions, startDevServer } from '../../workers/server/start-dev-server';
import { temporalPassthrough } from '../../workers/server/temporal-passthrough';

const root = path.resolve(__dirname, '../..');
/** Without the caller's TEMPORAL_*: what runs or is configured on this machine must not matter. */
const env = {
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  TEMPORAL_CONFIG_FILE: '/nonexistent/temporal.toml',
};
/** For fetching one: without the folders of PATH that hold a Temporal CLI. */
const folders = (process.env['PATH'] ?? '').split(path.delimiter);
const withoutTemporal = {
  ...env,
  PATH: folders.filter((folder) => !existsSync(path.join(folder, 'temporal'))).join(':'),
};
/** Test runs share one fetched CLI; everything else is in folders of the test's own. */
const sharedHome = path.join(root, 'node_modules', '.cache', 'cadre');

let cli: FoundCli;
let home: string;
const owners: ChildProcess[] = [];

beforeAll(async () => {
  cli = await locateCli({ env, home: sharedHome });
}, 600_000);

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'cadre-server-'));
});

afterEach(async () => {
  for (const owner of owners.splice(0)) owner.kill('SIGKILL');
  for (const until = Date.now() + 10_000; readRecord(home) && Date.now() < until;) await sleep(50);
  rmSync(home, { recursive: true, force: true });
});

describe('a dev server', () => {
  it('answers with namespace, search attributes, web UI and the recipe, on loopback only, and is gone after stop', async () => {
    const server = await start(home);
    const connection = await Connection.connect({ address: server.address });
    await connection.workflowService.describeNamespace({ namespace: 'default' });
    const handle = await new Client({ connection }).workflow.start('nobody', {
      taskQueue: 'nowhere',
      workflowId: 'w1',
      searchAttributes: { CadreTeam: ['daily'], CadreApprovalPending: [true] },
    });
    expect((await handle.describe()).searchAttributes['CadreTeam']).toEqual(['daily']);
    await connection.close();
    expect((await fetch(server.uiUrl)).status).toBe(200);
    expect(await commandLineOf(server.pid)).toContain('system.enableActivityEagerExecution=true');
    expect(await commandLineOf(server.pid)).toContain('journal_mode=WAL');
    expect(readRecord(home)?.owner.pid).toBe(process.pid);

    await server.stop();
    await server.stop();
    await expectGone(server);
  });

  it('keeps open runs in its database file for the next server', async () => {
    const first = await start(home);
    await startRun(first.address, 'kept');
    await first.stop();
    const second = await start(home);
    const connection = await Connection.connect({ address: second.address });
    const { status } = await new Client({ connection }).workflow.getHandle('kept').describe();
    await connection.close();
    await second.stop();
    expect(status.name).toBe('RUNNING');
  });

  it('registers search attributes and the namespace also on a database file that was made without them', async () => {
    const first = await start(home, { searchAttributes: {} });
    await first.stop();
    const second = await start(home, { namespace: 'elsewhere' });
    const probes = ['default', 'elsewhere'].map((namespace) =>
      probeServer({ connection: { address: second.address }, namespace, timeoutMs: 5000 }),
    );
    const [inDefault, elsewhere] = await Promise.all(probes);
    await second.stop();
    const third = await start(home);
    const again = await probeServer({ connection: { address: third.address }, namespace: 'default', timeoutMs: 5000 });
    await third.stop();
    expect(inDefault).toMatchObject({ ok: true, searchAttributes: [] });
    expect(elsewhere?.ok && [...elsewhere.searchAttributes].sort()).toEqual(Object.keys(searchAttributes).sort());
    expect(again.ok && [...again.searchAttributes].sort()).toEqual(Object.keys(searchAttributes).sort());
  });

  it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
    'does not outlive an owner that is ended by %s',
    async (signal) => {
      const { owner, record } = await startOwner(home);
      expect((await findRunningServer(home))?.address).toBe(record.address);
      owner.kill(signal);
      const endedAt = Date.now();
      await expectGone(record);
      expect(Date.now() - endedAt).toBeLessThan(5000);
    },
  );

  it('outlives the Ctrl-C of the terminal until its owner has drained', async () => {
    const { owner, record } = await startOwner(home, 'drain');
    const ended = new Promise((resolve) => owner.once('exit', resolve));
    // As a terminal does it: to the whole process group. 40 = the server answered at the end of the drain.
    process.kill(-(owner.pid ?? 0), 'SIGINT');
    expect(await ended).toBe(40);
    await expectGone(record);
  });

  it('does not outlive an owner killed while it starts', async () => {
    for (const afterMs of [150, 400, 550, 700]) {
      const owner = spawnOwner(home);
      await sleep(afterMs);
      owner.kill('SIGKILL');
      await until(async () => (await processesOf(home)).length === 0, 'no process of this home');
      // Whatever the dead owner left behind does not stop the next one.
    }
    const server = await start(home);
    await server.stop();
    expect(existsSync(path.join(home, 'server.lock'))).toBe(false);
  });

  it('is ended by its owner when the guard between them is killed', async () => {
    const { record } = await startOwner(home);
    process.kill(record.guard.pid, 'SIGKILL');
    await expectGone(record);
  });

  it('is ended by the next command when owner and guard were both killed, and replaced', async () => {
    const { owner, record } = await startOwner(home);
    process.kill(record.guard.pid, 'SIGSTOP');
    owner.kill('SIGKILL');
    process.kill(record.guard.pid, 'SIGKILL');
    await until(() => Promise.resolve(!isAlive(record.guard)), 'the guard is gone');
    const server = await resolve();
    expect(server.source).toBe('started');
    expect(isAlive(record.server)).toBe(false);
    await server.stop();
  });

  it('ends when its own process is killed, and says so to its owner', async () => {
    const server = await start(home);
    process.kill(server.pid, 'SIGKILL');
    expect((await server.ended).signal).toBe('SIGKILL');
    await expectGone(server);
  });

  it('shows the last lines of the log when it does not start', async () => {
    const dbFile = path.join(home, 'broken.db');
    writeFileSync(dbFile, 'this is not a database, and it is long enough to be looked at as one\n'.repeat(20));
    await expect(start(home, { dbFile })).rejects.toThrow(
      /did not start: it ended at once[\s\S]*file is not a database/,
    );
    expect(await processesOf(home)).toEqual([]);
    expect(existsSync(path.join(home, 'server.lock'))).toBe(false);
  });

  it('refuses a second server for the same home', async () => {
    const server = await start(home);
    await expect(start(home)).rejects.toThrow(`has a Temporal server already (${server.address}`);
    await server.stop();
  });
});

describe('resolveServer', () => {
  it('gives four commands that start together one server, and only its owner stops it', async () => {
    const resolved = await Promise.all([1, 2, 3, 4].map(() => resolve()));
    expect(new Set(resolved.map(({ address }) => address)).size).toBe(1);
    expect(resolved.map(({ source }) => source).sort()).toEqual(['running', 'running', 'running', 'started']);
    for (const user of resolved.filter(({ source }) => source === 'running')) await user.stop();
    expect(await findRunningServer(home)).toBeDefined();
    await resolved.find(({ source }) => source === 'started')?.stop();
    expect(await findRunningServer(home)).toBeUndefined();
  });

  it('removes a stale record in silence, also when its numbers belong to other processes now', async () => {
    const server = await start(home);
    const record = readRecord(home) as ServerRecord;
    await server.stop();
    const bystander = { pid: process.pid, started: 'another process' };
    writeFileSync(recordFileOf(home), JSON.stringify({ ...record, guard: bystander, server: bystander }));
    expect(await findRunningServer(home)).toBeUndefined();
    expect(existsSync(recordFileOf(home))).toBe(false);
  });

  it('uses a configured server that answers, with its web UI, and never stops it', async () => {
    const theirs = await start(home);
    const configured = { ...env, TEMPORAL_ADDRESS: theirs.address };
    const resolved = await resolveServer({
      env: configured,
      home: path.join(home, 'other'),
      allowConfigured: 'loopback',
    });
    expect(resolved).toMatchObject({ source: 'configured', address: theirs.address, namespace: 'default' });
    await resolved.stop();
    expect(isAlive(theirs.server)).toBe(true);
    await theirs.stop();
  });

  it('says which configured address does not answer, or lacks the namespace, and starts nothing', async () => {
    const dead = { ...env, TEMPORAL_ADDRESS: '127.0.0.1:9' };
    await expect(resolveServer({ env: dead, home, allowConfigured: 'always' })).rejects.toThrow(
      'nothing listens on 127.0.0.1:9. It is configured by TEMPORAL_ADDRESS',
    );
    const server = await start(home);
    const noSpace = { ...env, TEMPORAL_ADDRESS: server.address, TEMPORAL_NAMESPACE: 'elsewhere' };
    await expect(resolveServer({ env: noSpace, home, allowConfigured: 'always' })).rejects.toThrow(
      'has no namespace elsewhere',
    );
    await server.stop();
  });

  it('passes over a configured address of another machine when only this one is allowed', async () => {
    const told: string[] = [];
    const remote = { ...env, TEMPORAL_ADDRESS: 'temporal.example:7233', TEMPORAL_CLI: cli.path };
    const options = { env: remote, home, allowConfigured: 'loopback', usualPorts: false } as const;
    const server = await resolveServer({ ...options, onProgress: (text) => told.push(text) });
    await server.stop();
    expect(server.source).toBe('started');
    expect(told[0]).toBe(
      'TEMPORAL_ADDRESS names temporal.example:7233, which is not this machine; it is not used here.',
    );
  });

  it('starts nothing when it is told not to', async () => {
    await expect(resolveServer({ env, home, allowConfigured: 'always', start: false })).rejects.toThrow(
      'npx cadre dev',
    );
    expect(readdirSync(home)).toEqual([]);
  });
});

describe('the cached CLI', () => {
  it('is fetched again when it was cut short, even near its end', async () => {
    const fetched = await locateCli({ env: withoutTemporal, home });
    const size = statSync(fetched.path).size;
    for (const damage of [() => truncateSync(fetched.path, size - 100), () => appendFileSync(fetched.path, 'x')]) {
      damage();
      const again = await locateCli({ env: withoutTemporal, home });
      expect(again.source).not.toBe('cache');
      expect(statSync(again.path).size).toBe(size);
    }
    expect(readdirSync(path.join(home, 'bin')).sort()).toEqual(['temporal', 'temporal.size']);
  }, 300_000);

  it('survives a fetch that is killed and two that run at the same time: one fetches, the other waits', async () => {
    const killed = spawnFetcher(home);
    await until(() => Promise.resolve(existsSync(path.join(home, 'bin', '.fetch.lock'))), 'a fetch has begun');
    await sleep(700);
    killed.kill('SIGKILL');
    await until(async () => (await commandLines()).every((line) => !line.includes(home)), 'nothing of it is left');
    expect(existsSync(cachedCliPath(home))).toBe(false);
    const found = await Promise.all([spawnFetcher(home), spawnFetcher(home)].map(lastLineOf));
    const sources = found.map((line) => (JSON.parse(line) as FoundCli).source);
    expect(sources.filter((source) => source === 'cache')).toHaveLength(1);
    expect(existsSync(path.join(home, 'bin', '.fetch.lock'))).toBe(false);
  }, 300_000);
});

describe('temporalPassthrough and doctor', () => {
  it('let the CLI talk to the server of the home and name what is there', async () => {
    const withCli = { ...env, TEMPORAL_CLI: cli.path, ANTHROPIC_API_KEY: 'never-printed' };
    const server = await start(home);
    expect(
      await temporalPassthrough(['operator', 'namespace', 'describe', '-n', 'default', '-o', 'none'], {
        env: withCli,
        home,
      }),
    ).toBe(0);
    expect(
      await temporalPassthrough(['workflow', 'describe', '-w', 'absent', '-o', 'none'], { env: withCli, home }),
    ).toBe(1);
    const checks = await doctor({ env: withCli, home });
    await server.stop();
    const byName = Object.fromEntries(checks.map((check) => [check.name, check]));
    expect(byName['Temporal CLI']).toMatchObject({ status: 'ok', version: cli.version });
    expect(byName['Temporal server']).toMatchObject({
      status: 'ok',
      version: expect.stringMatching(/^\d+\.\d+/) as string,
    });
    expect(byName['Temporal web UI']).toMatchObject({ status: 'ok', found: server.uiUrl });
    expect(byName['Search attributes']?.found).toBe(Object.keys(searchAttributes).join(', '));
    expect(byName['Model keys']?.found).toBe('set: ANTHROPIC_API_KEY');
    expect(JSON.stringify(checks)).not.toContain('never-printed');
  });
});

function start(where: string, more: Partial<DevServerOptions> = {}): ReturnType<typeof startDevServer> {
  const dbFile = path.join(where, 'temporal.db');
  return startDevServer({ cli, env, home: where, dbFile, namespace: 'default', searchAttributes, ...more });
}

function resolve(): ReturnType<typeof resolveServer> {
  const withCli = { ...env, TEMPORAL_CLI: cli.path };
  return resolveServer({ env: withCli, home, allowConfigured: 'never', usualPorts: false });
}

async function startRun(address: string, workflowId: string): Promise<void> {
  const connection = await Connection.connect({ address });
  await new Client({ connection }).workflow.start('nobody', { taskQueue: 'nowhere', workflowId });
  await connection.close();
}

function spawnOwner(where: string, ...more: string[]): ChildProcess {
  const args = [
    path.join(root, 'bin/run-ts.cjs'),
    path.join(__dirname, 'provision-owner.ts'),
    where,
    cli.path,
    ...more,
  ];
  const owner = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  owners.push(owner);
  return owner;
}

function spawnFetcher(where: string): ChildProcess {
  const args = [path.join(root, 'bin/run-ts.cjs'), path.join(__dirname, 'provision-fetcher.ts'), where];
  const fetcher = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: withoutTemporal as NodeJS.ProcessEnv,
  });
  owners.push(fetcher);
  return fetcher;
}

async function lastLineOf(child: ChildProcess): Promise<string> {
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await new Promise((resolve) => child.once('close', resolve));
  return output.trim().split('\n').at(-1) ?? '';
}

async function startOwner(where: string, ...more: string[]): Promise<{ owner: ChildProcess; record: ServerRecord }> {
  const owner = spawnOwner(where, ...more);
  await new Promise((resolve) => owner.stdout?.once('data', resolve));
  return { owner, record: readRecord(where) as ServerRecord };
}

/** Server, guard, both ports and the files that speak of them. */
async function expectGone(record: ServerRecord): Promise<void> {
  const ports = [record.address, record.uiUrl].map((address) => Number(address.split(':').at(-1)));
  await until(async () => {
    const open = await Promise.all(ports.map(isOpen));
    return !isAlive(record.server) && !isAlive(record.guard) && !open.includes(true) && !existsSync(recordFileOf(home));
  }, 'server, guard, ports and record are gone');
  expect(readdirSync(home).filter((name) => /^server\./.test(name))).toEqual([]);
}

async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  for (const deadline = Date.now() + 10_000; !(await holds()); await sleep(50)) {
    if (Date.now() > deadline) throw new Error(`not within 10 s: ${what}`);
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function processesOf(where: string): Promise<string[]> {
  return (await commandLines()).filter((line) => line.includes(where) && line.includes('start-dev'));
}

/** Of every process that is not a zombie. */
async function commandLines(): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'stat=,args=', '-ww']);
  return stdout.split('\n').filter((line) => !line.startsWith('Z'));
}

async function commandLineOf(pid: number): Promise<string> {
  return (await promisify(execFile)('ps', ['-o', 'args=', '-ww', '-p', String(pid)])).stdout;
}

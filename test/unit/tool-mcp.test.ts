import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../contracts/json';
import type { McpToolSource } from '../../contracts/team';
import { openFaceBench, type FaceBench } from '../support/tools/face-bench';
import { teamOver } from '../support/tools/tool-team';

let bench: FaceBench;
afterEach(() => bench.close());

/** Main file of a server package, as npm installed it. */
function serverFile(name: string): string {
  const manifest = require.resolve(`@modelcontextprotocol/${name}/package.json`);
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: Record<string, string> };
  return path.join(path.dirname(manifest), Object.values(bin)[0] ?? '');
}
const stdio = (file: string, args: string[] = [], over: Partial<McpToolSource> = {}): McpToolSource => ({
  kind: 'mcp',
  command: process.execPath,
  args: [file, ...args],
  zone: 'tools',
  effects: { '*': 'read' },
  ...over,
});
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
async function untilDead(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 60 && isAlive(pid); tries += 1) await sleep(50);
  return !isAlive(pid);
}

describe('MCP servers from npm over stdio', () => {
  it('server-everything: tools, text, structured answers, images as artifacts, tool errors', async () => {
    bench = await openFaceBench();
    const team = teamOver({ every: stdio(serverFile('server-everything')) });
    const tools = await bench.tools(team);
    const echo = tools.find(({ target }) => target === 'every.echo');
    expect(echo).toMatchObject({ name: 'echo', effect: 'read' });
    expect((await bench.invoke(team, 'every.echo', { message: 'hello' })).value).toBe('Echo: hello');
    const sum = await bench.invoke(team, 'every.get-sum', { a: 2, b: 40 });
    expect(sum).toMatchObject({ isError: false, sources: ['every.get-sum'] });
    expect(sum.value as string).toContain('42');
    const structured = await bench.invoke(team, 'every.get-structured-content', { location: 'New York' });
    expect(structured.value).toMatchObject({ temperature: expect.any(Number) as number });
    const image = await bench.invoke(team, 'every.get-tiny-image');
    expect(image.artifacts).toMatchObject([{ mime: 'image/png' }]);
    expect(Buffer.from(image.artifacts?.[0]?.body ?? []).toString('latin1')).toContain('PNG');
    expect(JSON.stringify(image.value)).toMatch(/"artifact":"sha256:[0-9a-f]{64}"/);
    const wrong = await bench.invoke(team, 'every.get-sum', { a: 'x' });
    expect(wrong.isError).toBe(true);
    expect(bench.logged.filter((line) => line.includes('refused'))).toEqual([]);
    const [pid = 0] = bench.face.serverPids();
    expect(isAlive(pid)).toBe(true);
    await bench.face.close();
    expect(await untilDead(pid)).toBe(true);
  });

  it('server-filesystem: reads and writes below its folder; our effects stand, annotations tighten', async () => {
    bench = await openFaceBench();
    mkdirSync(path.join(bench.folder, 'shared'));
    const source = stdio(serverFile('server-filesystem'), [path.join(bench.folder, 'shared')], {
      effects: { 'read_*': 'read', 'list_*': 'read', write_file: 'read' },
    });
    const team = teamOver({ disk: source });
    const tools = await bench.tools(team);
    expect(bench.logged.filter((line) => line.includes('refused'))).toEqual([]);
    const effectOf = (name: string): string | undefined =>
      tools.find(({ target }) => target === `disk.${name}`)?.effect;
    expect(effectOf('read_text_file')).toBe('read');
    expect(effectOf('write_file')).not.toBe('read');
    expect(effectOf('edit_file')).toBe('irreversible');
    const file = path.join(bench.folder, 'shared', 'x.txt');
    await bench.invoke(team, 'disk.write_file', { path: file, content: 'written' });
    expect(readFileSync(file, 'utf8')).toBe('written');
    expect(JSON.stringify((await bench.invoke(team, 'disk.read_text_file', { path: file })).value)).toContain(
      'written',
    );
    expect(await bench.invoke(team, 'disk.read_text_file', { path: '/etc/passwd' })).toMatchObject({ isError: true });
  });

  it('server-memory: gets exactly the environment of its config', async () => {
    bench = await openFaceBench({
      env: { PATH: process.env['PATH'], HOME: '/nonexistent', STORE: 'graph.json', SECRET: 'no' },
    });
    const memory = stdio(serverFile('server-memory'), [], { env: { MEMORY_FILE_PATH: `${bench.folder}/\${STORE}` } });
    const team = teamOver({ memory });
    const entity = { name: 'Dana', entityType: 'person', observations: ['likes tea'] };
    await bench.invoke(team, 'memory.create_entities', { entities: [entity] });
    const found = await bench.invoke(team, 'memory.search_nodes', { query: 'tea' });
    expect(JSON.stringify(found.value)).toContain('Dana');
    expect(readFileSync(path.join(bench.folder, 'graph.json'), 'utf8')).toContain('likes tea');
  });
});

describe('MCP over streamable HTTP', () => {
  let server: ChildProcess;
  let url: string;
  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}/mcp`;
    const env = { PATH: process.env['PATH'], PORT: String(port) };
    server = spawn(process.execPath, [serverFile('server-everything'), 'streamableHttp'], { env, stdio: 'ignore' });
    for (let tries = 0; tries < 100; tries += 1) {
      if (await fetch(url).then(() => true, () => false)) return;
      await sleep(100);
    }
    throw new Error('server-everything did not start');
  }); // prettier-ignore
  afterAll(() => void server.kill('SIGKILL'));

  it('calls tools, ends an answer at the cap, and reaches only the configured origin', async () => {
    bench = await openFaceBench({ answerBytes: 60_000 });
    const team = teamOver({ every: { kind: 'mcp', url, zone: 'external', effects: { '*': 'read' } } });
    expect((await bench.invoke(team, 'every.echo', { message: 'over http' })).value).toBe('Echo: over http');
    const big = await bench.invoke(team, 'every.echo', { message: 'x'.repeat(100_000) });
    expect(big).toMatchObject({ isError: true, value: { error: { kind: 'PayloadTooLarge' } } });
    expect((await bench.invoke(team, 'every.echo', { message: 'still here' })).value).toBe('Echo: still here');
  });

  it('a server that is not there is a typed failure', async () => {
    bench = await openFaceBench();
    const port = await freePort();
    const team = teamOver({
      gone: { kind: 'mcp', url: `http://127.0.0.1:${port}/mcp`, zone: 'external', effects: {} },
    });
    const failure = await bench.invoke(team, 'gone.any').catch((error: unknown) => error);
    expect(failure).toMatchObject({
      kind: 'Overloaded',
      message: expect.stringContaining('gone cannot be reached') as string,
    });
  });
});

describe('hostile MCP servers (F37, F38)', () => {
  const hostile = path.resolve(__dirname, '../support/tools/hostile-mcp-server.cjs');
  const source = (options: JsonObject = {}, over: Partial<McpToolSource> = {}): McpToolSource =>
    stdio(hostile, [JSON.stringify(options)], over);
  const names = async (options: JsonObject): Promise<string[]> =>
    (await bench.tools(teamOver({ bad: source(options) })))
      .map(({ target }) => target)
      .filter((target) => target !== 'cadre.artifacts_read');

  it('names that stand twice or look alike, deep schemas and floods are refused', async () => {
    bench = await openFaceBench();
    expect(await names({ tools: 'duplicate' })).toEqual(['bad.echo']);
    expect(await names({ tools: 'homoglyph' })).toEqual(['bad.echo', 'bad.read_mail']);
    await expect(names({ tools: 'deep' })).rejects.toMatchObject({ kind: 'ToolFailed' });
    await expect(names({ tools: 'flood' })).rejects.toMatchObject({ kind: 'InvalidTeam' });
    const call = bench.invoke(teamOver({ bad: source({ tools: 'duplicate' }) }), 'bad.read_file');
    await expect(call).rejects.toMatchObject({
      kind: 'ToolNotAllowed',
      message: expect.stringContaining('stands twice') as string,
    });
  });

  it('a definition that changes after it was pinned is disabled until a person accepts it', async () => {
    bench = await openFaceBench({ idleMs: 50 });
    const changed = path.join(bench.folder, 'changed');
    const team = teamOver({ bad: source({ changed }) });
    const before = (await bench.tools(team)).find(({ target }) => target === 'bad.echo');
    expect(before?.description).toBe('Tool echo');
    writeFileSync(changed, '');
    await sleep(400); // the connection is idle and ends; the next one sees the new list
    expect((await bench.tools(team)).map(({ target }) => target)).not.toContain('bad.echo');
    const refused = await bench
      .invoke(team, 'bad.echo', { a: 1 })
      .catch((error: { kind: string; message: string }) => error);
    expect(refused).toMatchObject({ kind: 'ToolNotAllowed' });
    const [, server = '', tool = '', digest = ''] =
      /repin (\S+) (\S+) (\S+)/.exec((refused as { message: string }).message) ?? [];
    expect([tool, digest.length]).toEqual(['echo', 'sha256:'.length + 64]);
    expect(await bench.store.toolPins.get(server, tool)).toMatchObject({
      digest: before?.definition,
      pinnedBy: 'first use',
    });
    const { definition = '' } = await describeChanged(team);
    expect(definition).toBe(digest);
    await bench.store.toolPins.repin({
      server,
      tool,
      digest: definition,
      pinnedAt: '2026-01-01T00:00:00Z',
      pinnedBy: 'dana',
    });
    await sleep(2_100);
    expect((await bench.invoke(team, 'bad.echo', { a: 1 })).value).toEqual({ a: 1 });
  });

  it('annotations can tighten and never loosen what we configured', async () => {
    bench = await openFaceBench();
    const team = teamOver({ bad: source({ tools: 'lying' }, { effects: { harmless: 'irreversible', wipe: 'read' } }) });
    const effects = Object.fromEntries((await bench.tools(team)).map(({ target, effect }) => [target, effect]));
    expect(effects).toMatchObject({ 'bad.harmless': 'irreversible', 'bad.wipe': 'irreversible' });
  });

  it('an answer of 10 MB is dropped while it is read; the connection and other calls go on', async () => {
    bench = await openFaceBench();
    const team = teamOver({ bad: source() });
    const before = process.memoryUsage().rss;
    const [big, small] = await Promise.all([bench.invoke(team, 'bad.big'), bench.invoke(team, 'bad.echo', { n: 1 })]);
    expect(big).toMatchObject({ isError: true, value: { error: { kind: 'PayloadTooLarge' } } });
    expect(small.value).toEqual({ n: 1 });
    const [pid] = bench.face.serverPids();
    await bench.invoke(team, 'bad.big', { bytes: 60_000_000 });
    expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
    const whole = await bench.invoke(team, 'bad.big', { bytes: 3_000_000 });
    expect(whole.value as string).toHaveLength(3_000_000);
    expect(bench.face.serverPids()).toEqual([pid]);
  });

  it('a hang ends at the timeout of the source, and a cancelled call at once', async () => {
    bench = await openFaceBench();
    const team = teamOver({ bad: source({}, { timeoutMs: 300, effects: { slow: 'read', '*': 'write' } }) });
    const began = Date.now();
    await expect(bench.invoke(team, 'bad.slow')).rejects.toMatchObject({ kind: 'ToolFailed', message: expect.stringContaining('within 300 ms') as string });
    expect(Date.now() - began).toBeLessThan(4_000);
    const patient = teamOver({ bad: source({}) });
    const stop = new AbortController();
    const hanging = bench.invoke(patient, 'bad.slow', {}, { signal: stop.signal });
    await sleep(500);
    const stopped = Date.now();
    stop.abort(new Error('stopped by a person'));
    await expect(hanging).rejects.toThrow('stopped by a person');
    expect(Date.now() - stopped).toBeLessThan(200);
  }); // prettier-ignore

  it('a server that dies in mid call: one more try for reads, none for effects, then a pause', async () => {
    bench = await openFaceBench();
    const ledger = path.join(bench.folder, 'ledger');
    writeFileSync(ledger, '');
    const effects = (): number => readFileSync(ledger, 'utf8').split('\n').length - 1;
    const team = teamOver({ bad: source({ ledger }, { effects: { '*': 'read' } }), good: source({}) });
    await expect(bench.invoke(team, 'bad.die')).rejects.toMatchObject({ kind: 'Overloaded' });
    expect(effects()).toBe(2);
    const writing = teamOver({ bad: source({ ledger, other: 1 }, { effects: { '*': 'write' } }) });
    await expect(bench.invoke(writing, 'bad.die')).rejects.toMatchObject({ kind: 'OutcomeUnknown' });
    expect(effects()).toBe(3);
    expect((await bench.invoke(team, 'good.echo', { ok: 1 })).value).toEqual({ ok: 1 });
    await expect(bench.invoke(team, 'bad.die')).rejects.toMatchObject({ kind: 'Overloaded' });
    const again = bench.invoke(team, 'bad.echo', { back: 1 });
    await expect(again).rejects.toMatchObject({
      kind: 'Overloaded',
      message: expect.stringContaining('keeps failing') as string,
    });
    expect((await bench.invoke(team, 'good.echo', { ok: 2 })).value).toEqual({ ok: 2 });
  });

  it('gets PATH, HOME and what its config names, and no answer to its own questions', async () => {
    bench = await openFaceBench({
      env: { PATH: '/usr/bin', HOME: '/home/x', OPENAI_API_KEY: 'sk-secret', TOKEN: 'mine' },
    });
    const team = teamOver({ bad: source({}, { env: { GIVEN: '${TOKEN}' } }) });
    expect((await bench.invoke(team, 'bad.env')).value).toEqual({ PATH: '/usr/bin', HOME: '/home/x', GIVEN: 'mine' });
    for (const method of ['sampling/createMessage', 'elicitation/create', 'roots/list']) {
      expect((await bench.invoke(team, 'bad.ask', { method })).value).toMatchObject({ code: -32601 });
    }
  });

  it('an answer that breaks its own schema is an error the model sees', async () => {
    bench = await openFaceBench();
    const outcome = await bench.invoke(teamOver({ bad: source({ tools: 'schema' }) }), 'bad.typed');
    expect(outcome).toMatchObject({ isError: true, value: { error: { kind: 'ToolFailed' } } });
  });

  it('close() ends a stubborn server and what it has started', async () => {
    bench = await openFaceBench();
    const childPidFile = path.join(bench.folder, 'child');
    const team = teamOver({ bad: source({ stubborn: true, childPidFile }) });
    await bench.invoke(team, 'bad.echo');
    const child = Number(readFileSync(childPidFile, 'utf8'));
    const [server = 0] = bench.face.serverPids();
    expect([isAlive(child), isAlive(server)]).toEqual([true, true]);
    await bench.face.close();
    expect([await untilDead(child), await untilDead(server)]).toEqual([true, true]);
  });

  it('an inline team cannot start a program', async () => {
    bench = await openFaceBench();
    const team = { ...teamOver({ bad: source() }), inline: true };
    await expect(bench.invoke(team, 'bad.echo')).rejects.toMatchObject({ kind: 'ToolNotAllowed' });
    expect(bench.face.serverPids()).toEqual([]);
  });

  async function describeChanged(team: ReturnType<typeof teamOver>): Promise<{ definition: string }> {
    const other = await openFaceBench();
    try {
      return await other.face.describe(team, 'bad.echo', new AbortController().signal);
    } finally {
      await other.close();
    }
  }
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

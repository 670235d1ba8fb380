import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pickPorts } from '../../workers/server/free-ports';
import { openFaceBench, type FaceBench } from '../support/tools/face-bench';
import { isAlive, stdio, untilDead } from '../support/tools/mcp-programs';
import { teamOver } from '../support/tools/tool-team';

let bench: FaceBench;
afterEach(() => bench.close());

/** Main file of a server package, as npm installed it. */
function serverFile(name: string): string {
  const manifest = require.resolve(`@modelcontextprotocol/${name}/package.json`);
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: Record<string, string> };
  return path.join(path.dirname(manifest), Object.values(bin)[0] ?? '');
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
    const [port = 0] = await pickPorts(1);
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
    const [port = 0] = await pickPorts(1);
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

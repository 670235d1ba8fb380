import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../contracts/json';
import type { McpToolSource } from '../../contracts/team';
import { openFaceBench, type FaceBench } from '../support/tools/face-bench';
import { isAlive, stdio, untilDead } from '../support/tools/mcp-programs';
import { teamOver } from '../support/tools/tool-team';

let bench: FaceBench;
afterEach(() => bench.close());

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

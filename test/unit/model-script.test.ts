import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readScriptFile, makeScript } from '../../activities/models';
import type { ScriptInput } from '../../activities/models';
import type { ModelReply, ModelRequest } from '../../contracts/model';

const folder = mkdtempSync(path.join(tmpdir(), 'cadre-script-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const request = (over: Partial<ModelRequest> = {}): ModelRequest => ({
  agent: 'scout',
  role: 'agent',
  path: 'agent',
  step: 0,
  messages: [{ role: 'user', parts: [{ kind: 'text', text: 'Which tickets are late?' }] }],
  tools: [],
  maxOutputTokens: 100,
  ...over,
});
const options = { signal: new AbortController().signal, timeoutMs: 200, stream: false };
const ask = (input: ScriptInput, ...requests: ModelRequest[]): Promise<(ModelReply | Error)[]> => {
  const script = makeScript(input);
  return Promise.all(
    requests.map((one) => script.provider.call(one, options).catch((error: unknown) => error as Error)),
  );
};

describe('a scripted model', () => {
  it('chooses by agent, path, role, step and what was said', async () => {
    const script = makeScript({
      calls: [
        { agent: 'chief', reply: { text: 'chief' } },
        { path: 'other', reply: { text: 'path' } },
        { role: 'score', reply: { output: { score: 1 } } },
        { step: 3, reply: { text: 'step' } },
        { match: '/LATE\\?$/i', reply: { text: 'said' } },
      ],
    });
    const say = async (over: Partial<ModelRequest>): Promise<string> =>
      (await script.provider.call(request(over), options)).text;
    expect(await say({})).toBe('said');
    expect(await say({ step: 3 })).toBe('step');
    expect(await say({ role: 'score' })).toBe('{"score":1}');
    expect(await say({ path: 'other' })).toBe('path');
    expect(await say({ agent: 'chief' })).toBe('chief');
    expect(script.verify()).toEqual([]);
  });

  it('gives a retry of a call the same entry, and a call nobody foresaw is a failure', async () => {
    const script = makeScript({ calls: [{ reply: { text: 'one' } }, { reply: { text: 'two' } }] });
    const say = async (step: number): Promise<string> => (await script.provider.call(request({ step }), options)).text;
    expect([await say(0), await say(1), await say(0)]).toEqual(['one', 'two', 'one']);
    await expect(say(2)).rejects.toMatchObject({
      kind: 'InternalError',
      message: expect.stringContaining('step 2') as unknown,
    });
    expect(script.verify()).toEqual([expect.stringContaining('not foreseen')]);
    expect(script.calls.map(({ step, tries, entry }) => [step, tries, entry])).toEqual([
      [0, 1, 0],
      [1, 1, 1],
      [0, 2, 0],
    ]);
  });

  it('reports entries that never came, but not optional ones', async () => {
    const script = makeScript({
      calls: [{ agent: 'nobody' }, { agent: 'ghost', optional: true }, { reply: { text: 'x' } }],
    });
    await script.provider.call(request(), options);
    expect(script.verify()).toEqual([expect.stringContaining('Entry 0 was never used')]);
  });

  it('counts the calls of an agent over its conversations', async () => {
    const calls = [
      { agent: 'scout', call: 2, reply: { text: 'second' } },
      { agent: 'scout', call: 1, reply: { text: 'first' } },
    ];
    const script = makeScript({ calls });
    expect((await script.provider.call(request({ path: 'a' }), options)).text).toBe('first');
    expect((await script.provider.call(request({ path: 'b' }), options)).text).toBe('second');
  });

  it('remembers in its folder what was used, so that it goes on in another process', async () => {
    const state = path.join(folder, 'state');
    const input: ScriptInput = {
      state,
      calls: [{ reply: { text: 'one' }, fault: { kind: '429', times: 1 } }, { reply: { text: 'two' } }],
    };
    await expect(makeScript(input).provider.call(request(), options)).rejects.toMatchObject({ kind: 'RateLimited' });
    expect((await makeScript(input).provider.call(request(), options)).text).toBe('one');
    expect((await makeScript(input).provider.call(request({ step: 1 }), options)).text).toBe('two');
    expect((await makeScript(input).provider.call(request(), options)).text).toBe('one');
    expect(makeScript(input).verify()).toEqual([]);
  });

  it.each([
    ['429', 'RateLimited'],
    ['5xx', 'Overloaded'],
    ['timeout', 'Overloaded'],
    ['truncated', 'Overloaded'],
    ['auth', 'ModelAuth'],
    ['refused', 'ModelRefused'],
    ['overflow', 'ContextOverflow'],
  ] as const)('fails with %s as %s, then answers', async (kind, expected) => {
    const script = makeScript({ calls: [{ reply: { text: 'x' }, fault: { kind, retryAfterMs: 5 } }] });
    await expect(script.provider.call(request(), options)).rejects.toMatchObject({ kind: expected });
    expect((await script.provider.call(request(), options)).text).toBe('x');
  });

  it('can answer malformed, and storm with tool calls', async () => {
    const [malformed] = await ask({ calls: [{ fault: { kind: 'malformed' } }] }, request());
    expect(() => JSON.parse((malformed as ModelReply).text) as unknown).toThrow();
    const [storm] = await ask(
      { calls: [{ reply: { toolCalls: [{ name: 'a' }] }, fault: { kind: 'tool-storm' } }] },
      request(),
    );
    expect((storm as ModelReply).toolCalls).toHaveLength(1_000);
  });

  it('ends at once, with the reason of the signal, when it is aborted', async () => {
    const stop = new AbortController();
    const script = makeScript({ calls: [{ delayMs: 60_000 }] });
    const reason = new Error('stop');
    setTimeout(() => stop.abort(reason), 20);
    await expect(script.provider.call(request(), { ...options, signal: stop.signal })).rejects.toBe(reason);
  });

  it('is read from YAML, and its faults are named without quoting the file', () => {
    const good = path.join(folder, 'good.yaml');
    writeFileSync(good, 'calls:\n  - agent: scout\n    reply: { text: hello }\n');
    expect(readScriptFile(good).calls[0]).toMatchObject({ agent: 'scout', repeat: false });
    const bad = path.join(folder, 'bad.yaml');
    writeFileSync(bad, 'calls:\n  - agnet: secret-word\n');
    expect(() => readScriptFile(bad)).toThrow(/calls\.0/);
    expect(() => readScriptFile(bad)).not.toThrow(/secret-word/);
    expect(() => readScriptFile(path.join(folder, 'absent.yaml'))).toThrow(/cannot be read/);
  });
});

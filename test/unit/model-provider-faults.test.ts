import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { anthropicVendor } from '../../activities/models/anthropic';
import { aiSdkProvider } from '../../activities/models/ai-sdk-provider';
import { isCostly } from '../../activities/models/costly';
import { openaiVendor } from '../../activities/models/openai';
import { openaiCompatibleVendor } from '../../activities/models/openai-compatible';
import { makeRedactor } from '../../activities/redact';
import type { CadreError } from '../../contracts/failures';
import type { ModelCallOptions, ModelReply, ModelRequest } from '../../contracts/model';
import { startModelServer, type ModelServer, type Protocol, type ServerReply } from '../support/model-server';

const key = 'sk-test-0123456789abcdef';
const vendors = { openai: openaiVendor, anthropic: anthropicVendor, 'openai-compatible': openaiCompatibleVendor };
type VendorName = keyof typeof vendors;
const protocols: Record<VendorName, Protocol> = {
  openai: 'openai',
  anthropic: 'anthropic',
  'openai-compatible': 'openai',
};

const request: ModelRequest = {
  agent: 'scout',
  role: 'agent',
  path: 'agent',
  step: 0,
  messages: [
    { role: 'system', parts: [{ kind: 'text', text: 'Be brief.' }] },
    { role: 'user', parts: [{ kind: 'text', text: 'Which tickets are late?' }] },
    { role: 'system', parts: [{ kind: 'text', text: 'Answer now.' }] },
  ],
  tools: [
    { name: 'look_up', description: 'Looks up', input: { type: 'object', properties: { key: { type: 'string' } } } },
  ],
  maxOutputTokens: 200,
};

let server: ModelServer;
afterEach(() => server.close());

/** Sends one request and says how it ended; whatever happened, exactly one request may have left. */
async function ask(
  vendor: VendorName,
  stream: boolean,
  reply: ServerReply,
  options: Partial<ModelCallOptions> = {},
): Promise<ModelReply | CadreError> {
  server = await startModelServer({ protocol: protocols[vendor], script: [reply] });
  const settings = { modelId: 'test-model', apiKey: key, baseUrl: server.baseUrl };
  const provider = aiSdkProvider(vendors[vendor](settings), fetch, makeRedactor({ SOME_KEY: key }));
  const given = { signal: new AbortController().signal, timeoutMs: 5_000, stream, ...options };
  try {
    return await provider.call(request, given);
  } catch (error) {
    return error as CadreError;
  }
}

/** Collects garbage all the time while `work` runs: Node's fetch forgot its abort signal then. */
async function underCollection<T>(work: () => Promise<T>): Promise<T> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const timer = setInterval(() => collect(), 100);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

const wires = (Object.keys(vendors) as VendorName[]).flatMap((vendor) =>
  [true, false].map((stream) => ({ vendor, stream })),
);

describe.each(wires)('$vendor, streamed: $stream', ({ vendor, stream }) => {
  it('gives the text, the usage and the version that answered', async () => {
    const reply = await ask(vendor, stream, { kind: 'text', text: 'AB-1 is late.' });
    expect(reply).toMatchObject({ text: 'AB-1 is late.', toolCalls: [], finish: 'stop' });
    expect(reply).toMatchObject({ usage: { inputTokens: 100, cachedInputTokens: 40, outputTokens: 20 } });
    expect((reply as ModelReply).resolvedModel).toMatch(/^(gpt-test-2026-01-01|claude-test-20260101)$/);
    expect(server.requests).toHaveLength(1);
  });

  it('gives tool calls with their arguments', async () => {
    const calls = [
      { name: 'look_up', args: '{"key":"AB-1"}' },
      { name: 'look_up', args: '{"key":"AB-2"}' },
    ];
    const reply = await ask(vendor, stream, { kind: 'tools', calls });
    expect(reply).toMatchObject({
      finish: 'tool-calls',
      toolCalls: [
        { name: 'look_up', args: { key: 'AB-1' } },
        { name: 'look_up', args: { key: 'AB-2' } },
      ],
    });
  });

  it.each([
    [400, 'ModelRefused'],
    [401, 'ModelAuth'],
    [402, 'ModelAuth'],
    [403, 'ModelAuth'],
    [404, 'ModelAuth'],
    [408, 'Overloaded'],
    [409, 'Overloaded'],
    [413, 'ContextOverflow'],
    [422, 'ModelRefused'],
    [429, 'RateLimited'],
    [500, 'Overloaded'],
    [502, 'Overloaded'],
    [503, 'Overloaded'],
    [529, 'Overloaded'],
  ])('F25, F26: status %i is %s after one request, and costs nothing', async (status, kind) => {
    const failure = await ask(vendor, stream, { kind: 'status', status, message: `Bad key ${key} here` });
    expect(failure).toMatchObject({ name: 'CadreError', kind });
    expect((failure as CadreError).message).not.toContain(key);
    expect(isCostly(failure)).toBe(false);
    expect(server.requests).toHaveLength(1);
  });

  it('F26: a context that is too long is told apart from other refusals', async () => {
    const message = "This model's maximum context length is 128000 tokens";
    expect(await ask(vendor, stream, { kind: 'status', status: 400, message })).toMatchObject({
      kind: 'ContextOverflow',
    });
  });

  it('a quota that is used up is no reason to try again', async () => {
    const reply: ServerReply = {
      kind: 'status',
      status: 429,
      message: 'You exceeded your current quota',
      code: 'insufficient_quota',
    };
    expect(await ask(vendor, stream, reply)).toMatchObject({ kind: 'ModelAuth' });
  });

  it.each([
    [{ 'retry-after': '7' }, 7_000],
    [{ 'retry-after-ms': '250', 'retry-after': '7' }, 250],
    [{ 'retry-after': '100000' }, 120_000],
  ])('F24: the wish %j is kept', async (headers, retryAfterMs) => {
    expect(await ask(vendor, stream, { kind: 'status', status: 429, headers })).toMatchObject({
      kind: 'RateLimited',
      detail: { retryAfterMs },
    });
  });

  it.each([{ kind: 'silent' }, { kind: 'drip', everyMs: 40 }, { kind: 'endless' }] as ServerReply[])(
    'F27: $kind ends at the deadline, closes the socket, and may have cost',
    async (reply) => {
      const began = Date.now();
      const failure = await underCollection(() => ask(vendor, stream, reply, { timeoutMs: 600 }));
      expect(Date.now() - began).toBeLessThan(4_000);
      expect(failure).toMatchObject({ kind: 'Overloaded' });
      expect(isCostly(failure)).toBe(true);
      expect((await server.hungUp(0)) - began).toBeLessThan(4_000);
      expect(server.requests).toHaveLength(1);
    },
  );

  it.each([{ kind: 'silent' }, { kind: 'drip', everyMs: 40 }] as ServerReply[])(
    'F27: cancelling during $kind closes the socket and gives the signal its own reason',
    async (reply) => {
      const stop = new AbortController();
      const reason = new Error('stopped by the test');
      setTimeout(() => stop.abort(reason), 300);
      const began = Date.now();
      expect(await underCollection(() => ask(vendor, stream, reply, { signal: stop.signal, timeoutMs: 60_000 }))).toBe(
        reason,
      );
      expect((await server.hungUp(0)) - began).toBeLessThan(4_000);
    },
  );

  it.each([
    { kind: 'malformed' },
    { kind: 'cut' },
    { kind: 'cut', tool: true },
    { kind: 'no-finish' },
    { kind: 'reset' },
  ] as ServerReply[])('F28: $kind is never an answer', async (reply) => {
    expect(await ask(vendor, stream, reply)).toMatchObject({ name: 'CadreError', kind: 'Overloaded' });
    expect(server.requests).toHaveLength(1);
  });

  it('F28: an answer without content is not an answer', async () => {
    const outcome = await ask(vendor, stream, { kind: 'empty-choices' });
    // Anthropic has no choices: its empty answer is a text that the check of the reply refuses.
    if (vendor === 'anthropic') expect(outcome).toMatchObject({ text: '', toolCalls: [] });
    else expect(outcome).toMatchObject({ kind: 'Overloaded' });
  });

  it('F28: half the arguments of a tool call are never an object', async () => {
    const outcome = await ask(vendor, stream, { kind: 'half-tool' });
    if ('kind' in outcome) expect(outcome.kind).toBe('Overloaded');
    else expect(outcome.toolCalls.every(({ args }) => typeof args === 'string')).toBe(true);
  });

  it('F28: a web page instead of the API names the address as the fault', async () => {
    const failure = await ask(vendor, stream, { kind: 'html' });
    expect(failure).toMatchObject({
      kind: stream ? (expect.stringMatching(/ModelUnavailable|Overloaded/) as unknown) : 'ModelUnavailable',
    });
  });

  it('F29: an answer of more than 10 MB is cut off and not used', async () => {
    const failure = await ask(vendor, stream, { kind: 'huge', bytes: 10_500_000 }, { timeoutMs: 20_000 });
    expect(failure).toMatchObject({ kind: 'MalformedOutput' });
    expect(isCostly(failure)).toBe(true);
  });

  it('keeps the reason of a cut and of a filter apart', async () => {
    expect(await ask(vendor, stream, { kind: 'length', text: 'half' })).toMatchObject({ finish: 'length' });
    await server.close();
    expect(await ask(vendor, stream, { kind: 'filtered' })).toMatchObject({ finish: 'content-filter' });
  });

  it('a redirect is not followed: a key goes only where it was meant to go', async () => {
    const failure = await ask(vendor, stream, { kind: 'redirect', to: 'http://127.0.0.1:9/v1' });
    expect(failure).toMatchObject({ name: 'CadreError' });
    expect(server.requests).toHaveLength(1);
  });
});

describe.each(Object.keys(vendors) as VendorName[])('%s', (vendor) => {
  it('an error inside a stream keeps its meaning', async () => {
    const failure = await ask(vendor, true, { kind: 'stream-error', type: 'rate_limit_error' });
    expect(failure).toMatchObject({ kind: 'RateLimited' });
  });
});

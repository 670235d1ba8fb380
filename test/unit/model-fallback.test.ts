import { pino } from 'pino';
import { makeModelDirectory } from '../../activities/models';
import type { FailureRecord } from '../../contracts/failures';
import type { AgentConfig, ModelConfig } from '../../contracts/team';
import { startModelServer, type ModelServer, type ServerReply } from '../support/model-server';
import { lookUp, openCallBench, type CallBench } from '../support/model-server/call-bench';

const key = 'sk-live-0123456789abcdef';
const run = 'agent/bench/1#first';
let bench: CallBench;
let servers: ModelServer[];
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** An agent whose models are real servers, in this order, each with its script; all of the engine's parts are real. */
async function chain(
  scripts: ServerReply[][],
  agent: Partial<AgentConfig> = {},
  more: Partial<ModelConfig> = {},
): Promise<void> {
  servers = await Promise.all(scripts.map((script) => startModelServer({ protocol: 'openai', script })));
  const entries = Object.fromEntries(
    servers.map(({ baseUrl }, index): [string, ModelConfig] => [
      `m${index}`,
      { provider: 'openai-compatible', model: `model-${index}`, baseUrl, apiKey: '${BENCH_KEY}', ...more },
    ]),
  );
  const env = { BENCH_KEY: key };
  const models = makeModelDirectory({ env, log: pino({ level: 'silent' }) });
  bench = await openCallBench({ models, entries, agent, env, tools: [lookUp] });
  const opened = bench;
  closers.push(() => opened.close(), ...servers.map((server) => () => server.close()));
}
const counts = (): number[] => servers.map(({ requests }) => requests.length);
const failed = (
  call: Promise<unknown>,
): Promise<{ type: string; nonRetryable: boolean; details: [FailureRecord]; message: string }> =>
  call.then(
    () => Promise.reject(new Error('The call did not fail.')),
    (error: unknown) => error as Awaited<ReturnType<typeof failed>>,
  );
const busy: ServerReply = { kind: 'status', status: 503 };
const answer: ServerReply = { kind: 'text', text: 'AB-1 is late.' };

describe('the models of an agent', () => {
  it('sends the key to the server and keeps it out of everything else', async () => {
    await chain([[answer]]);
    const result = await bench.call();
    expect(result.output).toEqual({ inline: 'AB-1 is late.' });
    expect(result.model).toBe('openai-compatible/gpt-test-2026-01-01');
    expect(servers[0]?.requests[0]?.headers['authorization']).toBe(`Bearer ${key}`);
    const audit = JSON.stringify(await bench.store.audit.list(run));
    expect(audit + JSON.stringify(result) + bench.logged.join('')).not.toContain(key);
  });

  it.each([
    [401, 'ModelAuth'],
    [403, 'ModelAuth'],
    [404, 'ModelAuth'],
    [400, 'ModelRefused'],
  ])('F26: status %i is one request and a failure that is not retried', async (status, type) => {
    await chain([[{ kind: 'status', status, message: `The key ${key} is wrong` }]]);
    const failure = await failed(bench.call());
    expect(failure).toMatchObject({ type, nonRetryable: true });
    expect(failure.details[0]).toMatchObject({ kind: type, agent: 'scout', path: 'agent', step: 0, attempt: 1 });
    expect(counts()).toEqual([1]);
    expect(JSON.stringify(failure.details) + failure.message + bench.logged.join('')).not.toContain(key);
    expect((await bench.store.ledger.sum({ run })).calls).toBe(0);
  });

  it('goes to the next model at once when one cannot answer, and says so in the audit', async () => {
    await chain([
      [{ kind: 'status', status: 401 }],
      [{ kind: 'status', status: 400, message: 'maximum context length' }],
      [answer],
    ]);
    const { usage } = await bench.call();
    expect(counts()).toEqual([1, 1, 1]);
    expect(usage.modelCalls).toBe(3);
    const [row] = await bench.store.audit.list(run);
    const body = row?.body as { tries: { model: string; failure: { kind: string } | null }[] };
    expect(body.tries.map(({ model, failure }) => [model, failure?.kind])).toEqual([
      ['m0', 'ModelAuth'],
      ['m1', 'ContextOverflow'],
      ['m2', undefined],
    ]);
  });

  it('F25: an overloaded model is one request per attempt; its successor is asked on the last attempt only', async () => {
    await chain([[busy], [answer]]);
    for (const attempt of [1, 2, 3, 4]) {
      expect(await failed(bench.call({}, { attempt }))).toMatchObject({ type: 'Overloaded', nonRetryable: false });
    }
    expect(counts()).toEqual([4, 0]);
    expect((await bench.call({}, { attempt: 5 })).usage).toMatchObject({
      inputTokens: 100,
      outputTokens: 20,
      modelCalls: 6,
    });
    expect(counts()).toEqual([5, 1]);
  });

  it('F33: when every model is down, the failure names them all and keeps the chain', async () => {
    await chain([[busy], [{ kind: 'status', status: 429 }]]);
    const failure = await failed(bench.call({}, { attempt: 5 }));
    expect(failure).toMatchObject({ type: 'ModelUnavailable', nonRetryable: true });
    expect(failure.details[0]).toMatchObject({ cause: { kind: 'RateLimited', cause: { kind: 'Overloaded' } } });
    expect(counts()).toEqual([1, 1]);
  });

  it('F27: an attempt that ended at its deadline is charged with what was reserved', async () => {
    await chain([[{ kind: 'silent' }, answer]], {}, { timeoutMs: 300 });
    expect(await failed(bench.call())).toMatchObject({ type: 'Overloaded' });
    const { usage } = await bench.call({}, { attempt: 2 });
    expect(usage).toMatchObject({ inputTokens: 1_600, outputTokens: 520, modelCalls: 2, usd: null });
    expect(await bench.store.ledger.sum({ run })).toMatchObject({ calls: 2, inputTokens: 1_600, outputTokens: 520 });
  });

  it('F27, I10: cancelling the activity closes the socket within two seconds', async () => {
    await chain([[{ kind: 'drip', everyMs: 50 }]]);
    const { result, cancel } = bench.start(bench.request());
    setTimeout(cancel, 500);
    const began = Date.now();
    await expect(result).rejects.toMatchObject({ name: 'CancelledFailure' });
    expect(((await servers[0]?.hungUp(0)) ?? Infinity) - began).toBeLessThan(2_000);
    expect((await bench.store.ledger.sum({ run })).calls).toBe(1);
  });

  it('F29: an answer that is too large to read goes to repair and is charged', async () => {
    await chain([[{ kind: 'huge', bytes: 10_500_000 }]]);
    const { problems, usage } = await bench.call();
    expect(problems).toEqual([expect.stringContaining('10 MB')]);
    expect(usage).toMatchObject({ inputTokens: 1_500, outputTokens: 500 });
    expect(counts()).toEqual([1]);
  });

  it('F28: half a tool call becomes a call with a problem and no arguments', async () => {
    await chain([[{ kind: 'half-tool' }]]);
    const { toolCalls } = await bench.call();
    expect(toolCalls).toEqual([
      expect.objectContaining({ args: {}, problem: expect.stringContaining('complete JSON object') as unknown }),
    ]);
  });

  it('a private agent reaches local models only, and nothing is sent elsewhere', async () => {
    await chain([[answer]], { privacy: 'private' });
    const failure = await failed(bench.call());
    expect(failure).toMatchObject({ type: 'ModelUnavailable', nonRetryable: true });
    expect(failure.message).toContain('private');
    expect(counts()).toEqual([0]);
    await Promise.all(closers.splice(0).map((close) => close()));
    await chain([[answer]], { privacy: 'private' }, { locality: 'local' });
    expect((await bench.call()).output).toEqual({ inline: 'AB-1 is late.' });
  });

  it('the price of the team is charged, cached tokens at theirs', async () => {
    await chain([[answer]], {}, { usdPerMillionTokens: { input: 10, cachedInput: 1, output: 100 } });
    expect((await bench.call()).usage.usd).toBeCloseTo((60 * 10 + 40 * 1 + 20 * 100) / 1_000_000, 12);
  });
});

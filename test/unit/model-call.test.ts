import { makeScript, type Script } from '../../activities/models/scripted';
import type { ScriptInput } from '../../activities/models/script';
import { CancelledFailure } from '@temporalio/common';
import { lookUp, openCallBench, type CallBench, type CallBenchOptions } from '../support/model-server/call-bench';

let bench: CallBench;
afterEach(() => bench.close());

async function scripted(calls: ScriptInput['calls'], options: Partial<CallBenchOptions> = {}): Promise<Script> {
  const script = makeScript({ calls });
  const resolve = () => Promise.resolve({ provider: script.provider, config: { provider: 'scripted' as const } });
  bench = await openCallBench({ models: { resolve }, ...options });
  return script;
}
const run = 'agent/bench/1#first';

describe('callModel', () => {
  it('asks the model once and leaves result, segment, audit, ledger and envelopes behind', async () => {
    const script = await scripted([{ agent: 'scout', match: 'late', reply: { text: 'AB-1 is late.' } }]);
    const result = await bench.call();
    expect(result.output).toEqual({ inline: 'AB-1 is late.' });
    expect(result.model).toBe('scripted/script');
    expect(result.usage).toMatchObject({ usd: 0, modelCalls: 1 });
    expect(result.untrusted).toBeNull();
    expect(script.calls).toHaveLength(1);
    const thread = await bench.store.threads.loadThread(result.head);
    expect(thread.map(({ body }) => body.reply)).toEqual([{ output: { inline: 'AB-1 is late.' } }]);
    expect((await bench.store.audit.list(run)).map(({ action }) => action)).toEqual(['model-call']);
    expect(await bench.store.verifyAudit(run)).toMatchObject({ ok: true });
    expect((await bench.store.ledger.sum({ run })).calls).toBe(1);
    const messages = await bench.store.messages.list(run);
    expect(messages.map(({ type, sender, recipient }) => [type, sender, recipient]).sort()).toEqual([
      ['result', 'scout', 'dana'],
      ['task_assignment', 'dana', 'scout'],
    ]);
    expect(messages.map(({ id }) => id)).toContain(result.messageId);
    expect(script.verify()).toEqual([]);
  });

  it('F01, F04: a finished call is found again and not repeated; another run asks anew', async () => {
    const script = await scripted([{ reply: { text: 'once' }, repeat: true }]);
    const first = await bench.call();
    const again = await bench.call({ reservedTokens: 9 }, { attempt: 2 });
    expect(again).toEqual(first);
    expect(script.calls).toHaveLength(1);
    await bench.call({}, { runId: 'run-2' });
    expect(script.calls).toHaveLength(2);
  });

  it('F01: an attempt that left no trace is charged with what was reserved for it', async () => {
    await scripted([{ reply: { text: 'x' }, usage: { inputTokens: 10, outputTokens: 5 } }]);
    const { usage } = await bench.call({}, { attempt: 3 });
    expect(usage).toMatchObject({ inputTokens: 10 + 2 * 1_500, outputTokens: 5 + 2 * 500, modelCalls: 3 });
    expect(await bench.store.ledger.sum({ run })).toMatchObject({ calls: 3, inputTokens: 3_010, outputTokens: 1_005 });
  });

  it('an attempt that failed in good order is not charged as lost', async () => {
    await scripted([
      {
        reply: { text: 'x' },
        fault: { kind: '429', retryAfterMs: 7_000 },
        usage: { inputTokens: 10, outputTokens: 5 },
      },
    ]);
    const failure = (await bench.call().catch((error: unknown) => error)) as Record<string, unknown>;
    expect(failure).toMatchObject({ type: 'RateLimited', nonRetryable: false });
    expect(failure['nextRetryDelay']).toBeGreaterThanOrEqual(7_000);
    expect(failure['nextRetryDelay']).toBeLessThanOrEqual(7_700);
    const { usage } = await bench.call({}, { attempt: 2 });
    expect(usage).toMatchObject({ inputTokens: 10, outputTokens: 5, modelCalls: 2 });
    expect((await bench.store.audit.list(run)).map(({ action }) => action)).toEqual([
      'model-call-failed',
      'model-call',
    ]);
  });

  it('F31: unknown tools, bad arguments and calls beyond the cap are kept apart, counted and audited', async () => {
    const calls = [
      { name: 'look_up', args: { key: 'AB-1' } },
      { name: 'delete_all', args: {} },
      { name: 'look_up', args: { key: 7 } },
      { name: 'look_up', args: 'half a call' },
      ...Array.from({ length: 996 }, () => ({ name: 'look_up', args: { key: 'AB-1' } })),
    ];
    await scripted([{ reply: { toolCalls: calls } }], { tools: [lookUp] });
    const { toolCalls = [], droppedCalls, output } = await bench.call();
    expect(output).toBeUndefined();
    expect(toolCalls).toHaveLength(16);
    expect(droppedCalls).toBe(984);
    expect(toolCalls[0]).toMatchObject({ tool: 'tickets.look_up', effect: 'read', definition: 'sha256:definition' });
    expect(toolCalls.filter(({ problem }) => problem).map(({ ordinal }) => ordinal)).toEqual([1, 2, 3]);
    expect(toolCalls[1]).toMatchObject({ tool: null, effect: 'irreversible' });
    const actions = (await bench.store.audit.list(run)).map(({ action }) => action);
    expect(actions).toEqual([
      'model-call',
      'tool-call-refused',
      'tool-call-refused',
      'tool-call-refused',
      'tool-calls-dropped',
    ]);
  });

  it('F30: an answer of the wrong shape is a problem with its cost, and the repair sees it', async () => {
    const output = { type: 'object', properties: { late: { type: 'array' } }, required: ['late'] };
    await scripted(
      [
        { step: 0, reply: { output: { late: 'AB-1' } } },
        { step: 1, match: '/could not be used.*late: /s', reply: { text: 'Here:\n```json\n{"late":["AB-1"]}\n```' } },
      ],
      { agent: { output } },
    );
    const bad = await bench.call();
    expect(bad.output).toBeUndefined();
    expect(bad.problems).toEqual([expect.stringContaining('late: ')]);
    expect(bad.said).toEqual({ inline: '{"late":"AB-1"}' });
    expect(bad.usage.outputTokens).toBeGreaterThan(0);
    const good = await bench.call({
      step: 1,
      parent: bad.head,
      delta: [{ kind: 'repair', problems: bad.problems ?? [] }],
    });
    expect(good.output).toEqual({ inline: { late: ['AB-1'] } });
  });

  it.each([
    ['length', 'cut off'],
    ['stop', 'empty'],
  ] as const)('F28: a reply that ended with %s and no answer is a problem, not an answer', async (finish, word) => {
    await scripted([{ reply: { text: finish === 'length' ? 'half an ans' : '  ', finish } }]);
    const { output, problems } = await bench.call();
    expect(output).toBeUndefined();
    expect(problems).toEqual([expect.stringContaining(word)]);
  });

  it('F29: a large answer becomes a body of the store, and the result stays small', async () => {
    await scripted([{ reply: { text: 'x'.repeat(400_000) } }]);
    const result = await bench.call();
    expect(JSON.stringify(result).length).toBeLessThan(10_240);
    const { output } = result;
    if (!output || !('blob' in output)) throw new Error('The answer is inline.');
    const { rootWorkflowId, rootFirstRunId } = bench.request().run;
    const own = bench.store.blobs.ofRun(`${rootWorkflowId}#${rootFirstRunId}`);
    expect(JSON.parse(await own.getText(output.blob))).toHaveLength(400_000);
  });

  it('I8: what is untrusted stays so along the thread', async () => {
    await scripted([{ repeat: true, reply: { text: 'ok' } }]);
    const mail = await bench.store.untrusted.union([], ['mail:1']);
    const web = await bench.store.untrusted.union([], ['web:a', 'web:b']);
    const material = (label: string, untrusted: typeof mail) => ({
      kind: 'material' as const,
      label,
      from: 'x',
      body: { inline: 'y' },
      untrusted,
    });
    const first = await bench.call({ delta: [material('one', mail)] });
    const second = await bench.call({ step: 1, parent: first.head, delta: [material('two', web)] });
    const third = await bench.call({ step: 2, parent: second.head, delta: [{ kind: 'note', text: 'go on' }] });
    expect(third.untrusted).toMatchObject({ count: 3, sample: ['mail:1', 'web:a', 'web:b'] });
  });

  it('I10: cancelling ends the call and says what it may have cost', async () => {
    await scripted([{ reply: { text: 'late' }, delayMs: 60_000 }]);
    const { result, cancel, beats } = bench.start(bench.request());
    setTimeout(cancel, 900);
    const began = Date.now();
    const failure: unknown = await result.catch((error: unknown) => error);
    expect(Date.now() - began).toBeLessThan(2_000);
    expect(failure).toBeInstanceOf(CancelledFailure);
    expect((failure as CancelledFailure).details).toEqual([
      { usage: expect.objectContaining({ inputTokens: 1_500, outputTokens: 500 }) as unknown },
    ]);
    expect(beats.length).toBeGreaterThanOrEqual(2);
    expect(beats[0]).toBeGreaterThanOrEqual(350);
  });

  it('I10: the kill switch ends a call in flight, without a word from Temporal', async () => {
    await scripted([{ reply: { text: 'late' }, delayMs: 60_000 }]);
    const { result } = bench.start(bench.request());
    setTimeout(() => void bench.store.killSwitch.kill('agent:scout', 'dana', 'test', 'now'), 300);
    const began = Date.now();
    await expect(result).rejects.toMatchObject({ type: 'AgentDisabled', nonRetryable: true });
    expect(Date.now() - began).toBeLessThan(2_000);
    await expect(bench.call({ step: 5 })).rejects.toMatchObject({ type: 'AgentDisabled' });
  });

  it('a missing transcript is its own failure, and an unknown agent names those there are', async () => {
    await scripted([{ reply: { text: 'x' } }]);
    await expect(bench.call({ parent: `sha256:${'0'.repeat(64)}`, step: 1 })).rejects.toMatchObject({
      type: 'TranscriptMissing',
      nonRetryable: true,
    });
    await expect(bench.call({ agent: 'nobody' })).rejects.toMatchObject({
      type: 'UnknownAgent',
      message: expect.stringContaining('scout') as unknown,
    });
  });
});

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { limits } from '../../contracts/limits';
import { FaultLab, modelKey, type EndedRun, type FaultRequest } from '../support/faults/fault-lab';
import { onEveryWire } from '../support/faults/wires';
import { until } from '../support/harness';
import type { ServerReply } from '../support/model-server';

// Fault matrix, rows F24–F27 and F33: what a provider can do to a run. The oracle is the request log of the HTTP server.

let lab: FaultLab;
beforeAll(async () => {
  lab = await FaultLab.start();
});
afterAll(() => lab.close());

const answer: ServerReply = { kind: 'text', text: 'AB-1 is late.' };
const status = (code: number, headers: Record<string, string> = {}, message = 'It failed'): ServerReply => {
  return { kind: 'status', status: code, headers, message };
};
const soon = { 'retry-after-ms': '50' };
const gaps = (requests: readonly FaultRequest[]): number[] =>
  requests.slice(1).map(({ receivedAt }, index) => receivedAt - (requests[index]?.receivedAt ?? 0));
const openMs = ({ receivedAt, closedAt }: FaultRequest): number => (closedAt ?? Infinity) - receivedAt;
const asked = ({ requests }: EndedRun): string[] => requests.map(({ agent, model }) => `${agent} ${model}`);

/** What the engine told Temporal to wait before the last attempt, in milliseconds. */
async function lastDelayMs(workflowId: string): Promise<number> {
  const [, seconds] = /"nextRetryDelay": *"([\d.]+)s"/.exec(await lab.cadre.historyJson(workflowId)) ?? [];
  return Number(seconds) * 1000;
}

it('F24 a 429 storm: Retry-After is kept, with jitter (the circuit breaker is not part of this)', async () => {
  const delays: number[] = [];
  await onEveryWire(async (wire) => {
    const storm = [status(429, { 'retry-after': '2' }), status(429, { 'retry-after': '2' }), answer];
    const runs = await Promise.all([1, 2, 3].map(() => lab.run(wire, storm, { agent: 'writer' })));
    for (const { workflowId, requests, result } of runs) {
      expect(result).toMatchObject({ status: 'completed', output: 'AB-1 is late.' });
      expect(requests).toHaveLength(3);
      for (const gap of gaps(requests)) {
        expect(gap).toBeGreaterThanOrEqual(2_000);
        expect(gap).toBeLessThan(5_000);
      }
      delays.push(await lastDelayMs(workflowId));
    }
  });
  expect(delays).toHaveLength(12);
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(2_000);
  expect(Math.max(...delays)).toBeLessThanOrEqual(2_200);
  expect(new Set(delays).size).toBeGreaterThan(6);
});

it('F24 a 429 storm without end costs at most 5 requests a run', async () => {
  await onEveryWire(async (wire) => {
    const runs = await Promise.all([1, 2].map(() => lab.run(wire, [status(429, soon)], { agent: 'writer' })));
    expect(runs.flatMap(({ requests }) => requests)).toHaveLength(10);
    for (const { failure } of runs)
      expect(failure).toMatchObject({ kind: 'ModelUnavailable', attempt: 5, cause: { kind: 'RateLimited' } });
  });
});

it('F25 500, 502, 503 and 529: 5 requests, the configured attempts, by one owner', async () => {
  expect(limits.modelAttempts).toBe(5);
  await onEveryWire(async (wire) => {
    const faults = [status(500, soon), status(502, soon), status(503), status(529, soon)];
    const runs = await Promise.all(faults.map((fault) => lab.run(wire, [fault], { agent: 'writer' })));
    expect(runs.map(({ requests }) => requests.length)).toEqual([5, 5, 5, 5]);
    for (const { failure, result } of runs) {
      expect(failure).toMatchObject({ kind: 'ModelUnavailable', agent: 'writer', step: 0, attempt: 5 });
      expect(failure?.cause).toMatchObject({ kind: 'Overloaded', retryable: true });
      expect(result).toMatchObject({ status: 'failed', usage: { inputTokens: 0, outputTokens: 0, modelCalls: 5 } });
    }
    const mended = await lab.run(wire, [status(500, soon), answer], { agent: 'writer' });
    expect(mended.requests).toHaveLength(2);
    expect(mended.result).toMatchObject({ status: 'completed', usage: { inputTokens: 100, outputTokens: 20 } });
  });
});

it('F26 401, 403, 404 and a context that is too long: 1 request, typed, the key nowhere on record', async () => {
  const words = `The key ${modelKey} does not do`;
  const overflow = `maximum context length is 8000 tokens; your key is ${modelKey}`;
  const faults = [status(401, {}, words), status(403, {}, words), status(404, {}, words), status(400, {}, overflow)];
  await onEveryWire(async (wire) => {
    const runs = await Promise.all(faults.map((fault) => lab.run(wire, [fault], { agent: 'writer' })));
    expect(runs.map(({ requests }) => requests.length)).toEqual([1, 1, 1, 1]);
    expect(runs.map(({ failure }) => failure?.kind)).toEqual([
      'ModelAuth',
      'ModelAuth',
      'ModelAuth',
      'ContextOverflow',
    ]);
    for (const { failure, workflowId, requests } of runs) {
      expect(failure).toMatchObject({ retryable: false, agent: 'writer', step: 0, attempt: 1 });
      expect(JSON.stringify(requests[0]?.headers)).toContain(modelKey);
      const history = await lab.historyTexts(workflowId);
      expect(history.includes('[redacted]')).toBe(true);
      expect(history.includes('You are agent writer.')).toBe(true);
      expect(history.includes(modelKey)).toBe(false);
      const audit = JSON.stringify(await lab.audit(workflowId));
      expect(audit.includes('model-call-failed')).toBe(true);
      expect(audit.includes(modelKey)).toBe(false);
    }
  });
  const { home } = lab.cadre.config;
  const kept = ['cadre.db', 'cadre.db-wal'].map((file) => readFileSync(path.join(home, file), 'latin1')).join('');
  expect(kept.includes('model-call-failed')).toBe(true);
  expect(kept.includes(modelKey)).toBe(false);
});

it('F27 no answer, a slow drip and an endless stream end at their deadline, socket closed, tokens charged', async () => {
  const faults: ServerReply[] = [{ kind: 'silent' }, { kind: 'drip', everyMs: 40 }, { kind: 'endless' }];
  await onEveryWire(async (wire) => {
    const once = faults.map((fault) => lab.run(wire, [fault, answer], { agent: 'hasty' }));
    const forGood = lab.run(wire, [{ kind: 'silent' }], { agent: 'hasty' });
    for (const { requests, result } of await Promise.all(once)) {
      expect(result).toMatchObject({ status: 'completed', output: 'AB-1 is late.' });
      expect(requests).toHaveLength(2);
      expect(requests.map((request) => openMs(request) < 2_500)).toEqual([true, false]);
      expect(openMs(requests[0] as FaultRequest)).toBeGreaterThan(500);
      // 500 tokens of answer were reserved for the attempt that gave none; the other one used 100 and 20.
      expect(result.usage).toMatchObject({ outputTokens: 520, modelCalls: 2 });
      expect(result.usage.inputTokens).toBeGreaterThan(1_500);
    }
    const { requests, failure, result } = await forGood;
    expect(requests).toHaveLength(5);
    expect(requests.every((request) => openMs(request) < 2_500)).toBe(true);
    expect(failure).toMatchObject({ kind: 'ModelUnavailable', attempt: 5, cause: { kind: 'Overloaded' } });
    expect(result.usage).toMatchObject({ outputTokens: 2_500, modelCalls: 5 });
  });
});

it('F27 stopping a run that waits for an answer closes the socket within 2 seconds and charges the call', async () => {
  await onEveryWire(async (wire) => {
    const faults: ServerReply[] = [{ kind: 'silent' }, { kind: 'drip', everyMs: 40 }];
    const runs = await Promise.all(faults.map((fault) => lab.start(wire, [fault], { agent: 'writer' })));
    for (const run of runs) {
      const { handle, requests } = run;
      await until(10_000, 'the request', () => Promise.resolve(requests.length === 1));
      const stoppedAt = Date.now();
      await handle.executeUpdate('stop', { args: [{ by: 'dana' }] });
      const { result } = await run.ended();
      expect(result).toMatchObject({ status: 'cancelled', usage: { outputTokens: 500, modelCalls: 1 } });
      expect(requests).toHaveLength(1);
      expect((requests[0]?.closedAt ?? Infinity) - stoppedAt).toBeLessThan(2_000);
    }
  });
});

it('F33 a model that is down for good: the next of the list answers', async () => {
  await onEveryWire(async (wire) => {
    const [busy, closed] = await Promise.all(
      [status(503, soon), status(401)].map((fault) =>
        lab.run(wire, ({ model }) => (model === 'main-1' ? fault : answer), { agent: 'twin' }),
      ),
    );
    expect(asked(busy as EndedRun)).toEqual([...Array<string>(5).fill('twin main-1'), 'twin spare-1']);
    expect(asked(closed as EndedRun)).toEqual(['twin main-1', 'twin spare-1']);
    for (const run of [busy, closed])
      expect(run?.result).toMatchObject({ status: 'completed', output: 'AB-1 is late.', steps: 1 });
  });
});

it('F33 no model of an agent answers: its fallback agent takes over, and the failure stays on record', async () => {
  await onEveryWire(async (wire) => {
    const run = await lab.run(wire, ({ model }) => (model === 'main-1' ? status(503, soon) : answer), {
      agent: 'leaning',
    });
    expect(asked(run)).toEqual([...Array<string>(5).fill('leaning main-1'), 'deputy spare-1']);
    expect(run.result).toMatchObject({ status: 'completed', from: 'deputy', output: 'AB-1 is late.' });
    expect(run.result.failures).toMatchObject([
      { kind: 'ModelUnavailable', agent: 'leaning', step: 0, attempt: 5, cause: { kind: 'Overloaded' } },
    ]);
  });
});

it('F33 nobody answers: a typed failure whose whole chain is readable at the root, also out of a child', async () => {
  await onEveryWire(async (wire) => {
    const stages = [{ agent: 'teller' }, { agent: 'leaning', isolate: true }];
    const run = await lab.run(wire, ({ agent }) => (agent === 'teller' ? answer : status(503, soon)), {
      pattern: 'pipeline',
      stages,
    });
    expect(asked(run)).toEqual([
      'teller main-1',
      ...Array<string>(5).fill('leaning main-1'),
      ...Array<string>(5).fill('deputy spare-1'),
    ]);
    const deputy = { agent: 'deputy', step: 0, attempt: 5 };
    const leaning = { agent: 'leaning', step: 0, attempt: 5 };
    expect(run.failure).toMatchObject({
      kind: 'ModelUnavailable',
      ...deputy,
      cause: {
        kind: 'Overloaded',
        ...deputy,
        cause: { kind: 'ModelUnavailable', ...leaning, cause: { kind: 'Overloaded', ...leaning } },
      },
    });
    expect(run.result).toMatchObject({ status: 'failed', usage: { modelCalls: 11, outputTokens: 20 } });
  });
});

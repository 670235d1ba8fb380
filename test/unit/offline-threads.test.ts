import { setTimeout as wait } from 'node:timers/promises';
import { offlineProvider } from '../../activities/models/offline';
import { answerRequest } from '../../activities/models/offline/answer-request';
import { bounds } from '../../activities/models/offline/bounds';
import { EngineThreads } from '../../activities/models/offline/engine-threads';
import type { ModelMessage, ModelRequest } from '../../contracts/model';
import { object, requestOf, string, strings } from './offline-support';

const limits = { threads: 1, waiting: 1, idleMs: 30_000, heapMb: 512 };
const never = new AbortController().signal;
const findings = object({
  items: {
    type: 'array',
    items: object({
      id: string(),
      title: string(),
      people: strings(),
      date: string(),
      quote: string(),
      cites: strings(),
    }),
  },
  total: { type: 'integer' },
});

/** Pages of a list of loans: about 440 characters a record, all of them different. */
function requestOfSize(records: number): ModelRequest {
  const page = (from: number): ModelMessage['parts'][number] => ({
    kind: 'tool-result',
    id: `call${from}`,
    name: 'list_loans',
    isError: false,
    untrusted: [],
    value: { total: records, items: Array.from({ length: 100 }, (_, at) => loan(from + at)) },
  });
  const pages = Array.from({ length: records / 100 }, (_, at) => page(at * 100));
  const request = requestOf('Report what was lent.', [], {
    maxOutputTokens: 24_000,
    output: { name: 'findings', schema: findings },
  });
  return { ...request, messages: [...request.messages, { role: 'tool', parts: pages }] };
}

function loan(number: number) {
  const reader = ['Ada Holm', 'Bo Lind', 'Cleo Marr'][number % 3] ?? '';
  return {
    id: `LOAN-${number}`,
    title: `Book ${number * 7} of shelf ${number % 41}`,
    reader,
    status: number % 2 === 0 ? 'open' : 'returned',
    lentAt: `2026-03-${String(1 + (number % 28)).padStart(2, '0')}T10:00:00Z`,
    body: `${reader} took volume ${number} on the way home. It follows LOAN-${number - 1}, which is overdue. The desk decided to wait ${number % 9} days before it writes a reminder to the reader.`,
    place: { room: `Room ${number % 5}`, desk: `D${number % 12}` },
  };
}

/** The longest time in which nothing else could run, while the work went on; in milliseconds. */
async function longestGap(work: () => Promise<unknown>): Promise<number> {
  let [last, worst] = [performance.now(), 0];
  const look = (): void => {
    const now = performance.now();
    worst = Math.max(worst, now - last - 10);
    last = now;
  };
  const timer = setInterval(look, 10);
  await work();
  look();
  clearInterval(timer);
  return worst;
}

describe('the offline engine on large requests', () => {
  const large = requestOfSize(4_000);

  it('answers in a thread, with the same bytes, and the event loop goes on', async () => {
    let inline = '';
    const blocked = await longestGap(async () => Promise.resolve((inline = answerRequest(large).text)));
    // Else the test would tell nothing.
    expect(blocked).toBeGreaterThan(250);
    expect(JSON.stringify(large.messages).length).toBeGreaterThan(bounds.inlineChars);
    let answer = '';
    let gap = Infinity;
    // Other programs may hold up a round; the engine in this thread would hold up all of them.
    for (let round = 0; round < 4 && gap >= 250; round++)
      gap = await longestGap(async () => {
        const options = { signal: never, timeoutMs: 60_000, stream: false };
        answer = (await offlineProvider.call(large, options)).text;
      });
    expect(gap).toBeLessThan(250);
    expect(answer).toBe(inline);
  });

  it('grows with the records and not with their square', () => {
    const timed = (request: ModelRequest): number => {
      const before = process.cpuUsage();
      answerRequest(request);
      return process.cpuUsage(before).user;
    };
    const [small, big] = [requestOfSize(1_000), requestOfSize(8_000)];
    const fastest = (request: ModelRequest): number => Math.min(...[1, 2].map(() => timed(request)));
    // Eight times the records; the square would be 64 times the time.
    expect(fastest(big) / fastest(small)).toBeLessThan(24);
  });

  it('gives up at once when the call is cancelled, and answers the next one', async () => {
    const threads = new EngineThreads(limits);
    const stop = new AbortController();
    const cancelled = threads.answer(large, stop.signal);
    const queued = threads.answer(large, stop.signal);
    await wait(50);
    const before = performance.now();
    stop.abort(new Error('stopped by a person'));
    await expect(cancelled).rejects.toThrow('stopped by a person');
    await expect(queued).rejects.toThrow('stopped by a person');
    expect(performance.now() - before).toBeLessThan(250);
    expect(threads.size).toBe(0);
    const { text } = await threads.answer(requestOfSize(100), never);
    expect(text).toContain('LOAN-');
  });

  it('has no more threads and no longer queue than it may', async () => {
    const threads = new EngineThreads({ ...limits, idleMs: 20 });
    const asked = [threads.answer(requestOfSize(100), never), threads.answer(requestOfSize(100), never)];
    expect(threads.size).toBe(1);
    await expect(threads.answer(requestOfSize(100), never)).rejects.toMatchObject({ kind: 'Overloaded' });
    const [first, second] = await Promise.all(asked);
    expect(first?.text).toBe(second?.text);
    await wait(200);
    expect(threads.size).toBe(0);
  });

  it('fails alone when a request needs more memory than a thread may have', async () => {
    const threads = new EngineThreads({ ...limits, heapMb: 24 });
    await expect(threads.answer(requestOfSize(8_000), never)).rejects.toMatchObject({ kind: 'Overloaded' });
    expect(threads.size).toBe(0);
  });
});

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../contracts/json';
import type { HttpToolSource } from '../../contracts/team';
import { openFaceBench, type FaceBench } from '../support/tools/face-bench';
import { teamOver } from '../support/tools/tool-team';

interface Seen {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}
let bench: FaceBench;
let server: Server;
let seen: Seen[] = [];
let answer: (request: Seen, response: ServerResponse) => void;

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const one = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
      seen.push(one);
      answer(one, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  bench = await openFaceBench({ env: { TOKEN: 's3cret-token' }, answerBytes: 50_000 });
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await bench.close();
});
beforeEach(() => {
  seen = [];
  answer = (_request, response) => response.setHeader('content-type', 'application/json').end('{"ok":true}');
});

const input = (...names: string[]): JsonObject => ({
  type: 'object',
  properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
  additionalProperties: false,
});
function team(timeoutMs = 5_000) {
  const source: HttpToolSource = {
    kind: 'http',
    zone: 'external',
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
    headers: { authorization: 'Bearer ${TOKEN}' },
    effects: { 'get_*': 'read', create_issue: 'write', '*': 'read' },
    timeoutMs,
    operations: {
      get_issue: { method: 'get', path: '/issues/{key}', description: 'One issue', input: input('key', 'expand') },
      create_issue: {
        method: 'POST',
        path: 'issues',
        description: 'Makes one',
        input: input('title'),
        keyHeader: 'Idempotency-Key',
      },
    },
  };
  return teamOver({ tickets: source });
}
const failureOf = (promise: Promise<unknown>): Promise<{ kind?: string; message?: string }> =>
  promise.then(
    () => ({}),
    (error: { kind: string; message: string }) => error,
  );

describe('an HTTP tool source', () => {
  it('fills path, query, body, headers and key', async () => {
    const got = await bench.invoke(team(), 'tickets.get_issue', { key: 'A/../B?x', expand: 'all' });
    expect(got).toEqual({ value: { ok: true }, isError: false, sources: ['tickets.get_issue'] });
    await bench.invoke(team(), 'tickets.create_issue', { title: 'T' }, { idempotencyKey: 'key-1' });
    expect(seen.map(({ method, url, body }) => [method, url, body])).toEqual([
      ['GET', '/api/issues/A%2F..%2FB%3Fx?expand=all', ''],
      ['POST', '/api/issues', '{"title":"T"}'],
    ]);
    expect(seen[0]?.headers).toMatchObject({ authorization: 'Bearer s3cret-token' });
    expect(seen[1]?.headers).toMatchObject({ 'idempotency-key': 'key-1' });
    expect(bench.face.takesKey(team(), 'tickets.create_issue')).toBe(true);
    expect(bench.face.takesKey(team(), 'tickets.get_issue')).toBe(false);
  });

  it('sends nothing for arguments that do not fit or would leave the path', async () => {
    expect(await failureOf(bench.invoke(team(), 'tickets.get_issue', { key: '..' }))).toMatchObject({
      kind: 'ToolFailed',
    });
    expect(await failureOf(bench.invoke(team(), 'tickets.get_issue', { other: 'x' }))).toMatchObject({
      kind: 'ToolFailed',
    });
    expect(seen).toHaveLength(0);
  });

  it('follows no redirect', async () => {
    answer = (_request, response) => response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end();
    const outcome = await bench.invoke(team(), 'tickets.get_issue', { key: 'A' });
    expect(outcome).toMatchObject({ isError: true });
    expect(JSON.stringify(outcome.value)).toContain('is not followed');
    expect(seen).toHaveLength(1);
  });

  it('refusals are results, overload is retryable, an effect that may have happened is unknown', async () => {
    const status = (code: number, headers = {}) => (_request: Seen, response: ServerResponse) => void response.writeHead(code, headers).end('{"why":"no"}');
    answer = status(403);
    expect(await bench.invoke(team(), 'tickets.get_issue', { key: 'A' })).toMatchObject({ isError: true, value: { error: { kind: 'ToolFailed' } } });
    answer = status(429, { 'retry-after': '7' });
    expect(await failureOf(bench.invoke(team(), 'tickets.get_issue', { key: 'A' }))).toMatchObject({ kind: 'RateLimited', detail: { retryAfterMs: 7000 } });
    answer = status(500);
    expect(await failureOf(bench.invoke(team(), 'tickets.get_issue', { key: 'A' }))).toMatchObject({ kind: 'Overloaded' });
    expect(await failureOf(bench.invoke(team(), 'tickets.create_issue', { title: 'T' }))).toMatchObject({ kind: 'OutcomeUnknown' });
    answer = (request) => void request.headers; // never answers
    expect(await failureOf(bench.invoke(team(150), 'tickets.get_issue', { key: 'A' }))).toMatchObject({ kind: 'ToolFailed' });
    expect(await failureOf(bench.invoke(team(150), 'tickets.create_issue', { title: 'T' }))).toMatchObject({ kind: 'OutcomeUnknown' });
  }); // prettier-ignore

  it('stops reading an answer at the cap', async () => {
    answer = (_request, response) => {
      const more = (): void => {
        while (response.writable && response.write('x'.repeat(10_000)));
        response.once('drain', more);
      };
      more();
    };
    const outcome = await bench.invoke(team(), 'tickets.get_issue', { key: 'A' });
    expect(outcome).toMatchObject({ isError: true, value: { error: { kind: 'PayloadTooLarge' } } });
  });

  it('names a missing variable and never its value; an inline team may call no host of its own', async () => {
    const bare = await openFaceBench({ env: {} });
    try {
      const failure = await failureOf(bare.invoke(team(), 'tickets.get_issue', { key: 'A' }));
      expect(failure.message).toContain('needs the variable TOKEN');
      const inline = { ...team(), inline: true };
      expect(await failureOf(bench.invoke(inline, 'tickets.get_issue', { key: 'A' }))).toMatchObject({
        kind: 'ToolNotAllowed',
      });
      expect(seen).toHaveLength(0);
    } finally {
      await bare.close();
    }
  });
});

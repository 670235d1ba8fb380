import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { anthropicWire } from './anthropic-wire';
import { openaiWire } from './openai-wire';
import { defaultUsage, type Answered, type ServerReply, type Wire, type WireEvent } from './replies';

export type Protocol = 'openai' | 'anthropic';

/** One request that reached the server: the oracle outside the engine. */
export interface SeenRequest {
  url: string;
  headers: Record<string, string>;
  /** Parsed JSON. */
  body: Record<string, unknown>;
  receivedAt: number;
  /** When the client hung up before the answer was complete; null when it did not. */
  closedAt: number | null;
}

export interface ModelServer {
  /** Base URL as a client of the protocol takes it. */
  baseUrl: string;
  requests: SeenRequest[];
  /** Resolves when the n-th request (from 0) has been hung up on. */
  hungUp(n: number): Promise<number>;
  close(): Promise<void>;
}

export interface ModelServerOptions {
  protocol: Protocol;
  /** One reply per request, in order; the last one serves all that follow. */
  script: readonly ServerReply[] | ((request: SeenRequest, n: number) => ServerReply);
}

/**
 * A real HTTP server on loopback that speaks a model vendor's protocol, streamed when the request asks for it, and
 * misbehaves as scripted.
 */
export async function startModelServer({ protocol, script }: ModelServerOptions): Promise<ModelServer> {
  const wire = protocol === 'openai' ? openaiWire : anthropicWire;
  const requests: SeenRequest[] = [];
  const server = createServer((incoming, response) => {
    void readBody(incoming).then((body) => {
      const seen: SeenRequest = {
        url: incoming.url ?? '',
        headers: Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])),
        body: JSON.parse(body || '{}') as Record<string, unknown>,
        receivedAt: Date.now(),
        closedAt: null,
      };
      const n = requests.push(seen) - 1;
      response.on('close', () => {
        if (!response.writableFinished) seen.closedAt = Date.now();
      });
      response.on('error', () => undefined);
      const reply = typeof script === 'function' ? script(seen, n) : script[Math.min(n, script.length - 1)];
      if (!reply) throw new Error('The model server has no reply.');
      void serve(reply, wire, seen.body['stream'] === true, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    hungUp: (n) => untilClosed(requests, n),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function serve(reply: ServerReply, wire: Wire, stream: boolean, response: ServerResponse): Promise<void> {
  switch (reply.kind) {
    case 'silent':
      return;
    case 'reset':
      response.destroy();
      return;
    case 'redirect':
      response.writeHead(307, { location: reply.to }).end();
      return;
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>Please log in</body></html>');
      return;
    case 'status':
      return sendStatus(reply, wire, response);
    case 'malformed':
      return sendMalformed(stream, response);
    case 'drip':
      return drip(reply.everyMs, wire, stream, response);
    case 'endless':
      return flood(wire, stream, response);
    case 'cut':
      return cut(reply.tool === true, wire, stream, response);
    case 'stream-error':
      begin(stream, response);
      write(response, firstEvents(wire, 'half an'));
      write(response, [wire.streamError(reply.type)]);
      response.end();
      return;
    default:
      send(answerOf(reply), wire, stream, response);
  }
}

type Plain = Extract<
  ServerReply,
  { kind: 'text' | 'tools' | 'no-finish' | 'half-tool' | 'empty-choices' | 'huge' | 'length' | 'filtered' }
>;

function answerOf(reply: Plain): Answered {
  const plain: Answered = { text: '', calls: [], finish: 'stop', usage: defaultUsage };
  switch (reply.kind) {
    case 'text':
      return { ...plain, text: reply.text, usage: reply.usage ?? defaultUsage };
    case 'tools':
      return { ...plain, text: reply.text ?? '', calls: reply.calls, finish: 'tools' };
    case 'no-finish':
      return { ...plain, text: 'It seems whole', finish: null };
    case 'half-tool':
      return { ...plain, calls: [{ name: 'look_up', args: '{"key": "AB-' }], finish: 'tools' };
    case 'empty-choices':
      return { ...plain, empty: true };
    case 'huge':
      return { ...plain, text: 'x'.repeat(reply.bytes) };
    case 'length':
      return { ...plain, text: reply.text, finish: 'length' };
    case 'filtered':
      return { ...plain, text: 'I cannot', finish: 'filtered' };
  }
}

function send(answer: Answered, wire: Wire, stream: boolean, response: ServerResponse): void {
  begin(stream, response);
  if (!stream) response.end(JSON.stringify(wire.whole(answer)));
  else {
    write(response, wire.events(answer));
    response.end();
  }
}

function begin(stream: boolean, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': stream ? 'text/event-stream' : 'application/json' });
}

function write(response: ServerResponse, events: readonly WireEvent[]): void {
  for (const { event, data } of events) response.write(`${event ? `event: ${event}\n` : ''}data: ${data}\n\n`);
}

function sendStatus(reply: Extract<ServerReply, { kind: 'status' }>, wire: Wire, response: ServerResponse): void {
  const { status, message = 'It failed', code, headers = {}, body } = reply;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body ?? JSON.stringify(wire.error(status, message, code)));
}

function sendMalformed(stream: boolean, response: ServerResponse): void {
  begin(stream, response);
  response.end(
    stream ? 'data: {"choices": [{"delta"\n\ndata: [DONE]\n\n' : '{"choices": [{"message": {"content": "half',
  );
}

/** The events up to and with the first piece of text. */
function firstEvents(wire: Wire, text: string): WireEvent[] {
  const events = wire.events({ text, calls: [], finish: null, usage: defaultUsage });
  const textAt = events.findIndex(({ data }) => data.includes(text.slice(0, Math.ceil(text.length / 2))));
  return events.slice(0, textAt + 1);
}

async function drip(everyMs: number, wire: Wire, stream: boolean, response: ServerResponse): Promise<void> {
  begin(stream, response);
  const pieces = stream ? firstEvents(wire, 'ab') : [];
  write(response, pieces);
  while (!response.destroyed) {
    if (stream) write(response, pieces.slice(-1));
    else response.write(' ');
    await pause(everyMs);
  }
}

async function flood(wire: Wire, stream: boolean, response: ServerResponse): Promise<void> {
  begin(stream, response);
  const pieces = stream ? firstEvents(wire, 'ab'.repeat(500)) : [];
  write(response, pieces);
  while (!response.destroyed) {
    if (stream) write(response, Array.from({ length: 8 }, () => pieces.slice(-1)).flat());
    else response.write(' '.repeat(20_000));
    await pause(10);
  }
}

async function cut(tool: boolean, wire: Wire, stream: boolean, response: ServerResponse): Promise<void> {
  begin(stream, response);
  if (!stream) response.write('{"choices": [{"message": {"content": "half an ans');
  else {
    const calls = tool ? [{ name: 'look_up', args: '{"key": "AB-' }] : [];
    const events = wire.events({ text: tool ? '' : 'half an answer', calls, finish: 'stop', usage: defaultUsage });
    write(response, events.slice(0, 3));
  }
  await pause(30);
  response.destroy();
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

async function untilClosed(requests: readonly SeenRequest[], n: number): Promise<number> {
  for (let waited = 0; waited < 10_000; waited += 10) {
    const closedAt = requests[n]?.closedAt ?? null;
    if (closedAt !== null) return closedAt;
    await pause(10);
  }
  throw new Error(`Request ${n} was not hung up on within 10 seconds.`);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

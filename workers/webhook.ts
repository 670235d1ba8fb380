import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Logger } from 'pino';

import { eventFault, eventLimits, type EventRequest, isEventSubject, type PublishedEvent } from '../contracts/event';
import { CadreError, failures } from '../contracts/failures';
import { readCloudEvent } from './read-cloud-event';
import { RecentDeliveries } from './webhook-recent';
import { secretVariable } from './webhook-secrets';
import { verifySignature } from './webhook-signature';

export interface WebhookOptions {
  port: number;
  /** `127.0.0.1` unless said otherwise; TLS and the way in from outside are a proxy's. */
  host?: string;
  /** The keys that a delivery to this team may be signed with. */
  keysOf: (team: string) => Promise<Buffer[]>;
  /** Names of the teams that take events. */
  teams: () => Promise<readonly string[]>;
  publish: (event: EventRequest) => Promise<PublishedEvent>;
  log: Logger;
  now?: () => Date;
}

export interface Webhook {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  close(): Promise<void>;
}

interface Answer {
  status: number;
  body: { eventId: string; workflowId: string; duplicate: boolean } | { error: string };
  headers?: Record<string, string>;
}

const bodyBytesMax = eventLimits.eventBytes;
const connectionsMax = 256;
const inFlightMax = 64;
const requestWithinMs = 15_000;

/**
 * Takes signed events over HTTP: `POST /events/<team>` for CloudEvents, `POST /events/<team>/<subject>` for any JSON. The
 * signature is checked before anything of the body is looked at, and nothing is ever taken without one (I9).
 */
export async function startWebhook(options: WebhookOptions): Promise<Webhook> {
  await checkSecrets(options);
  const recent = new RecentDeliveries();
  let inFlight = 0;
  const server = createServer((request, response) => {
    const busy = inFlight >= inFlightMax;
    inFlight += 1;
    const answer = busy ? Promise.resolve(failed(503, 'Too much at once; send it again', later)) : take(options, recent, request); // prettier-ignore
    void answer
      .catch((error: unknown) => answerTo(error, options.log))
      .then((one) => send(request, response, one))
      .finally(() => (inFlight -= 1));
  });
  server.requestTimeout = requestWithinMs;
  server.headersTimeout = requestWithinMs;
  server.maxConnections = connectionsMax;
  server.maxHeadersCount = 64;
  const { host = '127.0.0.1', port } = options;
  await listen(server, host, port);
  const { address, port: bound, family } = server.address() as AddressInfo;
  return { url: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`, close: () => close(server) };
}

async function take(options: WebhookOptions, recent: RecentDeliveries, request: IncomingMessage): Promise<Answer> {
  const [first, team, subject, ...rest] = pathOf(request);
  if (first !== 'events' || !team || rest.length > 0) return failed(404, 'Events go to /events/<team>, or /events/<team>/<subject>'); // prettier-ignore
  if (request.method !== 'POST') return failed(405, 'Events are sent with POST', { allow: 'POST' });
  const body = await bodyOf(request);
  if (!body) return failed(413, `An event has at most ${bodyBytesMax} bytes`);
  const nowMs = (options.now?.() ?? new Date()).getTime();
  const header = (name: string): string | undefined => oneOf(request.headers[name]);
  const given = { id: header('webhook-id'), timestamp: header('webhook-timestamp'), signature: header('webhook-signature') }; // prettier-ignore
  const verdict = verifySignature(await keysFor(options, team), given, body, nowMs);
  if (!verdict.ok) return failed(401, verdict.reason);
  if (!(await options.teams()).includes(team)) return failed(404, `There is no team "${team}" here that takes events`);
  if (subject !== undefined && !isEventSubject(subject)) return failed(400, `"${subject}" is no subject`);
  const event = readCloudEvent({
    body,
    contentType: header('content-type'),
    attribute: (name) => header(`ce-${name}`),
    defaults: { id: verdict.id, source: 'webhook', ...(subject === undefined ? {} : { subject }) },
  });
  const fault = eventFault({ ...event });
  if (fault !== undefined) return failed(400, `The event ${fault}`);
  // In binary mode the attributes are headers, which the signature does not cover: the id must be the signed one.
  if (header('ce-specversion') !== undefined && event.id !== verdict.id) {
    return failed(400, 'In binary mode the ce-id must be the webhook-id, since only that is signed');
  }
  // What is not signed, team and subject among it, may not change from one delivery of an id to the next.
  if (!recent.admit(verdict.id, JSON.stringify([team, event]), nowMs)) {
    return failed(409, `The webhook-id ${verdict.id} came before with another event`);
  }
  const published = await options.publish({ team, ...event });
  return { status: published.duplicate ? 200 : 202, body: published };
}

/** Without a secret nothing could ever be taken: said at the start, and not to each sender. */
async function checkSecrets({ keysOf, teams }: WebhookOptions): Promise<void> {
  for (const team of ['', ...(await teams())]) if ((await keysOf(team)).length > 0) return;
  throw new CadreError(
    'InvalidInput',
    `The webhook has no secret, and takes nothing that is not signed: set ${secretVariable}, or write webhook.secret into the folder of keys (CADRE_KEYS_DIR).`,
  );
}

/** A secret that cannot be read is no fault of the sender, and nothing to tell them. */
async function keysFor({ keysOf }: WebhookOptions, team: string): Promise<Buffer[]> {
  try {
    return await keysOf(team);
  } catch (cause) {
    throw new Error(`The secret of the webhook of ${team} cannot be used.`, { cause });
  }
}

function pathOf({ url = '/' }: IncomingMessage): string[] {
  try {
    return (url.split('?')[0] ?? '').split('/').slice(1).map(decodeURIComponent);
  } catch {
    return [];
  }
}

const oneOf = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

/** The body, or undefined as soon as it is too long: the rest is not read. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > bodyBytesMax) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Left early, the iterator would tear the connection down before the answer is written.
  const read = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  for await (const chunk of read) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const later = { 'retry-after': '5' };

function failed(status: number, sentence: string, headers?: Record<string, string>): Answer {
  return { status, body: { error: `${sentence}.` }, ...(headers ? { headers } : {}) };
}

/** Mistakes of the sender are told; what is wrong here is a matter of our log. */
function answerTo(error: unknown, log: Logger): Answer {
  if (CadreError.is(error) && error.kind === 'InvalidInput') return { status: 400, body: { error: error.message } };
  log.error({ err: error }, 'An event came over the webhook and could not be published.');
  const passes = !CadreError.is(error) || failures[error.kind].retryable;
  return failed(passes ? 503 : 500, 'The event could not be published; send it again later', later);
}

function send(request: IncomingMessage, response: ServerResponse, { status, body, headers }: Answer): void {
  if (response.destroyed) return;
  // An unread rest must not be taken for the next request.
  const unread = request.complete ? {} : { connection: 'close' };
  response.writeHead(status, { 'content-type': 'application/json', ...unread, ...headers });
  response.end(`${JSON.stringify(body)}\n`);
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, host, resolve);
    });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    throw new CadreError(
      'InvalidInput',
      `The webhook cannot listen on ${host} port ${port} (${code}); choose another.`,
    );
  }
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 1_000).unref();
  });
}

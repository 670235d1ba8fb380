import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it arrived, and whether its entry was new. */
export interface LedgerRequest {
  key: string;
  run: string;
  entry: string;
  attempt: number;
}

/**
 * The world outside, on which effects are counted: it takes entries over HTTP, each key once, as a service with
 * idempotency keys does. It knows nothing of Cadre, so what it has is what has really happened.
 */
export interface Ledger {
  url: string;
  requests: LedgerRequest[];
  /** Entries by key. */
  entries: Map<string, LedgerRequest>;
  /** What it waits for holds a request back before, or after, its entry is made. */
  before: (request: LedgerRequest) => Promise<void> | void;
  after: (request: LedgerRequest) => Promise<void> | void;
  close(): Promise<void>;
}

export async function startLedger(): Promise<Ledger> {
  const nothing = (): void => undefined;
  const close = (): Promise<void> => Promise.resolve();
  const ledger: Ledger = { url: '', requests: [], entries: new Map(), before: nothing, after: nothing, close };
  const server = createServer((request, response) => {
    void take(ledger, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ledger.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  ledger.close = () =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return ledger;
}

async function take(ledger: Ledger, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { entry, run } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { entry: string; run: string };
  const key = String(request.headers['idempotency-key'] ?? `no key ${ledger.requests.length}`);
  const attempt = ledger.requests.filter((earlier) => earlier.key === key).length + 1;
  const seen = { key, run, entry, attempt };
  ledger.requests.push(seen);
  await ledger.before(seen);
  if (response.destroyed) return;
  if (!ledger.entries.has(key)) ledger.entries.set(key, seen);
  await ledger.after(seen);
  if (response.destroyed) return;
  response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ entered: entry }));
}

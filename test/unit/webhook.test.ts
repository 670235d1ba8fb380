import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import type { EventRequest, PublishedEvent } from '../../contracts/event';
import { CadreError } from '../../contracts/failures';
import { startWebhook, type Webhook, type WebhookOptions } from '../../workers/webhook';
import { makeWebhookSecrets } from '../../workers/webhook-secrets';
import { webhookKeys } from '../../workers/webhook-signature';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8G';
const key = Buffer.from(secret.slice(6), 'base64');
const folder = mkdtempSync(path.join(tmpdir(), 'cadre-webhook-'));
const published: EventRequest[] = [];
let away = false;
let webhook: Webhook;

/** Published as Temporal does it: the second time under an id, it is a duplicate. */
function publish(event: EventRequest): Promise<PublishedEvent> {
  if (away) return Promise.reject(new Error('Temporal does not answer'));
  const eventId = event.id ?? '';
  const duplicate = published.some((one) => one.id === eventId && one.team === event.team);
  if (!duplicate) published.push(event);
  return Promise.resolve({ eventId, workflowId: `publish/${event.team}/${eventId}`, duplicate });
}
const options: WebhookOptions = {
  port: 0,
  keysOf: makeWebhookSecrets({ env: { CADRE_WEBHOOK_SECRET: secret }, keysDir: folder }),
  teams: () => Promise.resolve(['release', 'support']),
  publish,
  log: pino({ level: 'silent' }),
};
beforeAll(async () => {
  webhook = await startWebhook(options);
});
afterAll(async () => {
  await webhook.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  published.length = 0;
  away = false;
});

let ids = 0;
interface Delivery {
  id?: string;
  timestamp?: number;
  body?: string;
  with?: Buffer;
  headers?: Record<string, string>;
}
/** Signs by hand, in the words of Standard Webhooks. */
function signed({ id = `msg_${(ids += 1)}`, timestamp = Math.floor(Date.now() / 1000), body = '{"pr":7}', ...more }: Delivery) {
  const signature = createHmac('sha256', more.with ?? key).update(`${id}.${timestamp}.${body}`).digest('base64');
  const headers = { 'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': `v1,${signature}`, ...more.headers };
  return { method: 'POST', body, headers };
} // prettier-ignore
async function post(where: string, delivery: Delivery = {}, change: RequestInit = {}) {
  const response = await fetch(`${webhook.url}${where}`, { ...signed(delivery), ...change });
  return { status: response.status, ...((await response.json()) as Partial<PublishedEvent> & { error?: string }) };
}

describe('the webhook', () => {
  it('takes any JSON under a subject; the webhook-id is the id, and twice is once', async () => {
    expect(await post('/events/release/acme.events.pr.merged', { id: 'msg_a' })).toEqual({
      status: 202,
      eventId: 'msg_a',
      workflowId: 'publish/release/msg_a',
      duplicate: false,
    });
    expect(await post('/events/release/acme.events.pr.merged', { id: 'msg_a' })).toMatchObject({ status: 200, duplicate: true });
    expect(published).toEqual([{ team: 'release', subject: 'acme.events.pr.merged', id: 'msg_a', source: 'webhook', data: { pr: 7 } }]);
  }); // prettier-ignore

  it('takes CloudEvents in structured mode', async () => {
    const body = JSON.stringify({ specversion: '1.0', id: 'ce-1', source: '/ci', type: 'acme.events.ci.failure', subject: 'main', correlationid: 'c', data: { job: 9 } }); // prettier-ignore
    const headers = { 'content-type': 'application/cloudevents+json; charset=utf-8' };
    expect(await post('/events/release', { body, headers })).toMatchObject({ status: 202, eventId: 'ce-1' });
    expect(published).toEqual([{ team: 'release', subject: 'acme.events.ci.failure', id: 'ce-1', source: '/ci', subjectKey: 'main', correlationId: 'c', data: { job: 9 } }]); // prettier-ignore
  });

  it('takes CloudEvents in binary mode when their id is the signed one', async () => {
    const headers = { 'ce-specversion': '1.0', 'ce-type': 'acme.events.x', 'ce-source': '/ci', 'ce-id': 'msg_binary' };
    expect(await post('/events/release', { id: 'msg_binary', headers })).toMatchObject({ status: 202 });
    expect(published).toEqual([{ team: 'release', subject: 'acme.events.x', id: 'msg_binary', source: '/ci', data: { pr: 7 } }]); // prettier-ignore
    expect(await post('/events/release', { id: 'another', headers })).toMatchObject({ status: 400, error: /only that is signed/ }); // prettier-ignore
  });

  it.each([
    ['no signature', {}, { headers: { 'content-type': 'application/json' } }],
    ['another key', { with: Buffer.alloc(32, 1) }, {}],
    ['a changed body', {}, { body: '{"pr":8}' }],
    ['an old time', { timestamp: Math.floor(Date.now() / 1000) - 301 }, {}],
    ['a time to come', { timestamp: Math.floor(Date.now() / 1000) + 302 }, {}],
    ['another id', { headers: { 'webhook-id': 'msg_forged' } }, {}],
    ['a time that is none', { headers: { 'webhook-timestamp': '1e9' } }, {}],
    ['a short signature', { headers: { 'webhook-signature': 'v1,AAAA' } }, {}],
    ['another version', { headers: { 'webhook-signature': 'v2,AAAA' } }, {}],
  ] as [string, Delivery, RequestInit][])('I9: answers 401 for %s, and publishes nothing', async (_what, delivery, change) => {
    for (const team of ['release', 'nobody']) {
      const answer = await post(`/events/${team}/acme.events.x`, delivery, change);
      expect(answer).toMatchObject({ status: 401, error: expect.stringMatching(/\.$/) as string });
    }
    expect(published).toEqual([]);
  }); // prettier-ignore

  it('takes one good signature among several, as while a key is replaced', async () => {
    const { headers } = signed({ id: 'msg_two' });
    const two = { ...headers, 'webhook-signature': `v1,${'A'.repeat(43)}= ${headers['webhook-signature']}` };
    expect(await post('/events/release/acme.events.x', { id: 'msg_two' }, { headers: two })).toMatchObject({ status: 202 });
  }); // prettier-ignore

  it('a recorded delivery opens nothing else: another subject or team under its id is refused', async () => {
    const recorded = { id: 'msg_rec' };
    expect(await post('/events/release/acme.events.x', recorded)).toMatchObject({ status: 202 });
    expect(await post('/events/release/acme.events.y', recorded)).toMatchObject({ status: 409 });
    expect(await post('/events/support/acme.events.x', recorded)).toMatchObject({ status: 409 });
    expect(published).toHaveLength(1);
  });

  it.each([
    ['/events/nobody/acme.events.x', {}, 404, /no team "nobody"/],
    ['/elsewhere', {}, 404, /Events go to/],
    ['/events/release', {}, 400, /name the subject in the address/],
    ['/events/release/acme.*', {}, 400, /no subject/],
    ['/events/release/$JS.API.INFO', {}, 400, /no subject/],
    ['/events/release', { body: '{"specversion":"0.3","id":"x","source":"/","type":"a.b"}', headers: { 'content-type': 'application/cloudevents+json' } }, 400, /only 1.0/],
    ['/events/release', { body: 'text', headers: { 'content-type': 'application/cloudevents+json' } }, 400, /not a JSON object/],
    ['/events/release', { body: '[]', headers: { 'content-type': 'application/cloudevents-batch+json' } }, 400, /one by one/],
  ] as [string, Delivery, number, RegExp][])('says what is wrong with %s', async (where, delivery, status, error) => {
    expect(await post(where, delivery)).toMatchObject({ status, error: expect.stringMatching(error) as string });
    expect(published).toEqual([]);
  }); // prettier-ignore

  it('I5: answers 413 for too much, announced or not, without reading it all', async () => {
    const body = JSON.stringify('x'.repeat(300_000));
    expect(await post('/events/release/acme.events.x', { body })).toMatchObject({ status: 413 });
    const answer = await new Promise<string>((resolve) => {
      const { hostname, port } = new URL(webhook.url);
      const socket = connect({ host: hostname, port: Number(port) });
      socket.on('data', (chunk: Buffer) => (resolve(chunk.toString()), socket.destroy()));
      socket.on('error', () => undefined);
      socket.write('POST /events/release/a.b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
      for (let n = 0; n < 30; n += 1) socket.write(`2710\r\n${'y'.repeat(10_000)}\r\n`);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('answers 405 for anything but POST, and 503 when the event cannot be published now', async () => {
    const got = await fetch(`${webhook.url}/events/release`);
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST']);
    away = true;
    expect(await post('/events/release/acme.events.x', { id: 'msg_later' })).toMatchObject({ status: 503 });
    away = false;
    expect(await post('/events/release/acme.events.x', { id: 'msg_later' })).toMatchObject({ status: 202 });
  });

  it('reads secrets of teams from the folder of keys, each time anew', async () => {
    const own = Buffer.alloc(32, 7);
    writeFileSync(path.join(folder, 'webhook-support.secret'), `whsec_${own.toString('base64')}\n`);
    expect(await post('/events/support/acme.events.x')).toMatchObject({ status: 401 });
    expect(await post('/events/support/acme.events.x', { with: own })).toMatchObject({ status: 202 });
    expect(await post('/events/release/acme.events.x', { with: own })).toMatchObject({ status: 401 });
    writeFileSync(path.join(folder, 'webhook-support.secret'), 'short');
    expect(await post('/events/support/acme.events.x', { with: own })).toEqual({ status: 503, error: 'The event could not be published; send it again later.' }); // prettier-ignore
  });

  it('does not start without a secret, with a short one, or on a port that is taken', async () => {
    const keysDir = path.join(folder, 'none');
    const start = (env: Record<string, string>, port = 0) =>
      startWebhook({ ...options, port, keysOf: makeWebhookSecrets({ env, keysDir }) });
    await expect(start({})).rejects.toMatchObject({ kind: 'InvalidInput', message: /nothing that is not signed/ });
    await expect(start({ CADRE_WEBHOOK_SECRET: 'whsec_c2hvcnQ=' })).rejects.toThrow('less than 24 bytes');
    await expect(start({ CADRE_WEBHOOK_SECRET: secret }, Number(new URL(webhook.url).port))).rejects.toThrow('EADDRINUSE');
    expect(() => webhookKeys(' ')).toThrow(CadreError);
  }); // prettier-ignore
});

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { openStore, type Store, type StoredEvent } from '../../activities/stores';
import { publishEvent } from '../../client';
import type { EventRequest } from '../../contracts/event';
import { type NatsBridge, startNatsBridge } from '../../workers/nats-bridge';
import { connectNats, type Nats } from '../../workers/nats-bridge-connect';
import { startOutboxRelay } from '../../workers/outbox-relay';
import { makeNatsSender } from '../../workers/outbox-relay-nats';
import { Harness, until } from '../support/harness';
import { findNats, startNats, type NatsServer } from '../support/nats';
import { NatsWire } from '../support/nats-wire';

const found = findNats();
const log = pino({ level: process.env['CADRE_TEST_LOG'] ?? 'silent' });
const apiChanged =
  '{\n"endpoint": "/api/v2/analytics",\n"change_type": "breaking",\n"old_schema": "...",\n"new_schema": "...",\n"migration_guide": "..."\n}';

/** What was started, by Temporal's own word. */
interface Started {
  workflowId: string;
  input: EventRequest;
}

if ('missing' in found) {
  // Named in the report of the tests, never passed over in silence.
  describe.skip(`NATS bridge: ${found.missing}`, () => it('was not run', () => undefined));
} else {
  describe('the NATS bridge, with a real nats-server', () => {
    let server: NatsServer;
    let harness: Harness;
    let folder: string;
    let nats: Nats;
    let store: Store;
    let wire: NatsWire;
    const open: { close(): Promise<void> }[] = [];

    beforeAll(async () => {
      server = await startNats(found);
      harness = await Harness.start({ withoutWorker: true });
    });
    afterAll(async () => {
      await harness.close();
      await server.stop();
    });
    beforeEach(async () => {
      folder = mkdtempSync(path.join(tmpdir(), 'cadre-nats-case-'));
      nats = await connectNats({ env: { NATS_URL: server.url } });
      store = await openStore({ file: path.join(folder, 'cadre.db') });
      wire = await NatsWire.open(server.url);
    });
    afterEach(async () => {
      for (const one of open.splice(0).reverse()) await one.close();
      wire.close();
      for await (const { config } of nats.manager.streams.list()) await nats.manager.streams.delete(config.name);
      await nats.connection.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    });

    /** Each case has teams of its own, since workflow ids are the teams'. */
    const team = (name: string, eventPrefix = `p${path.basename(folder).slice(-6).toLowerCase()}`) => ({ name: `${path.basename(folder).slice(-6).toLowerCase()}-${name}`, eventPrefix }); // prettier-ignore
    const bridge = async (teams: { name: string; eventPrefix: string }[], publish?: typeof publishNow): Promise<NatsBridge> => {
      const origin = await store.outbox.origin('origin-1');
      const one = await startNatsBridge({ nats, store, teams, origin, log, publish: publish ?? publishNow });
      open.push(one);
      return one;
    }; // prettier-ignore
    const publishNow = (event: EventRequest) => publishEvent(harness.client, event);
    const relay = async (eventPrefixes: string[]): Promise<void> => {
      const send = makeNatsSender({ nats, store, eventPrefixes, origin: await store.outbox.origin('origin-1'), log });
      open.push(await startOutboxRelay({ outbox: store.outbox, send, log, everyMs: 50 }));
    };
    /** The runs of a team as the server lists them, which takes it a moment. */
    const startedOf = async (name: string): Promise<Started[]> => {
      const runs: Started[] = [];
      const query = `WorkflowId STARTS_WITH 'publish/${name}/'`;
      for await (const { workflowId } of harness.client.workflow.list({ query })) {
        const { events } = await harness.client.workflow.getHandle(workflowId).fetchHistory();
        const payload = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]?.data;
        runs.push({ workflowId, input: JSON.parse(Buffer.from(payload ?? '').toString()) as EventRequest });
      }
      return runs;
    };
    const untilStarted = (name: string, count: number): Promise<Started[]> =>
      // A pull that was open when a bridge was closed may have taken the message: it comes again after 30 s.
      until(50_000, `${count} runs of ${name}`, async () => {
        const runs = await startedOf(name);
        return runs.length >= count ? runs : undefined;
      });
    const unacknowledged = async ({ places }: NatsBridge): Promise<number> => {
      const [place] = places;
      const info = await nats.manager.consumers.info(place?.stream ?? '', place?.consumer ?? '');
      return info.num_ack_pending + info.num_pending;
    };
    const event = (id: string, prefix: string, name: string, more: Partial<StoredEvent> = {}): StoredEvent => ({
      team: name,
      id,
      subject: `${prefix}.events.pr.merged`,
      source: 'agent:backend',
      subjectKey: 'pr-7',
      data: { pr: 7 },
      correlationId: 'c-1',
      causationId: null,
      hops: 2,
      untrusted: false,
      publishedBy: 'agent:backend',
      at: new Date().toISOString(),
      ...more,
    });

    it('wraps what a plain `nats pub` sends, and names it by its place in the stream', async () => {
      const one = team('plain', 'genbrain');
      const running = await bridge([one]);
      expect(running.places[0]?.stream).toBe('CADRE_EVENTS_GENBRAIN');
      await wire.pub('genbrain.events.api.contract-changed', apiChanged);
      const [run] = await untilStarted(one.name, 1);
      expect(run?.input).toMatchObject({
        team: one.name,
        subject: 'genbrain.events.api.contract-changed',
        data: JSON.parse(apiChanged) as object,
        source: 'nats:CADRE_EVENTS_GENBRAIN',
        id: expect.stringMatching(/^CADRE_EVENTS_GENBRAIN-1-\d{19}$/) as string,
      });
      expect(await store.events.get(one.name, run?.input.id ?? '')).toMatchObject({ publishedBy: 'nats', untrusted: true });
      await until(5_000, 'the acknowledgement', async () => (await unacknowledged(running)) === 0);
    }); // prettier-ignore

    it('takes a text, bytes and CloudEvents of both modes; one id is one run', async () => {
      const one = team('modes');
      const subject = `${one.eventPrefix}.events.ci.failure`;
      await bridge([one]);
      await wire.pub(subject, 'the build is red');
      const cloud = { specversion: '1.0', id: 'ce-1', source: '/ci', type: 'other', subject: 'main', data: { job: 9 } };
      await wire.pub(subject, JSON.stringify(cloud));
      await wire.pub(subject, JSON.stringify(cloud));
      await nats.jetstream.publish(subject, Buffer.from([0xff, 0xfe]), { msgID: 'bytes-1' });
      const runs = await untilStarted(one.name, 3);
      const inputs = Object.fromEntries(runs.map(({ input }) => [JSON.stringify(input.data), input]));
      expect(Object.keys(inputs)).toHaveLength(3);
      expect(inputs['"the build is red"']).toBeDefined();
      expect(inputs['{"job":9}']).toMatchObject({ id: 'ce-1', source: '/ci', subject, subjectKey: 'main' });
      expect(inputs['{"contentType":"","base64":"//4="}']).toMatchObject({ id: 'bytes-1' });
    });

    it('is acknowledged only once the run is started: what fails comes again, and once', async () => {
      const one = team('again');
      let failures = 0;
      const flaky = (request: EventRequest) => {
        if (failures < 2) {
          failures += 1;
          return Promise.reject(new Error('Temporal is away'));
        }
        return publishNow(request);
      };
      const running = await bridge([one], flaky);
      await wire.pub(`${one.eventPrefix}.events.x`, '1');
      await untilStarted(one.name, 1);
      expect(failures).toBe(2);
      await until(5_000, 'the acknowledgement', async () => (await unacknowledged(running)) === 0);
      expect(await startedOf(one.name)).toHaveLength(1);
    });

    it('what is published while no bridge runs is taken by the next one', async () => {
      const one = team('durable');
      await (await bridge([one])).close();
      await wire.pub(`${one.eventPrefix}.events.x`, '"while away"');
      expect(await startedOf(one.name)).toEqual([]);
      await bridge([one]);
      const [run] = await untilStarted(one.name, 1);
      expect(run?.input.data).toBe('while away');
    });

    it('makes what is no event a dead letter and goes on', async () => {
      const one = team('poison');
      const running = await bridge([one]);
      await wire.pub(`${one.eventPrefix}.events.x`, '{"specversion":"1.0","id":"","source":"/s","type":"t","data":1}');
      await wire.pub(`${one.eventPrefix}.events.x`, '"good"');
      await untilStarted(one.name, 1);
      const [letter] = await store.deadLetters.list({ team: one.name });
      expect(letter).toMatchObject({ consumer: 'nats-bridge', reason: /has id that is no text/, state: 'open' });
      await until(5_000, 'nothing left', async () => (await unacknowledged(running)) === 0);
    });

    it('mirrors what agents publish: plain JSON for a subscriber, a CloudEvent in the headers, no echo', async () => {
      const [one, other] = [team('out'), team('other')];
      await bridge([one, other]);
      await relay([one.eventPrefix]);
      await wire.sub(`${one.eventPrefix}.events.>`);
      await store.events.record(event('out-1', one.eventPrefix, one.name));
      const [, headers = '', body] = await wire.sees(/HMSG \S+ \d+ (?:\S+ )?\d+ \d+\r\n([^]*?)\r\n\r\n(.*)\r\n/);
      expect(body).toBe('{"pr":7}');
      for (const line of ['Nats-Msg-Id: out-1', 'ce-id: out-1', `ce-type: ${one.eventPrefix}.events.pr.merged`, 'ce-subject: pr-7', 'ce-hops: 2', 'ce-correlationid: c-1']) expect(headers).toContain(line); // prettier-ignore
      // The other team of this store has subscribed to the same prefix and gets it; the publisher does not, once more.
      const [run] = await untilStarted(other.name, 1);
      expect(run?.input).toMatchObject({ id: 'out-1', subjectKey: 'pr-7', hops: 2, correlationId: 'c-1' });
      await until(5_000, 'an empty outbox', async () => (await store.outbox.pending()).length === 0);
      await wire.pub(`${one.eventPrefix}.events.last`, '"last"');
      expect((await untilStarted(one.name, 1)).map(({ input }) => input.data)).toEqual(['last']);
    });

    it('sends nothing outside the prefix of the team: a subject is no way to the NATS server', async () => {
      const one = team('jail');
      await bridge([one]);
      await relay([one.eventPrefix]);
      const [stream] = await nats.manager.streams.names().next();
      for (const [n, subject] of [`$JS.API.STREAM.DELETE.${stream ?? ''}`, 'other.events.x', `${one.eventPrefix}.x`].entries())
        await store.events.record(event(`jail-${n}`, '', one.name, { subject }));
      await wire.sub('other.>');
      await store.events.record(event('jail-last', one.eventPrefix, one.name));
      await until(5_000, 'an empty outbox', async () => (await store.outbox.pending()).length === 0);
      expect(await nats.manager.streams.names().next()).toEqual([stream]);
      await expect(wire.sees(/MSG other/, 300)).rejects.toThrow('Not seen');
    }); // prettier-ignore

    it('mirrors dead letters into the stream that `nats stream add` has made, and to subscribers without one', async () => {
      const one = team('dlq', 'genbrain');
      const chain = { kind: 'ToolFailed' as const, message: 'no runner', retryable: false };
      const letter = (eventId: string) => ({
        team: one.name,
        consumer: 'devops',
        agent: 'devops',
        eventId,
        subject: 'genbrain.events.pr.merged',
        workflowId: `w/${eventId}`,
        chain,
        reason: 'no runner',
        at: new Date().toISOString(),
      });
      await relay(['genbrain']);
      await wire.sub('genbrain.dlq.>');
      await store.events.record(event('dead-1', 'genbrain', one.name));
      const first = await store.deadLetters.add(letter('dead-1'), 'genbrain');
      const [, json = ''] = await wire.sees(/HMSG genbrain\.dlq\.devops [^]*?\r\n\r\n(.*)\r\n/);
      expect(JSON.parse(json)).toMatchObject({ id: first.id, reason: 'no runner', chain, event: { id: 'dead-1', data: { pr: 7 } } });
      const created = await wire.request('$JS.API.STREAM.CREATE.AGENT_DLQ', { name: 'AGENT_DLQ', subjects: ['genbrain.dlq.>'], retention: 'limits', max_msgs: 10000, max_consumers: -1, max_msgs_per_subject: -1, max_bytes: -1, max_age: 0, max_msg_size: -1, storage: 'file', discard: 'old', num_replicas: 1, duplicate_window: 120000000000 });
      expect(created).toMatchObject({ config: { name: 'AGENT_DLQ', max_msgs: 10000 } });
      const second = await store.deadLetters.add(letter('dead-2'), 'genbrain');
      const held = await until(5_000, 'the letter in the stream', () =>
        nats.manager.streams.getMessage('AGENT_DLQ', { last_by_subj: 'genbrain.dlq.devops' }),
      );
      expect(held.header.get('Nats-Msg-Id')).toBe(second.id);
    }); // prettier-ignore

    it('goes on when the server was away: nothing is lost in either direction', async () => {
      const one = team('crash');
      await bridge([one]);
      await relay([one.eventPrefix]);
      await wire.pub(`${one.eventPrefix}.events.x`, '1');
      await untilStarted(one.name, 1);
      await server.crash();
      await store.events.record(event('away-1', one.eventPrefix, one.name));
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(await store.outbox.pending()).toHaveLength(1);
      await server.restart();
      await until(20_000, 'an empty outbox', async () => (await store.outbox.pending()).length === 0);
      wire.close();
      wire = await NatsWire.open(server.url);
      await wire.pub(`${one.eventPrefix}.events.x`, '"after"');
      const runs = await untilStarted(one.name, 2);
      expect(runs.map(({ input }) => input.data)).toContain('after');
    });

    const cli = process.env['CADRE_TEST_NATS'];
    (cli === undefined ? it.skip : it)('takes the commands of the documents as they stand (CADRE_TEST_NATS names `nats`)', async () => {
      const one = team('verbatim', 'genbrain');
      await bridge([one]);
      await relay(['genbrain']);
      const nothing = { env: { ...process.env, NATS_URL: server.url, HOME: folder } };
      const run = promisify(execFile);
      const sub = run(cli ?? '', ['sub', 'genbrain.events.api.contract-changed', '--count', '2', '--raw'], nothing);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await run(cli ?? '', ['pub', 'genbrain.events.api.contract-changed', apiChanged], nothing);
      const add = ['stream', 'add', 'AGENT_DLQ', '--subjects', 'genbrain.dlq.>', '--retention', 'limits', '--max-msgs', '10000'];
      await run(cli ?? '', [...add, '--defaults'], nothing);
      const [taken] = await untilStarted(one.name, 1);
      expect(taken?.input).toMatchObject({ data: { change_type: 'breaking' } });
      await store.events.record(event('from-agent', 'genbrain', one.name, { subject: 'genbrain.events.api.contract-changed', data: 'ours' }));
      expect((await sub).stdout.trim()).toBe(`${apiChanged}\n"ours"`);
    }); // prettier-ignore
  });
}

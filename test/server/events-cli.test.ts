import { createHmac } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CliHome, type CliProcess } from '../support/cli-home';
import { until } from '../support/harness';
import { findNats, startNats, type NatsServer } from '../support/nats';
import { NatsWire } from '../support/nats-wire';

jest.setTimeout(180_000);

const team = `
apiVersion: cadre/v1
kind: Team
metadata: { name: ship, eventPrefix: harbour }
spec:
  models: { auto: { provider: offline } }
  tools: { files: { builtin: files, root: . } }
  agents:
    - { name: devops, instructions: You deploy. }
    - { name: reader, instructions: You read., tools: [files.read_file] }
  events:
    - subject: harbour.events.pr.merged
      consumers: [{ agent: devops, action: Deploy what was merged }]
    - subject: harbour.events.file.asked
      consumers: [{ agent: reader, action: read_file, attempts: 1 }]
  schedules: [{ name: every-morning, cron: "0 7 * * 1-5", timezone: Europe/Berlin, agent: devops, task: Look }]
`;
const secret = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;

interface Row {
  id: string;
  subject: string;
  source: string;
  data: unknown;
}

describe('events, dead letters and schedules from the command line', () => {
  let home: CliHome;
  let dev: CliProcess;
  let nats: NatsServer | undefined;

  beforeAll(async () => {
    home = new CliHome();
    mkdirSync(path.join(home.folder, 'agents', 'ship'));
    writeFileSync(path.join(home.folder, 'agents', 'ship', 'team.yaml'), team);
    mkdirSync(path.join(home.folder, '.cadre', 'keys'), { recursive: true });
    writeFileSync(path.join(home.folder, '.cadre', 'keys', 'webhook.secret'), secret);
    const found = findNats();
    nats = 'bin' in found ? await startNats(found) : undefined;
    dev = home.cadre('dev', '--webhook-port', '0', ...(nats ? ['--nats', nats.url] : []));
    await dev.says(/Cadre is up/, 60_000);
  });
  afterAll(async () => {
    dev.kill('SIGINT');
    await dev.ended;
    await home.close();
    await nats?.stop();
  });

  /** A command with --json; fails with what it said when its exit code is another. */
  async function json<T>(code: number, ...args: string[]): Promise<T> {
    const end = await home.run(...args, '--json');
    if (end.code !== code) throw new Error(`exit ${end.code}: ${end.stdout}\n${end.stderr}`);
    return JSON.parse(end.stdout) as T;
  }
  const untilEvent = (fits: (row: Row) => boolean): Promise<Row> =>
    until(20_000, 'the event', async () => (await json<{ events: Row[] }>(0, 'events', 'list', '--team', 'ship')).events.find(fits)); // prettier-ignore

  it('publishes to the consumers of the team whose prefix fits, once for an id', async () => {
    const publish = ['events', 'publish', 'harbour.events.pr.merged', '--data', '{"pr":42}', '--id', 'pr-42'];
    const first = await json<Record<string, unknown>>(0, ...publish, '--wait');
    expect(first).toMatchObject({
      eventId: 'pr-42',
      team: 'ship',
      workflowId: 'publish/ship/pr-42',
      duplicate: false,
      output: { consumers: [{ agent: 'devops', state: 'started' }] },
    });
    expect(await json(0, ...publish)).toMatchObject({ duplicate: true, workflowId: 'publish/ship/pr-42' });
    const account = await until(20_000, 'the delivery', async () => {
      const found = await json<{ deliveries: { state: string }[] }>(0, 'events', 'show', 'pr-42', '--team', 'ship');
      return found.deliveries.every(({ state }) => state === 'done') && found;
    });
    expect(account).toMatchObject({ event: { data: { pr: 42 }, untrusted: true }, deliveries: [{ consumer: 'devops.deploy-what-was-merged', attempts: 1 }], chain: [{ id: 'pr-42' }] }); // prettier-ignore
    const wrong = await home.run('events', 'publish', 'harbour.events.*', '--data', '1');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('needs a subject of words joined by dots')]);
    const foreign = await home.run('events', 'publish', 'other.events.x');
    expect([foreign.code, foreign.stderr]).toEqual([2, expect.stringContaining('ship (harbour)')]);
    for (const ask of [['publish', 'harbour.events.x'], ['list']]) {
      const nobody = await home.run('events', ...ask, '--team', 'shpi');
      expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining('"shpi" here (did you mean "ship"?)')]);
    }
    expect((await home.run('memory', 'list', '--team', 'shpi')).code).toBe(2);
    expect(await json(0, 'memory', 'list', '--team', 'ship')).toEqual({ entries: [] });
  });

  it('says of a publish that failed, when it was to wait for it, that it failed', async () => {
    mkdirSync(path.join(home.folder, 'agents', 'faulty'));
    writeFileSync(path.join(home.folder, 'agents', 'faulty', 'team.yaml'), `${team}  nonsense: 1\n`);
    const failed = await home.run('events', 'publish', 'harbour.events.x', '--team', 'faulty', '--wait');
    expect(failed.code).toBe(1);
    expect(failed.stdout).toMatch(/^Failure [^]*nonsense/m);
    rmSync(path.join(home.folder, 'agents', 'faulty'), { recursive: true });
  });

  it('takes signed events over HTTP', async () => {
    const [, url = ''] = await dev.says(/Webhook +(http:\S+?)\/events/);
    const post = async (body: string, id: string, key = secret): Promise<[number, unknown]> => {
      const timestamp = String(Math.floor(Date.now() / 1000));
      const mac = createHmac('sha256', Buffer.from(key.slice(6), 'base64')).update(`${id}.${timestamp}.${body}`);
      const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${mac.digest('base64')}` }; // prettier-ignore
      const response = await fetch(`${url}/events/ship/harbour.events.pr.merged`, { method: 'POST', body, headers });
      return [response.status, await response.json()];
    };
    expect(await post('{"pr":43}', 'msg_43')).toEqual([202, expect.objectContaining({ eventId: 'msg_43', workflowId: 'publish/ship/msg_43' })]); // prettier-ignore
    expect(await post('{"pr":43}', 'msg_43')).toEqual([200, expect.objectContaining({ duplicate: true })]);
    expect((await post('{"pr":44}', 'msg_44', `whsec_${Buffer.alloc(32).toString('base64')}`))[0]).toBe(401);
    expect(await untilEvent(({ id }) => id === 'msg_43')).toMatchObject({ source: 'webhook', data: { pr: 43 } });
  });

  it('exchanges events with NATS', async () => {
    if (!nats) return;
    const wire = await NatsWire.open(nats.url);
    await wire.sub('harbour.>');
    await wire.pub('harbour.events.api.contract-changed', '{"change_type": "breaking"}');
    expect(await untilEvent(({ subject }) => subject.endsWith('contract-changed'))).toMatchObject({ data: { change_type: 'breaking' }, source: 'nats:CADRE_EVENTS_HARBOUR' }); // prettier-ignore
    await json(0, 'events', 'publish', 'harbour.events.told', '--data', '"outside"', '--id', 'told-1');
    expect((await wire.sees(/HMSG harbour\.events\.told [^]*?Nats-Msg-Id: told-1[^]*?\r\n\r\n(.*)\r\n/))[1]).toBe('"outside"'); // prettier-ignore
    wire.close();
  });

  it('lists what a consumer could not handle, tries it again once, and drops it', async () => {
    const list = async (state = 'open') => (await json<{ deadLetters: { id: string; eventId: string }[] }>(0, 'dlq', 'list', '--state', state)).deadLetters; // prettier-ignore
    for (const name of ['later', 'never']) {
      await json(0, 'events', 'publish', 'harbour.events.file.asked', '--data', `{"path":"${name}.txt"}`, '--id', name);
    }
    const letters = await until(30_000, 'two dead letters', async () => {
      const found = await list();
      return found.length === 2 && found;
    });
    const idOf = (event: string): string => letters.find(({ eventId }) => eventId === event)?.id ?? '';
    const shown = await json(0, 'dlq', 'show', idOf('later'));
    expect(shown).toMatchObject({ deadLetter: { consumer: 'reader.read-file', chain: { kind: 'ToolFailed' } }, event: { data: { path: 'later.txt' } } }); // prettier-ignore
    writeFileSync(path.join(home.folder, 'agents', 'ship', 'later.txt'), 'here now');
    writeFileSync(path.join(home.folder, 'later.txt'), 'here now');
    const redriven = await json<{ workflowId: string }>(0, 'dlq', 'redrive', idOf('later'), '--by', 'dana');
    expect(redriven.workflowId).toBe(`publish/ship/later/${idOf('later')}`);
    await until(20_000, 'the second delivery', async () => {
      const { deliveries } = await json<{ deliveries: { state: string; attempts: number }[] }>(0, 'events', 'show', 'later', '--team', 'ship'); // prettier-ignore
      return deliveries.length === 1 && deliveries[0]?.state === 'done' && deliveries[0].attempts === 2;
    });
    expect(await json(5, 'dlq', 'redrive', idOf('later'))).toMatchObject({ error: { message: expect.stringContaining('redriven by dana') as string } }); // prettier-ignore
    expect(await json(0, 'dlq', 'drop', idOf('never'), '--by', 'lee')).toMatchObject({ state: 'dropped' });
    expect(await list()).toEqual([]);
    expect((await list('all')).length).toBe(2);
    expect((await home.run('dlq', 'show', 'dl-none')).code).toBe(2);
  });

  it('applies, lists and removes schedules', async () => {
    expect(await json(0, 'schedule', 'apply', 'ship')).toMatchObject({ changes: [{ name: 'every-morning', change: 'created' }] }); // prettier-ignore
    expect(await json(0, 'schedule', 'apply', 'ship', '--prune')).toMatchObject({ changes: [{ change: 'unchanged' }] });
    await until(10_000, 'the schedule', async () => (await json<{ schedules: unknown[] }>(0, 'schedule', 'list', 'ship')).schedules.length === 1); // prettier-ignore
    expect(await json(0, 'schedule', 'delete', 'ship', 'every-morning')).toEqual({ team: 'ship', removed: ['every-morning'], missing: [] }); // prettier-ignore
    expect((await home.run('schedule', 'delete', 'ship', 'every-morning')).stderr).toContain('has no schedule every-morning'); // prettier-ignore
    expect((await home.run('schedule', 'delete', 'ship')).code).toBe(2);
  });

  it('says what is missing before it opens a door', async () => {
    const port = await home.run('worker', '--webhook-port', 'many');
    expect([port.code, port.stderr]).toEqual([2, expect.stringContaining('--webhook-port takes a port')]);
    const nobody = await home.run('worker', '--nats', 'nats://user:hidden@127.0.0.1:9');
    expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining('No NATS server with JetStream can be used at 127.0.0.1:9')]); // prettier-ignore
    expect(nobody.stderr).not.toContain('hidden');
  });
});

import type { RunResult } from '../../contracts/run';
import { taskQueue } from '../../contracts/names';
import { openStore, type Store } from '../../activities/stores';
import { startDrillModel, type DrillModel } from '../support/drill-model';
import { Harness, until } from '../support/harness';
import path from 'node:path';
import { pino } from 'pino';

jest.setTimeout(120_000);

let cadre: Harness;
let model: DrillModel;
let store: Store;

beforeAll(async () => {
  model = await startDrillModel();
  const env = { DRILL_MODEL_URL: model.url, DRILL_MODEL_KEY: 'drill-key' };
  cadre = await Harness.start({ teams: ['events'], env });
  store = await openStore({ file: path.join(cadre.config.home, 'cadre.db'), log: pino({ level: 'silent' }) });
});
afterAll(async () => {
  await store.close();
  await cadre.close();
  await model.close();
});

interface Published {
  eventId: string;
  fresh: boolean;
  consumers: { consumer: string; agent: string; workflowId: string; state: string }[];
}

async function publish(input: object): Promise<Published> {
  const result = await cadre.run('publish', { team: 'events', ...input });
  return result.output as unknown as Published;
}
const endOf = async (workflowId: string): Promise<RunResult> =>
  (await cadre.client.workflow.getHandle(workflowId).result()) as RunResult;
const asked = (agent: string, what: string): number =>
  model.requests.filter((request) => request.agent === agent && request.text.includes(what)).length;
const delivered = (eventId: string, consumer: string) => store.deliveries.get({ team: 'events', eventId, consumer });

test('a consumer has a run of its own; the same event reaches it once', async () => {
  const first = await publish({ subject: 'drill.events.pr.merged', data: { pr: 'once-7' }, id: 'pr-7' });
  expect(first).toMatchObject({ eventId: 'pr-7', fresh: true, consumers: [{ agent: 'devops', state: 'started' }] });
  const again = await publish({ subject: 'drill.events.pr.merged', data: { pr: 'other' }, id: 'pr-7' });
  expect(again).toMatchObject({ fresh: false, consumers: [{ agent: 'devops', state: 'known' }] });
  const end = await endOf(first.consumers[0]?.workflowId ?? '');
  expect(end).toMatchObject({ status: 'completed', output: 'devops is done' });
  expect(end.untrusted?.sample).toEqual(['event:pr-7']);
  expect(asked('devops', 'once-7')).toBe(1);
});

test('what a consumer emits goes on, with its causality; a join fires once when all has happened', async () => {
  await publish({ subject: 'drill.events.pr.merged', data: { pr: 'chain-8' }, id: 'pr-8' });
  const chain = await until(40_000, 'the whole chain', async () => {
    const events = await store.events.listChain('events', 'pr-8');
    return events.length === 4 ? events : null;
  });
  expect(chain.map(({ subject, hops }) => `${hops} ${subject}`)).toEqual([
    '0 drill.events.pr.merged',
    '1 drill.events.deploy.done',
    expect.stringMatching(/^2 drill.events.(scan|tests).passed$/),
    expect.stringMatching(/^2 drill.events.(scan|tests).passed$/),
  ]);
  const byId = new Map(chain.map((event) => [event.id, event]));
  expect(chain.slice(1).map(({ causationId }) => byId.get(causationId ?? '')?.hops)).toEqual([0, 1, 1]);
  const released = await until(20_000, 'the release', async () => {
    const rows = await Promise.all(chain.map(({ id }) => delivered(id, 'releaser.release-it')));
    const done = rows.filter((row) => row?.state === 'done');
    return done.length > 0 ? rows.filter((row) => row !== null) : null;
  });
  expect(released).toHaveLength(1);
  expect(asked('releaser', 'pr-8')).toBe(1);
  const watcher = await delivered(chain[1]?.id ?? '', 'watcher.note-what-happened');
  expect(watcher).not.toBeNull();
});

test('events that answer themselves stop at the hop limit, as a dead letter', async () => {
  await publish({ subject: 'drill.events.loop', data: {}, id: 'loop-1' });
  const [letter] = await until(60_000, 'a dead letter', async () => {
    const letters = await store.deadLetters.list({ team: 'events' });
    const mine = letters.filter(({ consumer }) => consumer.startsWith('looper'));
    return mine.length > 0 ? mine : null;
  });
  expect(letter).toMatchObject({ chain: { kind: 'LoopDetected' }, agent: 'looper', state: 'open' });
  expect(await store.events.listChain('events', 'loop-1')).toHaveLength(18);
});

test('a consumer that keeps failing is tried again, then becomes a dead letter; it can be redriven', async () => {
  let refuse = true;
  model.answer = (request) =>
    refuse && request.agent === 'devops' && request.text.includes('bad-9')
      ? { message: { role: 'assistant', content: '' } }
      : undefined;
  const { consumers } = await publish({ subject: 'drill.events.pr.merged', data: { pr: 'bad-9' }, id: 'pr-9' });
  const workflowId = consumers[0]?.workflowId ?? '';
  await expect(endOf(workflowId)).rejects.toThrow();
  const letters = await store.deadLetters.list({ team: 'events' });
  const letter = letters.find(({ eventId }) => eventId === 'pr-9');
  expect(letter).toMatchObject({ state: 'open', consumer: 'devops.deploy-it', chain: { kind: 'MalformedOutput' } });
  expect(letter?.chain.cause).toMatchObject({ kind: 'MalformedOutput', attempt: 2 });
  refuse = false;
  const handle = await cadre.client.workflow.start('publish', {
    workflowId: 'publish/events/pr-9/redrive',
    taskQueue,
    args: [{ team: 'events', subject: 'drill.events.pr.merged', data: {}, id: 'pr-9', only: 'devops.deploy-it' }],
  });
  const redriven = ((await handle.result()) as RunResult).output as unknown as Published;
  expect(redriven.consumers).toHaveLength(1);
  const end = await endOf(redriven.consumers[0]?.workflowId ?? '');
  expect(end.output).toBe('devops is done');
  expect(await delivered('pr-9', 'devops.deploy-it')).toMatchObject({ state: 'done', attempts: 2 });
});

test('ordered consumers get the events of one key one after another', async () => {
  const open = new Set<string>();
  let most = 0;
  model.beforeAnswer = async ({ agent, text }) => {
    if (agent !== 'scribe') return;
    const key = /key-\w/.exec(text)?.[0] ?? '';
    if (open.has(key)) most += 1;
    open.add(key);
    await new Promise((resolve) => setTimeout(resolve, 150));
    open.delete(key);
  };
  for (const n of [1, 2, 3, 4]) {
    const subjectKey = n === 4 ? 'key-b' : 'key-a';
    await publish({ subject: `drill.events.note.n${n}`, data: { n, subjectKey }, id: `note-${n}`, subjectKey });
  }
  await until(30_000, 'all notes', async () => {
    const rows = await Promise.all([1, 2, 3, 4].map((n) => delivered(`note-${n}`, 'scribe.write-it-down')));
    return rows.every((row) => row?.state === 'done');
  });
  expect(most).toBe(0);
  const order = model.requests.filter(({ agent }) => agent === 'scribe').map(({ text }) => /"n":(\d)/.exec(text)?.[1]);
  expect(order.filter((n) => n !== '4')).toEqual(['1', '2', '3']);
});

test('an action that names a tool calls it, and untrusted data waits for a person', async () => {
  const data = { path: 'out.txt', content: 'from an event' };
  const { consumers } = await publish({ subject: 'drill.events.file', data, id: 'file-1' });
  const handle = cadre.client.workflow.getHandle(consumers[0]?.workflowId ?? '');
  const approval = await cadre.approval(handle);
  expect(approval).toMatchObject({ tool: 'files.write_file', args: data, untrustedSources: ['event:file-1'] });
  await cadre.decide(handle, { id: approval.id, digest: approval.digest, decision: 'approve', by: 'dana' });
  expect(((await handle.result()) as RunResult).status).toBe('completed');
});

test('what is no event is refused in a sentence', async () => {
  const refused = async (input: object): Promise<string> => {
    const handle = await cadre.start('publish', { team: 'events', ...input });
    const error = (await handle.result().catch((failure: unknown) => failure)) as { cause?: { message?: string } };
    return error.cause?.message ?? '';
  };
  expect(await refused({ subject: 'drill.*', data: 1 })).toMatch(/needs a subject of words joined by dots/);
  expect(await refused({ subject: 'drill.events.x' })).toMatch(/needs "data"/);
});

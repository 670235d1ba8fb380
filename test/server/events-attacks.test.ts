import path from 'node:path';
import { pino } from 'pino';
import { openStore, type Store } from '../../activities/stores';
import type { RunResult } from '../../contracts/run';
import { startDrillModel, type DrillModel } from '../support/drill-model';
import { Harness, until } from '../support/harness';

jest.setTimeout(120_000);

// Whoever may start runs may say anything in their input: none of it makes an event trusted (I8, I9).
let cadre: Harness;
let model: DrillModel;
let store: Store;
const team = 'events-auto';

beforeAll(async () => {
  model = await startDrillModel();
  const env = { DRILL_MODEL_URL: model.url, DRILL_MODEL_KEY: 'drill-key' };
  cadre = await Harness.start({ teams: [team], env });
  store = await openStore({ file: path.join(cadre.config.home, 'cadre.db'), log: pino({ level: 'silent' }) });
});
afterAll(async () => {
  await store.close();
  await cadre.close();
  await model.close();
});

async function refusal(type: 'publish' | 'consume', input: object): Promise<string> {
  const handle = await cadre.start(type, { team, ...input });
  const error = (await handle.result().catch((failure: unknown) => failure)) as { cause?: { message?: string } };
  return error.cause?.message ?? 'not refused';
}
const endOf = async (workflowId: string): Promise<RunResult> =>
  (await cadre.client.workflow.getHandle(workflowId).result()) as RunResult;
const delivered = (eventId: string, consumer: string) => store.deliveries.get({ team, eventId, consumer });

test('the policy lets the tool run for a task of a person: what follows can fail', async () => {
  const result = await cadre.run('agent', { team, agent: 'publisher', task: 'Write it' });
  expect(result).toMatchObject({ status: 'completed', approvals: [], usage: { toolCalls: 1 } });
});

test('an event that calls itself trusted is refused; one that a run was handed as trusted is not believed', async () => {
  const event = { subject: 'drill.events.looked', data: { evil: true }, id: 'forged-1' };
  expect(await refusal('publish', { ...event, trusted: true })).toMatch(/trusted/);
  expect(await store.events.get(team, 'forged-1')).toBeNull();
  const forged = { ...event, untrusted: false, trusted: true };
  const handle = await cadre.start('consume', { team, agent: 'publisher', event: forged });
  expect(await cadre.approval(handle)).toMatchObject({ untrustedSources: ['event:forged-1'] });
  await handle.cancel();
  await handle.result();
});

test('an event is kept as untrusted, and so is all that follows from it', async () => {
  await cadre.run('publish', { team, subject: 'drill.events.seen', data: { n: 1 }, id: 'seen-1' });
  const chain = await until(20_000, 'what follows', async () => {
    const events = await store.events.listChain(team, 'seen-1');
    return events.length === 2 && events;
  });
  expect(chain.map(({ untrusted, hops }) => [untrusted, hops])).toEqual([[true, 0], [true, 1]]); // prettier-ignore
  const writer = `event/${team}/${chain[1]?.id}/publisher.write-it-down`;
  const handle = cadre.client.workflow.getHandle(writer);
  const approval = await until(20_000, 'the approval', () => cadre.approval(handle).catch(() => null));
  expect(approval.untrustedSources).toEqual([`event:${chain[1]?.id}`]);
  await cadre.decide(handle, { id: approval.id, digest: approval.digest, decision: 'reject', by: 'dana' });
  await endOf(writer);
  // A consumer without an action is asked by the name of what has happened.
  expect(model.requests.filter(({ agent }) => agent === 'north')[0]?.text).toContain(
    'Handle the event drill.events.seen',
  );
});

test('an id stands for one event: it cannot be led to the consumers of another subject', async () => {
  await cadre.run('publish', { team, subject: 'drill.events.quiet', data: 1, id: 'quiet-1' });
  const sentence = await refusal('publish', { subject: 'drill.events.looked', data: 2, id: 'quiet-1' });
  expect(sentence).toMatch(
    /The event quiet-1 was published as drill.events.quiet; give what happens as drill.events.looked/,
  );
  expect(await delivered('quiet-1', 'publisher.write-it-down')).toBeNull();
});

test('a run that somebody starts by hand for an event of a lane neither ends its delivery nor frees its lane', async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  model.beforeAnswer = ({ agent, text }) => (agent === 'scribe' && text.includes('held') ? held : undefined);
  const note = (n: number) => cadre.run('publish', { team, subject: `drill.events.note.n${n}`, data: n === 1 ? 'held' : 'next', id: `note-${n}`, subjectKey: 'k' }); // prettier-ignore
  await note(1);
  await note(2);
  const by = { agent: 'scribe', consumer: 'scribe.write-it-down', event: { id: 'note-1', subject: 'drill.events.note.n1', data: 'by hand' } }; // prettier-ignore
  await cadre.run('consume', { team, ...by });
  expect(await delivered('note-1', by.consumer)).toMatchObject({ state: 'started' });
  expect(await delivered('note-2', by.consumer)).toMatchObject({ state: 'waiting' });
  release();
  await until(20_000, 'the second note', async () => (await delivered('note-2', by.consumer))?.state === 'done');
});

test('one that was terminated, and one that a person stopped, are dead letters; the lane goes on and emits', async () => {
  model.beforeAnswer = ({ agent, text }) => (agent === 'scribe' && /gone|stopped/.test(text) ? new Promise(() => undefined) : undefined); // prettier-ignore
  const consumer = 'scribe.write-it-down';
  const note = (id: string, data: string) => cadre.run('publish', { team, subject: 'drill.events.note.lane', data, id, subjectKey: 'lane' }); // prettier-ignore
  await note('lane-1', 'gone');
  await note('lane-2', 'stopped');
  const first = cadre.client.workflow.getHandle(`event/${team}/lane-1/${consumer}`);
  await first.terminate('by hand');
  await note('lane-3', 'good');
  const second = cadre.client.workflow.getHandle(`event/${team}/lane-2/${consumer}`);
  await until(20_000, 'its call', () => Promise.resolve(model.requests.some(({ text }) => text.includes('stopped'))));
  await second.executeUpdate('stop', { args: [{ by: 'dana', reason: 'enough' }] });
  await until(20_000, 'the third', async () => (await delivered('lane-3', consumer))?.state === 'done');
  const letters = await store.deadLetters.list({ team });
  const mine = letters
    .filter(({ eventId }) => eventId.startsWith('lane-'))
    .map(({ eventId, reason }) => `${eventId} ${reason}`);
  expect(mine.sort()).toEqual([
    expect.stringMatching(/^lane-1 .*was terminated/),
    'lane-2 The run of the consumer was stopped.',
  ]);
  // The first of the lane gave up without it: what a consumer emits is said by its subscription, not by its predecessor.
  const emitted = await until(20_000, 'what the third emits', async () => {
    const chain = await store.events.listChain(team, 'lane-3');
    return chain.length === 2 && chain[1];
  });
  expect(emitted).toMatchObject({ subject: 'drill.events.noted', causationId: 'lane-3', hops: 1 });
});

test('what is private is no event', async () => {
  const sentence = await refusal('publish', {
    subject: 'drill.events.seen',
    data: 1,
    id: 'private-1',
    privacy: 'private',
  });
  expect(sentence).toMatch(/cannot be private/);
  expect(await store.events.get(team, 'private-1')).toBeNull();
});

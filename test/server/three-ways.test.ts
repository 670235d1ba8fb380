import path from 'node:path';
import { pino } from 'pino';
import { openStore, type Store, type StoredMessage } from '../../activities/stores';
import { startDrillModel, toolCall, type DrillModel } from '../support/drill-model';
import { Harness } from '../support/harness';

// Three ways to call another agent: wait for it, tell it and go on, publish an event. One envelope, one audit.
let cadre: Harness;
let model: DrillModel;
let store: Store;

beforeAll(async () => {
  model = await startDrillModel();
  cadre = await Harness.start({
    teams: ['peers'],
    env: { DRILL_MODEL_URL: model.url, DRILL_MODEL_KEY: 'drill-key' },
  });
  store = await openStore({ file: path.join(cadre.config.home, 'cadre.db'), log: pino({ level: 'silent' }) });
});
afterAll(async () => {
  await store.close();
  await cadre.close();
  await model.close();
});

type Handle = Awaited<ReturnType<Harness['start']>>;
const rootOf = ({ workflowId, firstExecutionRunId }: Handle): string => `${workflowId}#${firstExecutionRunId}`;
const between = (messages: StoredMessage[], sender: string, recipient: string) =>
  messages.filter((one) => one.sender === sender && one.recipient === recipient);

test('a consult, a notification and an event leave the same envelope and the same kind of audit', async () => {
  model.answer = ({ agent, step }) => {
    if (agent !== 'backend') return { message: { role: 'assistant', content: `${agent} answers` } };
    if (step === 0) return { message: toolCall('consult_devops', { task: 'Which port?' }) };
    if (step === 1)
      return { message: toolCall('notify_frontend', { message: 'The contract changes', callback: true }) };
    return { message: { role: 'assistant', content: 'done' } };
  };
  const asked = await cadre.start('peers', { team: 'peers', start: 'backend', task: 'Plan the API' });
  await asked.result();
  const calls = await store.messages.list(rootOf(asked));
  const consult = between(calls, 'backend', 'devops')[0];
  const notify = between(calls, 'backend', 'frontend')[0];
  const answers = [...between(calls, 'devops', 'backend'), ...between(calls, 'frontend', 'backend')];

  const published = await cadre.start('publish', {
    team: 'peers',
    subject: 'drill.events.api.changed',
    data: { api: 'v2' },
    source: 'backend',
  });
  const result = (await published.result()) as { output: { consumers: { workflowId: string }[] } };
  const consumer = cadre.client.workflow.getHandle(result.output.consumers[0]?.workflowId ?? '');
  await consumer.result();
  const event = between(await store.messages.list(rootOf(published)), 'backend', 'security')[0];

  expect([consult?.type, notify?.type, event?.type]).toEqual(['task_assignment', 'notification', 'event']);
  expect(answers.map(({ type }) => type)).toEqual(['result', 'result']);
  for (const message of [consult, notify, event]) {
    expect(Object.keys(message ?? {}).sort()).toEqual(Object.keys(consult ?? {}).sort());
    expect(message).toMatchObject({ sender: 'backend', correlationId: expect.any(String) as string, signature: null });
    expect(message?.path.length).toBeGreaterThan(0);
  }
  // The answers were caused by what asked for them.
  expect(answers.map(({ causationId }) => causationId).sort()).toEqual([consult?.id, notify?.id].sort());
  for (const root of [rootOf(asked), rootOf(published)]) {
    const verdict = await store.verifyAudit(root);
    expect(verdict).toMatchObject({ ok: true });
  }
});

import path from 'node:path';
import { isJsonObject, textOf } from '../../contracts/json';
import { rebuildPrompt, type RecordedPrompt } from '../../activities/models/rebuild-prompt';
import { openStore, type Store } from '../../activities/stores';
import { startDrillModel, type DrillModel } from '../support/drill-model';
import { Harness } from '../support/harness';

let model: DrillModel;
let cadre: Harness;
let store: Store;

beforeAll(async () => {
  model = await startDrillModel();
  cadre = await Harness.start({ teams: ['drill'], env: { DRILL_MODEL_URL: model.url, DRILL_MODEL_KEY: 'drill-key' } });
  store = await openStore({ file: path.join(cadre.folder, 'home', 'cadre.db') });
});
afterAll(async () => {
  await store.close();
  await cadre.close();
  await model.close();
});

describe('the audit of a run', () => {
  it('has a row for every call, a chain that verifies, the prompt of each call again, and the envelopes', async () => {
    const workflowId = 'audited';
    const handle = await cadre.start(
      'supervisor',
      {
        team: 'drill',
        supervisor: 'lead',
        specialists: ['north', 'south'],
        task: 'Look around',
        input: { place: 'y'.repeat(400) },
      },
      workflowId,
    );
    const result = (await handle.result()) as { auditHead: string; steps: number };
    const run = `${workflowId}#${handle.firstExecutionRunId}`;
    expect(await store.verifyAudit(run)).toMatchObject({ ok: true });
    const rows = await store.audit.list(run);
    const calls = rows.filter(({ action }) => action === 'model-call');
    expect(calls).toHaveLength(result.steps);
    expect(rows.at(-1)?.hash).toBe(result.auditHead);
    for (const { body } of calls) {
      if (!isJsonObject(body)) throw new Error('an audit row without a body');
      expect(body).toMatchObject({
        model: 'openai-compatible/drill-1-fixed',
        usage: { inputTokens: 100 },
        finish: 'stop',
      });
      const prompt = await rebuildPrompt(store, body as unknown as RecordedPrompt);
      expect(JSON.stringify(prompt)).toContain('You are agent');
      expect(JSON.parse(await store.blobs.getText(textOf(body['reply'])))).toMatchObject({ finish: 'stop' });
    }
    const messages = await store.messages.list(run);
    const assigned = messages
      .filter(({ type }) => type === 'task_assignment')
      .map(({ sender, recipient }) => `${sender} → ${recipient}`);
    expect(assigned.sort()).toEqual(['lead → north', 'lead → south', 'person → lead']);
    const plan = messages.find(({ sender, schema }) => sender === 'lead' && schema === 'role:plan');
    const toNorth = messages.find(({ recipient, type }) => recipient === 'north' && type === 'task_assignment');
    expect(toNorth?.causationId).toBe(plan?.id);
    expect(new Set(messages.map(({ correlationId }) => correlationId)).size).toBe(1);
  });
});

import path from 'node:path';
import { rebuildPrompt, type RecordedPrompt } from '../../activities/models/rebuild-prompt';
import { openStore } from '../../activities/stores';
import { isJsonObject } from '../../contracts/json';
import type { RunResult } from '../../contracts/run';
import { json, startDrillModel, type DrillModel } from '../support/drill-model';
import { Harness, until } from '../support/harness';

jest.setTimeout(60_000);

let model: DrillModel;
let cadre: Harness;
let release: () => void;
let held: Promise<void>;
let alternatives: { route: string; confidence: number }[] = [];

beforeAll(async () => {
  model = await startDrillModel();
  model.answer = ({ role }) =>
    role === 'route'
      ? {
          message: json({
            route: 'anna',
            confidence: 0.9,
            reason: 'It is about money.',
            alternatives,
            capabilities: ['Refunds'],
          }),
        }
      : undefined;
  model.beforeAnswer = ({ agent, said }) => (agent === 'anna' && said.includes('hold') ? held : undefined);
  cadre = await Harness.start({ teams: ['desk'], env: { DRILL_MODEL_URL: model.url, DRILL_MODEL_KEY: 'drill-key' } });
});
afterEach(() => release());
afterAll(async () => {
  await cadre.close();
  await model.close();
});
beforeEach(() => {
  held = new Promise((resolve) => (release = resolve));
  alternatives = [];
  model.requests.length = 0;
});

/** Two runs of their own whose agent anna is at work until `release`. */
async function twoAtWork(): Promise<{ end: () => Promise<void> }> {
  const busy = await Promise.all(
    [1, 2].map(() => cadre.start('agent', { team: 'desk', agent: 'anna', task: 'hold on' })),
  );
  await until(20_000, 'both calls of anna', () =>
    Promise.resolve(model.requests.filter(({ agent }) => agent === 'anna').length === 2),
  );
  return {
    end: async () => {
      release();
      await Promise.all(busy.map((handle) => handle.result()));
    },
  };
}

let lastRun = '';

async function routed(input: object = {}): Promise<RunResult> {
  const handle = await cadre.start('router', {
    team: 'desk',
    router: 'chooser',
    routes: ['anna', 'bert', 'cleo'],
    task: 'Refund the invoice of March',
    ...input,
  });
  lastRun = `${handle.workflowId}#${handle.firstExecutionRunId}`;
  return (await handle.result()) as RunResult;
}

/** The prompt of the last choice, made again from the audit: what the load was then is on record. */
async function rebuiltChoice(): Promise<string> {
  const store = await openStore({ file: path.join(cadre.folder, 'home', 'cadre.db') });
  try {
    const rows = await store.audit.list(lastRun);
    const choice = rows.find(({ body }) => isJsonObject(body) && body['role'] === 'route');
    return JSON.stringify(await rebuildPrompt(store, choice?.body as unknown as RecordedPrompt));
  } finally {
    await store.close();
  }
}

it('goes to the one that is free when two runs keep the other busy, and back when they have ended', async () => {
  const others = await twoAtWork();
  const third = await routed();
  expect(third).toMatchObject({
    output: 'bert is done',
    parts: {
      route: 'anna',
      taken: 'bert',
      confidence: 0.9,
      reason: 'It is about money.',
      among: ['anna', 'bert'],
      load: { anna: 2, bert: 0, cleo: 0 },
      capabilities: ['refunds'],
      because: 'bert is least busy of those that fit alike (conversations at work: bert 0, anna 2)',
    },
  });
  const shown = model.requests.find(({ role }) => role === 'route')?.text ?? '';
  expect(shown).toContain('- anna: Answers about invoices · invoices · refunds (at work in 2 conversations)');
  expect(shown).toContain('- bert: Answers about money · refunds · invoices (at work in 0 conversations)');
  expect(await rebuiltChoice()).toContain('(at work in 2 conversations)');
  await others.end();
  expect(await routed()).toMatchObject({
    output: 'anna is done',
    parts: { taken: 'anna', load: { anna: 0, bert: 0 } },
  });
});

it('what fits nearly as well takes it from the less urgent run, and not from the most urgent one', async () => {
  alternatives = [{ route: 'cleo', confidence: 0.86 }];
  const routes = [
    { agent: 'anna', when: 'Money' },
    { agent: 'cleo', when: 'Law' },
  ];
  const others = await twoAtWork();
  expect(await routed({ routes, priority: 4 })).toMatchObject({ output: 'cleo is done', parts: { taken: 'cleo' } });
  expect(await routed({ routes, priority: 1 })).toMatchObject({ output: 'anna is done', parts: { taken: 'anna' } });
  await others.end();
});

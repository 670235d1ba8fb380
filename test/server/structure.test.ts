import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { workflowBundle } from '../../workers/bundle';
import { startBare } from '../support/bare';
import { countEvents, eventsOf, payloadBytes, type WrittenEvent } from '../support/conformance/event-counts';
import { childrenOf } from '../support/conformance/replays';
import { startDrillModel, toolCall, type DrillModel } from '../support/drill-model';
import { Harness, testServer } from '../support/harness';

jest.setTimeout(240_000);

const kib = 1024;
const walks = 100;
const words = 'Next I look at the file that comes after it, since nothing in this one answers the question. ';

let model: DrillModel;
let cadre: Harness;
let bare: Awaited<ReturnType<typeof startBare>>;

beforeAll(async () => {
  model = await startDrillModel();
  model.answer = ({ agent, step, text, tools }) => {
    if (agent !== 'walker') return undefined;
    // Four characters to a token: what the provider counts grows with the conversation as it really does.
    const usage = { input: Math.ceil(text.length / 4), output: 900 };
    if (step >= walks || !tools.includes('read_file'))
      return { message: { role: 'assistant', content: 'done' }, usage };
    const message = { ...toolCall('read_file', { path: `in-${step}.txt` }), content: words.repeat(38) };
    return { message, usage };
  };
  const env = { DRILL_MODEL_URL: model.url, DRILL_MODEL_KEY: 'drill-key' };
  cadre = await Harness.start({ teams: ['drill', '../conformance/teams/long'], env });
  bare = await startBare(cadre);
});
afterAll(async () => {
  await bare.close();
  await cadre.close();
  await model.close();
});

const started = { WORKFLOW_EXECUTION_STARTED: 1, WORKFLOW_EXECUTION_COMPLETED: 1 };
/** What a run adds to a bare workflow: the `prepareRun` marker and one upsert (G2). */
const ofARun = { MARKER_RECORDED: 1, UPSERT_WORKFLOW_SEARCH_ATTRIBUTES: 1 };
const activities = (calls: number): Record<string, number> => ({
  ACTIVITY_TASK_SCHEDULED: calls,
  ACTIVITY_TASK_STARTED: calls,
  ACTIVITY_TASK_COMPLETED: calls,
});

describe('structure costs nothing, counted without workflow-task events', () => {
  async function counted(type: Parameters<Harness['start']>[0], input: object): Promise<Record<string, number>> {
    const handle = await cadre.start(type, { task: 'Look', team: 'drill', ...input });
    await handle.result();
    return countEvents(await eventsOf(cadre, handle.workflowId));
  }

  const branches = [{ agent: 'north' }, { agent: 'south' }];
  it.each([
    ['agent', { agent: 'north' }, 1],
    ['pipeline', { stages: branches }, 2],
    ['fanOut', { branches }, 2],
    ['router', { router: 'chooser', routes: branches }, 2],
    ['reflection', { author: 'author', critic: 'critic' }, 4],
    ['supervisor', { supervisor: 'lead', specialists: ['north', 'south'] }, 6],
    ['swarm', { agents: ['north', 'south'], tasks: ['A', 'B', 'C'] }, 3],
    // Two model calls; the board is opened, written twice, and read at the end.
    ['blackboard', { board: { taskId: 'b', artifacts: { a: { owner: 'north' }, b: { owner: 'south' } } } }, 6],
    ['peers', { start: 'asker', agents: ['asker', 'north'] }, 2],
    ['publish', { subject: 'drill.events.nobody', data: {} }, 1],
    // The agent's call, and the activity that ends the delivery.
    ['consume', { agent: 'north', event: { id: 'e', subject: 'drill.events.seen', data: {} } }, 2],
    ['debate', { debaters: ['north', 'south'], judge: 'critic' }, 5],
    ['meeting', { title: 'Sync', participants: ['north', 'south'], maxDurationMinutes: 5 }, 5],
    [
      'taskTree',
      {
        root: {
          agent: 'lead',
          task: 'All',
          children: [
            { agent: 'north', task: 'A' },
            { agent: 'south', task: 'B' },
          ],
        },
      },
      3,
    ],
    ['plan', { planner: 'lead', specialists: ['north', 'south'], synthesizer: 'merger' }, 4],
    [
      'compose',
      { composition: { pattern: 'pipeline', stages: [{ pattern: 'fanOut', branches }, { agent: 'north' }] } },
      3,
    ],
  ] as const)('%s: a run adds 2 events to a bare workflow with as many calls', async (type, input, calls) => {
    expect(await counted(type, input)).toEqual({ ...(await bare.counts(calls)), ...ofARun });
  });

  it('a tool call is one activity too', async () => {
    await writeFile(path.join(cadre.folder, 'in-0.txt'), 'one');
    await writeFile(path.join(cadre.folder, 'in-1.txt'), 'two');
    // Three model calls and two reads.
    expect(await counted('agent', { agent: 'reader' })).toEqual({ ...started, ...ofARun, ...activities(5) });
  });

  it('an isolated node costs its parent 3 events more than an inline one', async () => {
    const composition = { pattern: 'fanOut', branches: [{ agent: 'north' }, { agent: 'south', isolate: true }] };
    expect(await counted('compose', { composition })).toEqual({
      ...started,
      ...ofARun,
      ...activities(1),
      START_CHILD_WORKFLOW_EXECUTION_INITIATED: 1,
      CHILD_WORKFLOW_EXECUTION_STARTED: 1,
      CHILD_WORKFLOW_EXECUTION_COMPLETED: 1,
    });
  });
});

describe('an approval costs what a wait costs', () => {
  async function decided(input: object): Promise<{ root: Record<string, number>; children: Record<string, number>[] }> {
    const handle = await cadre.start('compose', { team: 'long', task: 'Write the file out.txt', ...input });
    const { id, digest } = await cadre.approval(handle);
    await cadre.decide(handle, { id, decision: 'approve', by: 'dana', digest });
    expect(await handle.result()).toMatchObject({ status: 'completed' });
    const children = await childrenOf({ cadre }, handle.workflowId);
    const histories = await Promise.all(children.map((child) => eventsOf(cadre, child)));
    return { root: countEvents(await eventsOf(cadre, handle.workflowId)), children: histories.map(countEvents) };
  }
  /** A timer set and stopped, the decision accepted and answered, two upserts. */
  const ofAnApproval = {
    TIMER_STARTED: 1,
    TIMER_CANCELED: 1,
    WORKFLOW_EXECUTION_UPDATE_ACCEPTED: 1,
    WORKFLOW_EXECUTION_UPDATE_COMPLETED: 1,
    UPSERT_WORKFLOW_SEARCH_ATTRIBUTES: ofARun.UPSERT_WORKFLOW_SEARCH_ATTRIBUTES + 2,
  };

  it('inline: 6 events', async () => {
    const { root, children } = await decided({ composition: { agent: 'publisher' } });
    expect(root).toEqual({ ...started, ...ofARun, ...activities(3), ...ofAnApproval });
    expect(children).toEqual([]);
  });

  it('isolated: 9 in the root and 5 in the child, which asks the root by signal and is answered by signal', async () => {
    const { root, children } = await decided({ composition: { agent: 'publisher', isolate: true } });
    expect(root).toEqual({
      ...started,
      ...ofARun,
      ...ofAnApproval,
      START_CHILD_WORKFLOW_EXECUTION_INITIATED: 1,
      CHILD_WORKFLOW_EXECUTION_STARTED: 1,
      CHILD_WORKFLOW_EXECUTION_COMPLETED: 1,
      WORKFLOW_EXECUTION_SIGNALED: 1,
      SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED: 1,
      EXTERNAL_WORKFLOW_EXECUTION_SIGNALED: 1,
    });
    expect(children).toEqual([
      {
        ...started,
        ...activities(3),
        SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED: 1,
        EXTERNAL_WORKFLOW_EXECUTION_SIGNALED: 1,
        TIMER_STARTED: 1,
        TIMER_CANCELED: 1,
        WORKFLOW_EXECUTION_SIGNALED: 1,
      },
    ]);
  });
});

describe('history grows with new bytes only (I2)', () => {
  it('100 model calls with a 5 KB tool result each, up to 209,000 tokens: under 2 MB, the last step no larger than the first', async () => {
    for (let n = 0; n < walks; n += 1) await writeFile(path.join(cadre.folder, `in-${n}.txt`), fileOf(n));
    const handle = await cadre.start('agent', {
      team: 'long',
      agent: 'walker',
      task: 'Read on',
      budget: { tokens: 100_000_000, steps: walks + 1 },
    });
    expect(await handle.result()).toMatchObject({
      steps: walks + 1,
      usage: { modelCalls: walks + 1, toolCalls: walks },
    });
    const longest = model.requests.reduce((most, { text }) => Math.max(most, text.length), 0);
    expect(longest / 4).toBeGreaterThan(209_000);

    const { raw } = await handle.describe();
    const bytes = Number(raw.workflowExecutionInfo?.historySizeBytes);
    expect(bytes).toBeGreaterThan(walks * 5 * kib);
    expect(bytes).toBeLessThan(2 * kib * kib);

    const steps = bytesPerStep(await eventsOf(cadre, handle.workflowId));
    expect(steps).toHaveLength(walks);
    const mean = (some: number[]): number => some.reduce((sum, each) => sum + each, 0) / some.length;
    // By the tenth step the sample of untrusted sources is full (I8); from there on only numbers get longer.
    const tenth = mean(steps.slice(10, 20));
    const last = mean(steps.slice(-10));
    expect(last - tenth).toBeLessThan(0.005 * tenth);
  });

  function fileOf(n: number): string {
    return `File ${n}.\n${'Nothing to be found here, only lines to be read. '.repeat(110)}`.slice(0, 5 * kib);
  }

  /** A step is a model call and its tool call: from one model activity to the next. */
  function bytesPerStep(events: readonly WrittenEvent[]): number[] {
    const steps: number[] = [];
    for (const event of events) {
      if (event.activityTaskScheduledEventAttributes?.activityType.name === 'callModel') steps.push(0);
      if (steps.length > 0) steps[steps.length - 1] = (steps.at(-1) ?? 0) + payloadBytes(event);
    }
    return steps.slice(0, walks);
  }
});

describe('the workflow bundle', () => {
  it('holds no zod, pino or yaml, and no Node', async () => {
    const code = await readFile((await workflowBundle(testServer().home)).codePath, 'utf8');
    const modules = new Set(
      [...code.matchAll(/node_modules\/((?:@[\w.-]+\/)?[\w.-]+)/g)].map(([, name]) => name ?? ''),
    );
    expect([...modules]).toEqual(expect.arrayContaining(['@temporalio/workflow', '@noble/hashes', 'canonicalize']));
    for (const name of ['zod', 'pino', 'yaml', 'ajv', 'kysely']) expect(modules).not.toContain(name);
    expect(code).toContain('./workflows/run/step.ts');
    expect(code).not.toMatch(/contracts\/schemas\/[\w-]+\.ts/);
    expect(code).not.toMatch(/\.\/(activities|workers|client|cli)\//);
  });
});

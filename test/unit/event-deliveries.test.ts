import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import type { ActivityDeps } from '../../activities/deps';
import { makeDeliverEvent } from '../../activities/events/deliver-event';
import { makeSettleDelivery } from '../../activities/events/settle-delivery';
import type { RunToStart } from '../../activities/events/run-starter';
import { openStore, type Store } from '../../activities/stores';
import type { Consumer, EventRecord, SettleDeliveryRequest } from '../../contracts/event-delivery';
import { StepByStep, type Turn } from '../support/step-by-step';

jest.setTimeout(240_000);

// Real activities over a real file and two connections, a statement at a time in any order, with a death between any two.
let folder: string;
let stores: Store[];
let steps: StepByStep;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'cadre-deliveries-'));
  const options = { file: path.join(folder, 'cadre.db'), log: pino({ level: 'silent' }) };
  stores = [await openStore(options), await openStore(options)];
  steps = new StepByStep();
});
afterAll(async () => {
  steps.close();
  await Promise.all(stores.map((store) => store.close()));
  rmSync(folder, { recursive: true, force: true });
});

type Ending = 'done' | 'failed' | 'terminated';
interface Published {
  id: string;
  subject: 'a' | 'b';
  key: string | null;
  correlation: string;
}
const published: fc.Arbitrary<Omit<Published, 'id'>> = fc.record({
  subject: fc.constantFrom('a' as const, 'b' as const),
  key: fc.constantFrom('k', 'k', 'l', null),
  correlation: fc.constantFrom('c1', 'c2'),
});

const consumers: readonly Consumer[] = [
  { consumer: 'plain', agent: 'plain', emits: [], attempts: 1 },
  { consumer: 'orderly', agent: 'orderly', emits: [], attempts: 1, ordered: true },
  { consumer: 'joiner', agent: 'joiner', emits: [], attempts: 1, wanted: ['a', 'b'] },
];

let teams = 0;

/** Temporal, as far as deliveries know of it: ids that start once, runs that are open or closed. */
class Ground {
  readonly team = `t${(teams += 1)}`;
  readonly open = new Map<string, boolean>();
  readonly runs: { consumer: string; event: EventRecord }[] = [];
  /** What works in each lane at this moment. */
  private readonly working = new Map<string, string>();
  private ticks = 0;
  private seat = 0;

  constructor(private readonly endingOf: (workflowId: string) => Ending) {}

  publish(name: string, event: Published): void {
    steps.begin(name, () => this.retried(() => this.deliver(name, event)));
  }

  private deps(): ActivityDeps {
    const store = stores[(this.seat += 1) % stores.length];
    return {
      store,
      env: {},
      now: () => new Date(1_800_000_000_000 + (this.ticks += 1)),
      starter: {
        start: (run: RunToStart) => steps.park(run.workflowId, () => Promise.resolve(this.start(run))),
        isOpen: (id: string) => steps.park(id, () => Promise.resolve(this.open.get(id) ?? false)),
      },
    } as unknown as ActivityDeps;
  }

  /** As Temporal does: an activity that is lost is tried again. */
  private async retried(call: () => Promise<unknown>): Promise<void> {
    for (;;) {
      const failure = await call().then(
        () => null,
        (error: unknown) => error as { type?: string },
      );
      if (failure === null) return;
      if (failure.type !== 'StorageUnavailable') throw failure as Error;
    }
  }

  private deliver(workflowId: string, { id, subject, key, correlation }: Published): Promise<unknown> {
    const run = { rootWorkflowId: workflowId, rootFirstRunId: 'r', firstRunId: 'r', team: this.team };
    const eventRecord: EventRecord = {
      ...{ id, subject, source: 'test', subjectKey: key, data: id, correlationId: correlation },
      ...{ causationId: null, hops: 0, time: new Date(1_800_000_000_000 + (this.ticks += 1)).toISOString() },
    };
    const wanted = consumers.map((one) => (one.wanted ? { ...one, standsFor: [subject] } : one));
    const request = {
      run,
      team: this.team,
      eventPrefix: 'x',
      event: eventRecord,
      publishedBy: 'test',
      consumers: wanted,
    };
    return environment(workflowId).run(makeDeliverEvent(this.deps()), request);
  }

  private start({ workflowId, input }: RunToStart): boolean {
    if (this.open.has(workflowId)) return false;
    this.open.set(workflowId, true);
    const { event, consumer } = input as unknown as { event: EventRecord; consumer: string };
    this.runs.push({ consumer, event });
    steps.begin(workflowId, async () => {
      await this.work(workflowId, consumer, event);
      const ending = this.endingOf(workflowId);
      if (ending !== 'terminated') await this.retried(() => this.settle(workflowId, consumer, event, ending));
      this.open.set(workflowId, false);
    });
    return true;
  }

  /** The agent at work: nobody else of its lane is. */
  private async work(workflowId: string, consumer: string, { subjectKey }: EventRecord): Promise<void> {
    const lane = consumer === 'orderly' && subjectKey !== null ? subjectKey : workflowId;
    expect(this.working.get(lane)).toBeUndefined();
    this.working.set(lane, workflowId);
    await steps.parkTillPicked(workflowId);
    await steps.parkTillPicked(workflowId);
    this.working.delete(lane);
  }

  private settle(workflowId: string, consumer: string, event: EventRecord, ending: Ending): Promise<unknown> {
    const to = consumers.find((one) => one.consumer === consumer) as Consumer;
    const run = { rootWorkflowId: workflowId, rootFirstRunId: 'r', firstRunId: 'r', team: this.team };
    const request: SettleDeliveryRequest = { run, team: this.team, eventPrefix: 'x', event, to };
    if (ending === 'failed') request.failure = { kind: 'ToolFailed', message: 'no', retryable: false };
    return environment(workflowId).run(makeSettleDelivery(this.deps()), request);
  }
}

const quiet = new DefaultLogger('ERROR');

function environment(workflowId: string): MockActivityEnvironment {
  return new MockActivityEnvironment({ workflowExecution: { workflowId, runId: 'r' } }, { logger: quiet });
}

interface Script {
  events: Omit<Published, 'id'>[];
  endings: Ending[];
  picks: fc.Stream<number>;
}

async function play({ events: given, endings, picks }: Script): Promise<void> {
  const events = given.map((event, n) => ({ ...event, id: `e${n}` }));
  let ends = 0;
  const ground = new Ground(() => endings[(ends += 1) % endings.length] ?? 'done');
  const next = (): number => picks.next().value as number;
  const turns: Turn[] = ['dies before', 'dies after'];
  const wildly = (parked: readonly string[]) => {
    const number = next();
    return {
      index: number % parked.length,
      turn: number % 7 === 0 ? (turns[number % 2] ?? 'goes on') : ('goes on' as const),
    };
  };
  // The first half in any order at once; the others when these are settled, and all once more at the end.
  const half = Math.ceil(events.length / 2);
  for (const event of events.slice(0, half)) ground.publish(`publish/${event.id}`, event);
  await steps.run(wildly, 100_000);
  for (const event of events.slice(half)) ground.publish(`publish/${event.id}`, event);
  await steps.run(wildly, 100_000);
  // Nobody needs to publish anything again, unless a run was terminated.
  if (!endings.includes('terminated')) await expectWhole(ground, events, half);
  // A run that is terminated says nothing: the next publication of its lane finds it, and starts another such run.
  for (let round = 0; round <= events.length; round += 1) {
    for (const event of events) ground.publish(`again/${round}/${event.id}`, event);
    await steps.run(() => ({ index: 0, turn: 'goes on' }), 100_000);
  }
  await expectWhole(ground, events, half);
}

async function expectWhole(ground: Ground, events: readonly Published[], half: number): Promise<void> {
  const [store] = stores as [Store];
  const { team, runs } = ground;
  const rows = (await Promise.all(events.map(({ id }) => store.deliveries.list(team, id)))).flat();
  // Nothing lost, nothing left standing: done, or a dead letter.
  expect(rows.filter(({ state }) => state !== 'done' && state !== 'dead')).toEqual([]);
  const letters = await store.deadLetters.list({ team }, 0, 500);
  const named = ({ eventId, consumer }: { eventId: string; consumer: string }): string => `${eventId} ${consumer}`;
  expect(letters.map(named).sort()).toEqual(rows.filter(({ state }) => state === 'dead').map(named).sort()); // prettier-ignore
  // Everybody got everything, once: one run for each delivery, two of them for each event and the sets that are whole.
  expect(runs.map(({ consumer, event }) => named({ consumer, eventId: event.id })).sort()).toEqual(rows.map(named).sort()); // prettier-ignore
  const sets = ['c1', 'c2'].filter((id) => new Set(events.filter(({ correlation }) => correlation === id).map(({ subject }) => subject)).size === 2); // prettier-ignore
  expect(rows).toHaveLength(2 * events.length + sets.length);
  const joined = runs.filter(({ consumer }) => consumer === 'joiner').map(({ event }) => event);
  expect(joined.map(({ correlationId }) => correlationId).sort()).toEqual(sets);
  for (const { data } of joined) expect(Object.keys(data as object).sort()).toEqual(['a', 'b']);
  // What was published when another one had been settled comes after it.
  const early = new Set(events.slice(0, half).map(({ id }) => id));
  for (const key of ['k', 'l']) {
    const order = runs.filter(({ consumer, event }) => consumer === 'orderly' && event.subjectKey === key).map(({ event }) => early.has(event.id)); // prettier-ignore
    expect(order).toEqual([...order].sort((a, b) => Number(b) - Number(a)));
  }
}

test('in any order of statements, and with a death between any two, every delivery comes to its end exactly once', async () => {
  const script = fc.record({
    events: fc.array(published, { minLength: 1, maxLength: 5 }),
    endings: fc.array(fc.constantFrom<Ending>('done', 'failed', 'done', 'failed', 'terminated'), {
      minLength: 1,
      maxLength: 3,
    }),
    picks: fc.infiniteStream(fc.nat(10_000)),
  });
  await fc.assert(fc.asyncProperty(script, play), {
    numRuns: Number(process.env['CADRE_DELIVERY_RUNS'] ?? 25),
    endOnFailure: true,
    interruptAfterTimeLimit: 180_000,
  });
});

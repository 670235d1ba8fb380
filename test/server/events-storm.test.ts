import path from 'node:path';
import { CompiledQuery } from 'kysely';
import { pino } from 'pino';
import { openStore, type Store } from '../../activities/stores';
import { openDatabase } from '../../activities/stores/sql/open-database';
import type { FailureRecord } from '../../contracts/failures';
import { taskQueue } from '../../contracts/names';
import { startLedger, type Ledger } from '../support/conformance/ledger';
import { WorkerChild } from '../support/conformance/worker-child';
import { startDrillModel, type DrillModel } from '../support/drill-model';
import { Harness, until } from '../support/harness';
import { keyOf, Storm, type StormEvent } from '../support/event-storm';

jest.setTimeout(600_000);

// Accepted 5 of the patterns: a thousand events, consumers that fail at random, the worker killed twice in the middle.
const count = Number(process.env['CADRE_STORM_EVENTS'] ?? 1_000);
const paid = 8;
const patienceMs = 400_000;
/** Nobody may have kept an answer that came this short before the kill. */
const keptWithinMs = 3_000;

let cadre: Harness;
let model: DrillModel;
let ledger: Ledger;
let store: Store;
let ends: { read: () => Promise<Row[]>; settled: () => Promise<number>; close: () => Promise<void> };

interface Row {
  event_id: string;
  consumer: string;
  state: string;
  attempts: number;
}

beforeAll(async () => {
  model = await startDrillModel();
  ledger = await startLedger();
  const env = { DRILL_MODEL_URL: model.url, DRILL_MODEL_KEY: 'drill-key', TRIAL_LEDGER_URL: ledger.url };
  cadre = await Harness.start({ teams: ['storm'], env, withoutWorker: true });
  const options = { file: path.join(cadre.config.home, 'cadre.db'), log: pino({ level: 'silent' }) };
  store = await openStore(options);
  const { db } = await openDatabase(options);
  const query = CompiledQuery.raw('SELECT event_id, consumer, state, attempts FROM delivery');
  const settled = CompiledQuery.raw("SELECT count(*) AS n FROM delivery WHERE state IN ('done', 'dead')");
  ends = {
    settled: async () => (await db.readFirst({ compile: () => settled as CompiledQuery<{ n: number }> }))?.n ?? 0,
    read: () => db.read({ compile: () => query as CompiledQuery<Row> }),
    close: () => db.close(),
  };
});
afterAll(async () => {
  await ends.close();
  await store.close();
  await cadre.close();
  await model.close();
  await ledger.close();
});

/** Each as `temporal workflow start` would; many at once. */
async function publishAll(events: readonly StormEvent[], idOf: (event: StormEvent) => string): Promise<void> {
  const left = [...events];
  const publisher = async (): Promise<void> => {
    for (let event = left.shift(); event; event = left.shift())
      await cadre.client.workflow.start('publish', {
        workflowId: idOf(event),
        taskQueue,
        args: [{ team: 'storm', ...event }],
      });
  };
  await Promise.all(Array.from({ length: 16 }, publisher));
}

async function approvePaid(): Promise<void> {
  for (let n = 0; n < paid; n += 1) {
    const handle = cadre.client.workflow.getHandle(`event/storm/storm-${n}/booker.post-entry`);
    const approval = await cadre.approval(handle, patienceMs);
    await handle.signal('decide', { id: approval.id, digest: approval.digest, decision: 'approve', by: 'dana' });
  }
}

function depthOf(chain: FailureRecord): number {
  return 1 + (chain.cause ? depthOf(chain.cause) : 0);
}

test('1,000 events, consumers that fail at random, two kills: nothing lost, nothing run twice, all causes known', async () => {
  const storm = new Storm('a storm of events', count, paid);
  const asked = storm.drive(model);
  const atRisk: Set<string>[] = [];
  let worker = await WorkerChild.start(cadre, patienceMs);
  try {
    const publishing = publishAll(storm.events, ({ id }) => `publish/storm/${id}`).then(() =>
      // Once more under another workflow id, as an impatient publisher does.
      publishAll(
        storm.events.filter((_, n) => n % 20 === 0),
        ({ id }) => `again/${id}`,
      ),
    );
    const approving = approvePaid();
    for (const share of [0.25, 0.6]) {
      await until(
        patienceMs,
        `${share} of the deliveries to be settled`,
        async () => (await ends.settled()) >= share * storm.wanted.length,
      );
      atRisk.push(asked.atRisk(keptWithinMs));
      await worker.kill();
      worker = await WorkerChild.start(cadre, patienceMs);
    }
    await publishing;
    await approving;
    await until(patienceMs, 'all deliveries to be settled', async () => (await ends.settled()) >= storm.wanted.length);
    await until(
      patienceMs,
      'all runs to end',
      async () => (await cadre.client.workflow.count("ExecutionStatus = 'Running'")).count === 0,
    );
  } finally {
    await worker.kill();
  }
  await expectNothingLost(storm);
  expectNothingTwice(storm, asked.times, atRisk);
  await expectCauses(storm);
});

/** Each event at each consumer is done, or a dead letter that tells of every attempt; and there are no others. */
async function expectNothingLost(storm: Storm): Promise<void> {
  const rows = await ends.read();
  const said = ({ eventId, consumer, state }: { eventId: string; consumer: string; state: string }) =>
    `${consumer} ${eventId} ${state}`;
  expect(rows.map((row) => said({ ...row, eventId: row.event_id })).sort()).toEqual(storm.wanted.map(said).sort());
  expect(rows.filter(({ attempts }) => attempts !== 1)).toEqual([]);
  const letters = [];
  for (let from = 0; ; from += 500) {
    const page = await store.deadLetters.list({ team: 'storm' }, from, 500);
    letters.push(...page);
    if (page.length < 500) break;
  }
  const dead = storm.wanted.filter(({ state }) => state === 'dead');
  expect(letters.map(said).sort()).toEqual(dead.map((one) => said({ ...one, state: 'open' })).sort());
  for (const letter of letters) expect(depthOf(letter.chain)).toBeGreaterThanOrEqual(3);
}

/** The logs of the two servers outside: a model call that was lost is asked once more, an effect happens once. */
function expectNothingTwice(storm: Storm, times: ReadonlyMap<string, number>, atRisk: readonly Set<string>[]): void {
  const models = storm.wanted.filter(({ asked }) => asked > 0);
  const wrong = models.flatMap(({ agent, root, asked }) => {
    const key = keyOf(agent, root);
    const got = times.get(key) ?? 0;
    const lost = atRisk.filter((some) => some.has(key)).length;
    return got >= asked && got <= asked + lost ? [] : [{ key, got, asked, lost }];
  });
  expect(wrong).toEqual([]);
  expect(times.size).toBe(models.length);
  const entries = [...ledger.entries.values()].map(({ entry }) => entry);
  expect(entries.sort()).toEqual(
    storm.events
      .slice(0, storm.paid)
      .map(({ id }) => id)
      .sort(),
  );
}

/** Every event that a consumer has published says what it follows from, and its chain is found by its first event. */
async function expectCauses(storm: Storm): Promise<void> {
  const roots = storm.wanted.filter(({ agent }) => agent !== 'carrier');
  expect(roots).toHaveLength(storm.events.length);
  let followers = 0;
  for (const { eventId } of roots) {
    const [first, ...rest] = await store.events.listChain('storm', eventId);
    expect(first).toMatchObject({ id: eventId, hops: 0, causationId: null });
    for (const one of rest) {
      followers += 1;
      expect(storm.followers).toContain(one.id);
      expect(one).toMatchObject({ causationId: eventId, hops: 1, subject: 'storm.events.packed' });
    }
  }
  expect(followers).toBe(storm.followers.length);
}

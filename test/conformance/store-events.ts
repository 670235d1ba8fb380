import type { StoredEvent } from '../../activities/stores';
import type { FailureRecord } from '../../contracts/failures';
import type { StoreHarness } from './store';
import { at } from './store-rows';

export function sampleEvent(id: string, more: Partial<StoredEvent> = {}): StoredEvent {
  return {
    team: 'release',
    id,
    subject: 'acme.events.tests.passed',
    source: 'agent:ci',
    subjectKey: 'pr-7',
    data: { build: 17, notes: ['ü', null, 1.5] },
    correlationId: `corr-${id}`,
    causationId: null,
    hops: 0,
    untrusted: true,
    publishedBy: 'agent:ci',
    at,
    ...more,
  };
}

const chain: FailureRecord = {
  kind: 'ToolFailed',
  message: 'no runner',
  retryable: false,
  cause: { kind: 'Overloaded', message: 'busy', retryable: true },
};
const letter = (eventId: string, workflowId = `consume/${eventId}`) => ({
  team: 'release',
  consumer: 'devops',
  agent: 'Dev Ops',
  eventId,
  subject: 'acme.events.tests.passed',
  workflowId,
  chain,
  reason: 'no runner',
  at,
});

/** What the publish and consumer workflows ask of the store. */
export function storeEventSuite(current: () => StoreHarness): void {
  describe('events', () => {
    it('keeps the first event under an id, per team, and gives every later one that', async () => {
      const { events } = current().store;
      const first = sampleEvent('e1');
      expect(await events.record(first)).toEqual({ fresh: true, event: first });
      expect(await events.record({ ...first, data: 'another' })).toEqual({ fresh: false, event: first });
      expect(await events.get('release', 'e1')).toEqual(first);
      const other = sampleEvent('e1', { team: 'support', data: null, untrusted: false, subjectKey: null });
      expect(await events.record(other)).toEqual({ fresh: true, event: other });
      expect(await events.get('support', 'e1')).toEqual(other);
      expect(await events.get('nobody', 'e1')).toBeNull();
    });

    it('keeps a body that is too large for a row as a blob, and gives it back whole', async () => {
      const { events } = current().store;
      const data = { log: 'ä'.repeat(40_000) };
      await events.record(sampleEvent('large', { data }));
      expect((await events.get('release', 'large'))?.data).toEqual(data);
    });

    it('lists a chain of causes in its order, and the latest events of a team', async () => {
      const { events } = current().store;
      const more = (hops: number) => ({ team: 'chains', correlationId: 'c', hops, causationId: hops ? `c${hops - 1}` : null });
      for (const hops of [2, 0, 1]) await events.record(sampleEvent(`c${hops}`, more(hops)));
      await events.record(sampleEvent('x', { team: 'chains' }));
      const found = await events.listChain('chains', 'c');
      expect(found.map(({ id, causationId }) => [id, causationId])).toEqual([['c0', null], ['c1', 'c0'], ['c2', 'c1']]); // prettier-ignore
      expect((await events.listChain('chains', 'c', 1, 1)).map(({ id }) => id)).toEqual(['c1']);
      expect((await events.list('chains')).length).toBe(4);
    }); // prettier-ignore
  });

  describe('deliveries', () => {
    const key = { team: 'release', eventId: 'd1', consumer: 'devops' };

    it('gives an event to a consumer once, whoever asks how often at the same time', async () => {
      const { deliveries } = current().store;
      const asks = Array.from({ length: 10 }, (_, n) => deliveries.record({ ...key, workflowId: `w${n}`, at }));
      const outcomes = await Promise.all(asks);
      expect(outcomes.filter(({ fresh }) => fresh)).toHaveLength(1);
      expect(new Set(outcomes.map(({ delivery }) => delivery.workflowId)).size).toBe(1);
      const { delivery } = await deliveries.record({ ...key, consumer: 'security', workflowId: 'w', at });
      expect(delivery).toMatchObject({ state: 'started', attempts: 1, endedAt: null });
      expect((await deliveries.list('release', 'd1')).map(({ consumer }) => consumer)).toEqual(['devops', 'security']);
    });

    it('is settled once, by the run that has it', async () => {
      const { deliveries } = current().store;
      const { delivery } = await deliveries.record({ ...key, eventId: 'd2', workflowId: 'mine', at });
      const settle = (workflowId: string) =>
        deliveries.complete({ ...delivery, workflowId, state: 'done', at: '2026-01-02' });
      expect(await settle('another')).toBe(false);
      expect(await settle('mine')).toBe(true);
      expect(await settle('mine')).toBe(false);
      expect(await deliveries.get(delivery)).toMatchObject({ state: 'done', endedAt: '2026-01-02' });
    });

    it('is taken up again only after it was given up, and only when that is asked for', async () => {
      const { store } = current();
      const third = { ...key, eventId: 'd3' };
      const record = (workflowId: string, again: boolean) => store.deliveries.record({ ...third, workflowId, at }, again);
      await record('w1', false);
      expect(await record('w2', true)).toMatchObject({ fresh: false, delivery: { workflowId: 'w1' } });
      await store.deadLetters.add(letter('d3', 'w1'), 'acme');
      expect(await store.deliveries.get(third)).toMatchObject({ state: 'dead' });
      expect(await record('w2', false)).toMatchObject({ fresh: false, delivery: { state: 'dead' } });
      expect(await record('w2', true)).toMatchObject({ fresh: true, delivery: { workflowId: 'w2', attempts: 2, state: 'started' } });
      expect(await record('w2', true)).toMatchObject({ fresh: false, delivery: { workflowId: 'w2', attempts: 2 } });
      // The run that gave up before has no say in what is done since.
      await store.deadLetters.add(letter('d3', 'w1'), 'acme');
      expect(await store.deliveries.get(third)).toMatchObject({ state: 'started' });
    }); // prettier-ignore
  });

  describe('joins', () => {
    const wanted = ['tests', 'scan', 'review'];
    const arrive = (correlationId: string, subject: string, eventId: string) =>
      current().store.deliveries.arrive(
        { team: 'release', correlationId, consumer: 'devops', subject, eventId, at },
        wanted,
      );

    it('fires with the last of the wanted subjects, in whatever order they come', async () => {
      expect(await arrive('j1', 'review', 'e3')).toEqual({ arrived: [{ subject: 'review', eventId: 'e3' }], fires: false }); // prettier-ignore
      expect((await arrive('j1', 'tests', 'e1')).fires).toBe(false);
      expect((await arrive('j1', 'tests', 'late')).arrived).toContainEqual({ subject: 'tests', eventId: 'e1' });
      const last = await arrive('j1', 'scan', 'e2');
      expect(last.fires).toBe(true);
      expect(last.arrived.map(({ eventId }) => eventId)).toEqual(['e1', 'e2', 'e3']);
      // A retry of the same event hears the same; nobody else ever does.
      expect((await arrive('j1', 'scan', 'e2')).fires).toBe(true);
      expect((await arrive('j1', 'scan', 'e9')).fires).toBe(false);
      expect((await arrive('j2', 'scan', 'e2')).fires).toBe(false);
    });

    it('fires exactly once when all come at the same moment, many times over', async () => {
      for (let round = 0; round < 20; round += 1) {
        const events = wanted.flatMap((subject) => [`${subject}-a`, `${subject}-b`].map((id) => ({ subject, id })));
        const outcomes = await Promise.all(events.map(({ subject, id }) => arrive(`r${round}`, subject, id)));
        expect(outcomes.filter(({ fires }) => fires)).toHaveLength(1);
        expect(outcomes.find(({ fires }) => fires)?.arrived).toHaveLength(3);
      }
    });
  });

  describe('dead letters', () => {
    it('are kept with their chain, once per run, and settled once', async () => {
      const { deadLetters } = current().store;
      const added = await deadLetters.add(letter('l1'), 'acme');
      expect(added).toMatchObject({ id: /^dl-[0-9a-f]{16}$/, state: 'open', chain });
      expect(await deadLetters.add(letter('l1'), 'acme')).toEqual(added);
      expect((await deadLetters.add(letter('l1', 'another run'), 'acme')).id).not.toBe(added.id);
      expect(await deadLetters.get(added.id)).toEqual(added);
      expect(await deadLetters.get('dl-none')).toBeNull();
      expect(await deadLetters.settle(added.id, 'dropped', 'dana', '2026-01-02')).toBe(true);
      expect(await deadLetters.settle(added.id, 'redriven', 'lee', '2026-01-03')).toBe(false);
      expect(await deadLetters.get(added.id)).toMatchObject({ state: 'dropped', settledBy: 'dana' });
      const open = await deadLetters.list({ team: 'release', state: 'open' });
      expect(open.map(({ id }) => id)).not.toContain(added.id);
      expect((await deadLetters.list({ state: 'dropped' })).map(({ id }) => id)).toEqual([added.id]);
    });
  });

  describe('outbox', () => {
    const fresh = () => current().store.outbox.pending(500);

    it('I5: fills only while a relay is known, and not with what came over the bus', async () => {
      const { store } = current();
      await store.events.record(sampleEvent('o1'));
      expect(await fresh()).toEqual([]);
      await store.outbox.keepOpen('2026-01-08');
      await store.events.record(sampleEvent('o2'));
      await store.events.record(sampleEvent('o2'));
      await store.events.record(sampleEvent('o3', { publishedBy: 'nats' }));
      const dead = await store.deadLetters.add(letter('o2'), 'acme');
      await store.events.record(sampleEvent('o4', { at: '2026-02-01' }));
      const pending = await fresh();
      expect(pending.map(({ id, kind, subject, body }) => [id, kind, subject, body])).toEqual([
        [dead.id, 'dead-letter', 'acme.dlq.dev-ops', { deadLetterId: dead.id }],
        ['release/o2', 'event', 'acme.events.tests.passed', { team: 'release', eventId: 'o2' }],
      ]);
    });

    it('hands out what is not sent, oldest first, and forgets what was sent long ago', async () => {
      const { outbox } = current().store;
      const ids = (await fresh()).map(({ id }) => id);
      expect((await outbox.pending(1)).map(({ id }) => id)).toEqual(ids.slice(0, 1));
      await outbox.markSent(ids, '2026-01-02');
      await outbox.markSent([], '2026-01-02');
      expect(await fresh()).toEqual([]);
      expect(await outbox.prune('2026-01-01')).toBe(0);
      expect(await outbox.prune('2026-01-03')).toBe(ids.length);
    });

    it('has one name for all who open the store', async () => {
      const { outbox } = current().store;
      expect(await outbox.origin('first')).toBe('first');
      expect(await outbox.origin('second')).toBe('first');
    });
  });
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { openStore, type OutboxEntry, type Store } from '../../activities/stores';
import { CadreError } from '../../contracts/failures';
import { type OutboxRelay, startOutboxRelay } from '../../workers/outbox-relay';
import { sampleEvent } from '../conformance/store-events';
import { until } from '../support/harness';

const folder = mkdtempSync(path.join(tmpdir(), 'cadre-relay-'));
let store: Store;
let relay: OutboxRelay | undefined;
let files = 0;
beforeEach(async () => {
  store = await openStore({ file: path.join(folder, `${(files += 1)}.db`) });
});
afterEach(async () => {
  await relay?.close();
  relay = undefined;
  await store.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const log = pino({ level: 'silent' });
const start = async (send: (entry: OutboxEntry) => Promise<void>): Promise<void> => {
  relay = await startOutboxRelay({ outbox: store.outbox, send, log, everyMs: 10 });
};
/** In the order in which they were published. */
const publish = async (...ids: string[]): Promise<void> => {
  for (const id of ids)
    await store.events.record(sampleEvent(id, { at: new Date(Date.now() + files++).toISOString() }));
};
const emptied = () => until(5_000, 'an empty outbox', async () => (await store.outbox.pending()).length === 0);

describe('the relay of the outbox', () => {
  it('sends everything in its order, and nothing twice while it goes well', async () => {
    const sent: string[] = [];
    await start(({ id }) => Promise.resolve(void sent.push(id)));
    await publish('a', 'b', 'c');
    await emptied();
    await relay?.close();
    expect(sent).toEqual(['release/a', 'release/b', 'release/c']);
  });

  it('stops at what cannot be sent now, and goes on from there', async () => {
    const sent: string[] = [];
    let away = 3;
    await start(({ id }) => {
      if (id === 'release/b' && (away -= 1) >= 0) return Promise.reject(new Error('NATS is away'));
      return Promise.resolve(void sent.push(id));
    });
    await publish('a', 'b', 'c');
    await emptied();
    expect(sent).toEqual(['release/a', 'release/b', 'release/c']);
    expect(away).toBeLessThan(0);
  });

  it('leaves out what can never be sent, so that nothing waits behind it', async () => {
    const sent: string[] = [];
    await start(({ id }) =>
      id === 'release/b'
        ? Promise.reject(new CadreError('PayloadTooLarge', 'too large'))
        : Promise.resolve(void sent.push(id)),
    );
    await publish('a', 'b', 'c');
    await emptied();
    expect(sent).toEqual(['release/a', 'release/c']);
  });

  it('a relay that comes later sends what was published since the last one was there', async () => {
    await start(() => Promise.reject(new Error('away')));
    await publish('a');
    await relay?.close();
    await publish('b');
    const sent: string[] = [];
    await start(({ id }) => Promise.resolve(void sent.push(id)));
    await emptied();
    expect(sent).toEqual(['release/a', 'release/b']);
  });
});

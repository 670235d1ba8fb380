import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CallModelRequest } from '../../contracts/activities';
import { AgentLoad, leaseOf } from '../../activities/models/agent-load';
import { openStore, type Store } from '../../activities/stores';

let folder: string;
let store: Store;
let now: Date;
let faults: unknown[];

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'cadre-load-'));
  store = await openStore({ file: path.join(folder, 'state.db') });
  now = new Date('2026-03-01T10:00:00Z');
  faults = [];
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const worker = (): AgentLoad =>
  new AgentLoad(
    store.leases,
    () => now,
    (error) => faults.push(error),
  );
const lease = (agent: string, run: string, place = 'agent') =>
  leaseOf('desk', { run, request: { agent, path: place } as CallModelRequest });
const choices = {
  choices: [
    { name: 'a', description: '', agent: 'north' },
    { name: 'b', description: '', agent: 'south' },
  ],
};
const load = (from = worker()) => from.ofChoices('desk', choices as CallModelRequest);
const later = (ms: number): void => void (now = new Date(now.getTime() + ms));

describe('the load of agents', () => {
  it('is counted over all runs and all workers, a conversation once', async () => {
    const one = worker();
    await one.enter(lease('north', 'run-1'));
    await one.enter(lease('north', 'run-1'));
    await worker().enter(lease('north', 'run-1'));
    await worker().enter(lease('north', 'run-2'));
    await worker().enter(lease('north', 'run-2', 'fanOut/2-north'));
    expect(await load()).toEqual({ north: 3, south: 0 });
    expect(await worker().ofChoices('another', choices as CallModelRequest)).toEqual({ north: 0, south: 0 });
    expect(
      await worker().ofChoices('desk', { choices: [{ name: 'flow', description: '' }] } as CallModelRequest),
    ).toBeUndefined();
  });

  it('ends with the transaction of the answer', async () => {
    const one = worker();
    await one.enter(lease('north', 'run-1'));
    await store.commitStep({ run: 'run-1', audit: [], leaves: lease('north', 'run-1') });
    one.left(lease('north', 'run-1'));
    expect(await load()).toEqual({ north: 0, south: 0 });
    await one.enter(lease('north', 'run-1'));
    expect(await load()).toEqual({ north: 1, south: 0 });
  });

  it('forgets a conversation whose worker died, and keeps one that goes on', async () => {
    const alive = worker();
    await worker().enter(lease('north', 'run-1'));
    await alive.enter(lease('south', 'run-2'));
    for (let beats = 0; beats < 8; beats += 1) {
      later(10_000);
      await alive.enter(lease('south', 'run-2'));
    }
    expect(await load()).toEqual({ north: 0, south: 1 });
  });

  it('stops no work when it cannot be counted', async () => {
    const broken = new AgentLoad(
      { enter: () => Promise.reject(new Error('no store')), count: () => Promise.resolve({}) },
      () => now,
      (error) => faults.push(error),
    );
    await broken.enter(lease('north', 'run-1'));
    expect(faults).toHaveLength(1);
  });
});

import type { WorkflowHandle } from '@temporalio/client';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, watch } from 'node:fs';
import path from 'node:path';
import type { RunResult } from '../../contracts/run';
import { WorkerChild } from '../support/conformance/worker-child';
import { inputOf, reportFile, sampleDay, sampleFolder, startDaily } from '../support/daily-report';
import { Seeded } from '../support/exports/seeded';
import { Harness, until } from '../support/harness';

/** Where the worker dies is chosen at test time; in the name of the test, so that a failure can be repeated. */
const seed = Number(process.env['KILL_SEED'] ?? Date.now() % 1_000_000);
const killsBeforeApproval = 3;
const patienceMs = 60_000;
const input = inputOf(sampleFolder, sampleDay);

let cadre: Harness;
let worker: WorkerChild;
beforeAll(async () => {
  cadre = await Harness.start({ env: { CADRE_MODEL: 'offline' }, withoutWorker: true });
  mkdirSync(path.join(cadre.folder, 'reports'));
  worker = await WorkerChild.start(cadre, patienceMs);
}, patienceMs);
afterAll(async () => {
  await worker.kill();
  await cadre.close();
});

describe(`kill -9 of the worker in the middle of the demo (seed ${seed}, repeat with KILL_SEED)`, () => {
  it('ends with the same report, written once', async () => {
    const file = reportFile(cadre, sampleDay);
    const events = await runToApproval(() => Promise.resolve());
    const expected = readFileSync(file, 'utf8');
    renameSync(file, `${file}.first`);

    const random = new Seeded(seed);
    const points = Array.from({ length: killsBeforeApproval }, () => random.int(4, events - 6)).sort((a, b) => a - b);
    let kills = 0;
    await runToApproval(async (handle) => {
      for (const point of points) {
        await until(patienceMs, `event ${point} with a call under way, or the approval`, async () => {
          const { historyLength, raw } = await handle.describe();
          const isBusy = (raw.pendingActivities ?? []).length > 0;
          return historyLength >= events || (historyLength >= point && isBusy);
        });
        await replaceWorker();
        kills += 1;
      }
    });
    expect(kills).toBe(killsBeforeApproval);
    expect(readFileSync(file, 'utf8')).toBe(expected);
  }, 300_000);

  /** Runs to the end; kills once more at the very moment at which the file has appeared. Returns the events before. */
  async function runToApproval(disturb: (handle: WorkflowHandle) => Promise<void>): Promise<number> {
    const file = reportFile(cadre, sampleDay);
    const handle = await startDaily(cadre, input);
    await disturb(handle);
    const { id, digest } = await cadre.approval(handle, patienceMs);
    const { historyLength } = await handle.describe();
    const appeared = killWhenThere(file);
    await cadre.decide(handle, { id, digest, decision: 'approve', by: 'dana' });
    await appeared;
    const { ino, mtimeMs } = statSync(file);
    worker = await WorkerChild.start(cadre, patienceMs);
    const result = (await handle.result()) as RunResult;
    expect(result.status).toBe('completed');
    expect(result.approvals.map(({ state }) => state)).toEqual(['approved']);
    expect(statSync(file)).toMatchObject({ ino, mtimeMs });
    return historyLength;
  }

  /** The file is there and nobody may have noted it yet: the worst moment to die. */
  function killWhenThere(file: string): Promise<void> {
    return new Promise((resolve) => {
      const watcher = watch(path.dirname(file), () => {
        if (!existsSync(file)) return;
        watcher.close();
        void worker.kill().then(resolve);
      });
    });
  }

  async function replaceWorker(): Promise<void> {
    await worker.kill();
    worker = await WorkerChild.start(cadre, patienceMs);
  }
});

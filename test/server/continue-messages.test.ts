import type { WorkflowHandle } from '@temporalio/client';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { startDrillModel, toolCall, type DrillModel } from '../support/drill-model';
import { Harness, until } from '../support/harness';
import { startShortServer, type ShortServer } from '../support/short-server';

let short: ShortServer;
let model: DrillModel;
let cadre: Harness;

beforeAll(async () => {
  short = await startShortServer(60);
  model = await startDrillModel();
  const env = { DRILL_MODEL_URL: model.url, DRILL_MODEL_KEY: 'drill-key' };
  cadre = await Harness.start({ teams: ['drill-long'], env, server: { address: short.server.address } });
  writeFileSync(path.join(cadre.folder, 'in.txt'), 'a line');
});
afterAll(async () => {
  await cadre.close();
  await model.close();
  await short.close();
});

const input = { team: 'drill-long', agent: 'walker', task: 'Walk', budget: { steps: 200 } };

/** Walks on, a step at a time, until `over`; then it answers. */
async function walk(workflowId: string, over: () => boolean): Promise<WorkflowHandle> {
  model.requests.length = 0;
  model.answer = ({ step }) =>
    over() ? undefined : { message: toolCall('artifacts_read', { id: `sha256:${String(step).padStart(64, '0')}` }) };
  await cadre.start('agent', input, workflowId);
  return cadre.client.workflow.getHandle(workflowId);
}

interface Budget {
  limits: { steps: number };
}
const steps = async (handle: WorkflowHandle): Promise<number> => (await handle.query<Budget>('budget')).limits.steps;

/** How many runs the chain has had. */
async function runsOf(handle: WorkflowHandle, seen: Set<string>): Promise<number> {
  return seen.add((await handle.describe()).runId).size;
}

const again = (handle: WorkflowHandle, name: string, updateId: string, argument: object): Promise<unknown> =>
  handle.executeUpdate(name, { updateId, args: [argument] });

it('F13 the same update id twice, also across continue-as-new: done once, the first answer again', async () => {
  let over = false;
  const handle = await walk('f13', () => over);
  const more = { steps: 7, by: 'dana' };
  const first = await again(handle, 'topUp', 'top-up-1', more);
  expect(await again(handle, 'topUp', 'top-up-1', more)).toEqual(first);
  const steer = { text: 'only once', from: 'dana' };
  await again(handle, 'steer', 'steer-1', steer);
  const seen = new Set<string>();
  await until(60_000, 'a third run', async () => (await runsOf(handle, seen)) > 2);
  expect(await again(handle, 'topUp', 'top-up-1', more)).toEqual(first);
  await again(handle, 'steer', 'steer-1', steer);
  expect(await steps(handle)).toBe(207);
  expect(await again(handle, 'topUp', 'top-up-2', more)).toMatchObject({ steps: 214 });
  over = true;
  await handle.result();
  expect(model.requests.at(-1)?.text.split('only once')).toHaveLength(2);
}, 120_000);

it('F20 continue-as-new with signals and updates on their way: none is missing and none counts twice', async () => {
  const senders = 4;
  const each = 20;
  let sent = 0;
  const handle = await walk('f20', () => sent === senders * each * 2);
  const seen = new Set<string>();
  const send = async (sender: number): Promise<void> => {
    for (let n = 0; n < each; n += 1) {
      await handle.signal('steer', { text: `word-${sender}-${n}.`, from: 'dana' });
      // A client that got no answer on the way into the next run sends the same once more.
      await until(30_000, 'the update', () => again(handle, 'topUp', `top-${sender}-${n}`, { steps: 1, by: 'dana' }));
      await runsOf(handle, seen);
      sent += 2;
    }
  };
  await Promise.all(Array.from({ length: senders }, (_, sender) => send(sender)));
  const result: unknown = await handle.result();
  expect(result).toMatchObject({ status: 'completed' });
  expect(seen.size).toBeGreaterThan(2);
  expect(await steps(handle)).toBe(200 + senders * each);
  const text = model.requests.at(-1)?.text ?? '';
  const words = Array.from({ length: senders * each }, (_, n) => `word-${n % senders}-${Math.floor(n / senders)}.`);
  expect(words.filter((word) => text.split(word).length !== 2)).toEqual([]);
}, 180_000);

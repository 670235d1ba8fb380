import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import type { Zone } from '../../contracts/names';
import { runWorker, type WorkerProcess } from '../../workers/main';
import { Harness, until } from '../support/harness';

const team = `apiVersion: cadre/v1
kind: Team
metadata: { name: zoned }
spec:
  models: { auto: { provider: offline } }
  tools:
    files: { builtin: files, root: data, effects: { "read_*": read, write_file: write } }
  agents:
    - { name: reader, description: Reads files, instructions: Read notes.txt., tools: [files.read_file] }
    - { name: publisher, description: Writes files, instructions: Write., tools: [files.write_file], trust: elevated }
  compositions:
    both:
      pattern: pipeline
      stages:
        - { tool: files.read_file, by: reader, args: { path: notes.txt } }
        - { agent: reader, task: Say what notes.txt holds }
        - { tool: files.write_file, by: publisher, args: { path: out.txt, content: "{{input.text}}" } }
`;

const workers: WorkerProcess[] = [];
let cadre: Harness;
beforeAll(async () => {
  cadre = await Harness.start({ withoutWorker: true, env: { CADRE_ZONES: 'model,tools,external,local' } });
  mkdirSync(path.join(cadre.folder, 'agents', 'zoned'), { recursive: true });
  writeFileSync(path.join(cadre.folder, 'agents', 'zoned', 'team.yaml'), team);
  mkdirSync(path.join(cadre.folder, 'data'));
  writeFileSync(path.join(cadre.folder, 'data', 'notes.txt'), 'some notes');
});
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.shutdown()));
  await cadre.close();
});

async function serve(identity: string, zones: Zone[], workflows: boolean): Promise<void> {
  const server = { connection: { address: cadre.address }, namespace: cadre.namespace };
  const log = pino({ level: 'silent' });
  workers.push(await runWorker({ config: cadre.config, server, log, graceMs: 500, identity, zones, workflows }));
}

test('with CADRE_ZONES each worker does its own zones: what changes the world is done by the elevated one alone', async () => {
  await serve('ordinary', ['model', 'tools', 'external', 'local'], true);
  const input = { team: 'zoned', task: 'Read and write', composition: 'both', input: { text: 'hello zones' } };
  const handle = await cadre.start('compose', input);
  const { id, digest } = await cadre.approval(handle);
  await cadre.decide(handle, { id, digest, decision: 'approve', by: 'dana' });
  // Approved, and the worker that may do it is not there: nobody else does.
  await until(10_000, 'the call to wait', async () => {
    const { raw } = await handle.describe();
    const [call] = raw.pendingActivities ?? [];
    return call?.activityOptions?.taskQueue?.name === 'cadre-elevated' && Number(call.state) === 1;
  });
  await serve('elevated', ['elevated'], false);
  await expect(handle.result()).resolves.toMatchObject({ status: 'completed' });
  expect(readFileSync(path.join(cadre.folder, 'data', 'out.txt'), 'utf8')).toBe('hello zones');
  expect(await calls(handle.workflowId)).toEqual([
    ['callTool', 'cadre-local', 'ordinary'],
    ['callModel', 'cadre-model', 'ordinary'],
    ['callTool', 'cadre-local', 'ordinary'],
    ['callModel', 'cadre-model', 'ordinary'],
    ['callTool', 'cadre-elevated', 'elevated'],
  ]);
});

/** What each call was, the queue it waited on, and the worker that took it. */
async function calls(workflowId: string): Promise<string[][]> {
  const { events = [] } = await cadre.client.workflow.getHandle(workflowId).fetchHistory();
  const waiting = new Map<string, string[]>();
  const taken: string[][] = [];
  for (const event of events ?? []) {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled)
      waiting.set(String(event.eventId), [scheduled.activityType?.name ?? '', scheduled.taskQueue?.name ?? '']);
    const started = event.activityTaskStartedEventAttributes;
    if (started) taken.push([...(waiting.get(String(started.scheduledEventId)) ?? []), started.identity ?? '']);
  }
  return taken;
}

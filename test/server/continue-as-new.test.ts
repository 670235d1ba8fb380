import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { startDrillModel, toolCall, type DrillModel } from '../support/drill-model';
import { Harness, until } from '../support/harness';
import { startShortServer, type ShortServer } from '../support/short-server';

const files = 30;
/** The server suggests to continue as new after so many events; 30 steps of 6 and more events pass it several times. */
const suggestedEvents = 60;

let short: ShortServer;
let model: DrillModel;
let cadre: Harness;

beforeAll(async () => {
  short = await startShortServer(suggestedEvents);
  model = await startDrillModel();
  const env = { DRILL_MODEL_URL: model.url, DRILL_MODEL_KEY: 'drill-key' };
  cadre = await Harness.start({ teams: ['drill-long'], env, server: { address: short.server.address } });
  for (let n = 0; n < files; n += 1) writeFileSync(path.join(cadre.folder, `in-${n}.txt`), `line ${n}\n`);
});
afterAll(async () => {
  await cadre.close();
  await model.close();
  await short.close();
});

describe('a long run (architecture, continue-as-new)', () => {
  it('goes on in new runs with the same conversation, budget, steers and steps, and asks for nothing twice', async () => {
    model.requests.length = 0;
    model.answer = (seen) =>
      seen.step < files ? { message: toolCall('read_file', { path: `in-${seen.step}.txt` }) } : undefined;
    const handle = await cadre.start(
      'agent',
      { team: 'drill-long', agent: 'walker', task: 'Read them all', budget: { steps: 100 } },
      'walk',
    );
    await until(
      30_000,
      'the first new run',
      async () => (await handle.describe()).runId !== handle.firstExecutionRunId,
    );
    await handle.signal('steer', { text: 'mind the gap', from: 'dana' });
    const result: unknown = await handle.result();
    expect(result).toMatchObject({ status: 'completed', output: 'walker is done', steps: files + 1 });
    expect(model.requests.map(({ step }) => step)).toEqual(Array.from({ length: files + 1 }, (_, step) => step));
    expect(model.requests.at(-1)?.text).toContain('line 0');
    expect(model.requests.at(-1)?.text).toContain(`line ${files - 1}`);
    expect(model.requests.some(({ text }) => text.includes('mind the gap'))).toBe(true);
    const { usage } = result as { usage: { modelCalls: number; toolCalls: number } };
    expect(usage).toMatchObject({ modelCalls: files + 1, toolCalls: files });
    for (const events of await eventsOfChain('walk')) expect(events).toBeLessThan(suggestedEvents * 2);
  });
});

/** Events of each run of the chain, newest first; the chain has several. */
async function eventsOfChain(workflowId: string): Promise<number[]> {
  const counts: number[] = [];
  for await (const run of cadre.client.workflow.list({ query: `WorkflowId = '${workflowId}'` }))
    counts.push(run.historyLength);
  expect(counts.length).toBeGreaterThan(2);
  return counts;
}

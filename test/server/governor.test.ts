import { startDrillModel, type DrillModel } from '../support/drill-model';
import { Harness } from '../support/harness';

let model: DrillModel;
let cadre: Harness;

beforeAll(async () => {
  model = await startDrillModel();
  cadre = await Harness.start({ teams: ['drill'], env: { DRILL_MODEL_URL: model.url, DRILL_MODEL_KEY: 'k' } });
});
afterAll(async () => {
  await cadre.close();
  await model.close();
});

describe('large work in one workflow task (F36)', () => {
  it('is sent in batches: 60 branches with a task of 99 KB each, 6 MB in all, end', async () => {
    const task = 'x'.repeat(99_000);
    const branches = Array.from({ length: 60 }, () => ({ agent: 'north' }));
    const handle = await cadre.start('fanOut', {
      team: 'drill',
      task,
      branches,
      maxParallel: 64,
      budget: { tokens: 50_000_000 },
    });
    const result = (await handle.result()) as { status: string; steps: number };
    expect(result).toMatchObject({ status: 'completed', steps: 60 });
    expect(model.requests).toHaveLength(60);
    const { events } = JSON.parse(await cadre.historyJson(handle.workflowId)) as { events: { eventType: string }[] };
    const timers = events.filter(({ eventType }) => eventType === 'EVENT_TYPE_TIMER_STARTED').length;
    expect(timers).toBeGreaterThanOrEqual(2);
    expect(timers).toBeLessThan(40);
  });

  it('costs no timer where everything fits', async () => {
    const branches = Array.from({ length: 20 }, () => ({ agent: 'north' }));
    const handle = await cadre.start('fanOut', { team: 'drill', task: 'small', branches, maxParallel: 20 });
    await handle.result();
    expect(await cadre.historyJson(handle.workflowId)).not.toContain('EVENT_TYPE_TIMER_STARTED');
  });
});

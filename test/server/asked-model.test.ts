import { startDrillModel, type DrillModel } from '../support/drill-model';
import { Harness, until } from '../support/harness';
import { withModel } from '../../workers/config';
import { runWorker } from '../../workers/main';
import { pino } from 'pino';

// A run that was started with `--model offline` goes on with it, also when a worker takes it up that was told nothing.
let cadre: Harness;
let model: DrillModel;

beforeAll(async () => {
  model = await startDrillModel();
  const env = { DRILL_MODEL_URL: model.url, DRILL_MODEL_KEY: 'drill-key' };
  cadre = await Harness.start({ teams: ['drill'], env, withoutWorker: true });
});
afterAll(async () => {
  await cadre.close();
  await model.close();
});

test('the model of a run is that of its start, whichever worker goes on with it', async () => {
  const connection = { address: cadre.address };
  const offline = await runWorker({
    config: withModel(cadre.config, 'offline'),
    server: { connection, namespace: cadre.namespace },
    log: pino({ level: 'silent' }),
    graceMs: 500,
  });
  const stages = [{ agent: 'north' }, { approval: { reason: 'Go on?' } }, { agent: 'south' }];
  const handle = await cadre.start('pipeline', { team: 'drill', task: 'Look', stages });
  const { id, digest } = await cadre.approval(handle);
  await offline.shutdown();

  await cadre.startWorker();
  await cadre.decide(handle, { id, digest, decision: 'approve', by: 'dana' });
  expect(await handle.result()).toMatchObject({ status: 'completed' });
  expect(model.requests).toEqual([]);

  // A run that this worker prepares uses the models of its team.
  await cadre.run('agent', { team: 'drill', agent: 'north', task: 'Look' });
  await until(5_000, 'a request', () => Promise.resolve(model.requests.length === 1));
});

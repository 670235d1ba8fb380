import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import { replay } from '../../workers/replay';
import { readHistoryFile } from '../../workers/history-file';
import { json } from '../support/drill-model';
import { testServer } from '../support/harness';
import { say, useLab } from '../support/attack/attack-lab';

const lab = useLab();
const unsure = json({ route: 'south', confidence: 0.1, reason: 'unclear' });

describe('the fallback of a router', () => {
  it('that takes the task itself and fails is not tried a second time', async () => {
    lab.byAgent({ north: () => ({ message: unsure }), typed: () => say('no json') });
    const input = { router: 'north', routes: [{ agent: 'south' }], fallback: { agent: 'typed' } };
    await expect(lab.run('router', input)).rejects.toMatchObject({ cause: { type: 'MalformedOutput' } });
    // One answer and two repairs; twice that is what it was before.
    expect(lab.asked('typed')).toHaveLength(3);
  });

  it('takes over when the route that was chosen fails', async () => {
    const sure = json({ route: 'typed', confidence: 0.9, reason: 'clear' });
    lab.byAgent({ north: () => ({ message: sure }), typed: () => say('no json'), south: () => say('south') });
    const input = { router: 'north', routes: [{ agent: 'typed' }], fallback: { agent: 'south' } };
    expect(await lab.run('router', input)).toMatchObject({ status: 'completed', output: 'south' });
  });

  it('that was tried twice in a recorded history replays as it was (I12)', async () => {
    const file = path.join(__dirname, '../histories/before/fallback-tried-once_0.1.0.json');
    // Summaries stand in a history as base64.
    const summary = Buffer.from(JSON.stringify('typed · step 1 · model')).toString('base64');
    expect(readFileSync(file, 'utf8').split(summary)).toHaveLength(3);
    const source = { name: 'fallback-tried-once', load: () => readHistoryFile(file) };
    for await (const verdict of replay([source], { home: testServer().home, log: pino({ level: 'silent' }) }))
      expect(verdict).toMatchObject({ verdict: 'same' });
  });
});

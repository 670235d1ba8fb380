import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import { patternNames } from '../../contracts/names';
import { readHistoryFile } from '../../workers/history-file';
import { replay, type ReplaySource, type ReplayVerdict } from '../../workers/replay';
import { testServer } from '../support/harness';
import { neverAsks, patternCases } from '../support/pattern-cases';

const folder = path.join(__dirname, '../histories');
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
const endings = ['completed', 'approved', 'rejected', 'expired', 'cancelled'];

interface Event {
  eventType: string;
  activityTaskScheduledEventAttributes?: { activityId: string; activityType: { name: string } };
}

async function verdictOn(source: ReplaySource): Promise<ReplayVerdict> {
  for await (const verdict of replay([source], { home: testServer().home, log: pino({ level: 'silent' }) }))
    return verdict;
  throw new Error('no verdict');
}

/** A recorded history with one thing changed, as a changed workflow would have it. */
function mutated(name: string, change: (events: Event[]) => void): ReplaySource {
  return {
    name,
    load: async () => {
      const loaded = await readHistoryFile(path.join(folder, name));
      const copy = JSON.parse(JSON.stringify(loaded.history)) as { events: Event[] };
      change(copy.events);
      return { workflowId: loaded.workflowId, history: copy };
    },
  };
}

describe('golden histories, exported by the real CLI', () => {
  it('are there for every type and ending', () => {
    const wanted = patternNames.flatMap((type) =>
      endings
        .filter((ending) => ending === 'completed' || neverAsks(patternCases[type]) === undefined)
        .map((ending) => `${type}_${ending}`),
    );
    expect([...new Set(files.map((name) => name.replace(/_\d+\.\d+\.\d+\.json$/, '')))].sort()).toEqual(wanted.sort());
  });

  it.each(files)('%s replays', async (name) => {
    const verdict = await verdictOn({ name, load: () => readHistoryFile(path.join(folder, name)) });
    expect(verdict).toMatchObject({ verdict: 'same', message: undefined });
  });

  it('shows a divergence when an activity has another type', async () => {
    const verdict = await verdictOn(
      mutated('agent_approved_0.1.0.json', (events) => {
        const calls = events.flatMap((event) => event.activityTaskScheduledEventAttributes ?? []);
        const [model, tool] = calls;
        if (!model || !tool) throw new Error('the history holds no two activities');
        model.activityType.name = tool.activityType.name;
      }),
    );
    expect(verdict.verdict).toBe('diverged');
    expect(verdict.message).toMatch(/TMPRL1100|[Nn]ondeterminism/);
  });

  it('shows a divergence when two activities change places', async () => {
    const verdict = await verdictOn(
      mutated('agent_approved_0.1.0.json', (events) => {
        const [model, tool] = events.flatMap((event) => event.activityTaskScheduledEventAttributes ?? []);
        if (!model || !tool) throw new Error('the history holds no two activities');
        [model.activityId, tool.activityId] = [tool.activityId, model.activityId];
      }),
    );
    expect(verdict.verdict).toBe('diverged');
  });

  it('refuses a decoded download with the reason and the way out', async () => {
    const name = files[0] ?? '';
    const text = JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as {
      events: Record<string, { input?: unknown }>[];
    };
    const started = text.events[0]?.['workflowExecutionStartedEventAttributes'];
    if (started) started.input = [{ task: 'Look' }];
    const verdict = await verdictOn({
      name,
      load: async () => {
        const { mkdtempSync, writeFileSync } = await import('node:fs');
        const file = path.join(mkdtempSync(path.join(testServer().home, 'decoded-')), 'history.json');
        writeFileSync(file, JSON.stringify(text));
        return readHistoryFile(file);
      },
    });
    expect(verdict).toMatchObject({ verdict: 'unreadable' });
    expect(verdict.message).toContain('decoded');
  });
});

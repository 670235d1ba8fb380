import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RunResult } from '../../contracts/run';
import { startDrillModel, type DrillModel } from '../support/drill-model';
import { Harness } from '../support/harness';

jest.setTimeout(120_000);

let model: DrillModel;
let cadre: Harness;

beforeAll(async () => {
  model = await startDrillModel();
  cadre = await Harness.start();
});
afterAll(async () => {
  await cadre.close();
  await model.close();
});
beforeEach(() => {
  model.requests.length = 0;
});

const sync = { title: 'Sync', agenda: ['When?'], participants: ['lead', 'north', 'south'] };
const hold = (fields: object = {}): Promise<RunResult> => cadre.run('meeting', { ...sync, ...fields });

interface Minutes {
  agenda: { state: string }[];
  decisions: { item: number; outcome: string }[];
}
const minutesOf = ({ output }: RunResult): Minutes => output as unknown as Minutes;

describe('who can attend', () => {
  const today = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
  const hourIn = (zone: string): number =>
    Number(new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', hourCycle: 'h23' }).format(new Date()));
  const teamWith = (availability: Record<string, unknown>) => ({
    name: 'crew',
    agents: Object.fromEntries(
      ['lead', 'north', 'south', 'west'].map((name) => [
        name,
        {
          model: 'm',
          instructions: `You are agent ${name}.`,
          ...(name in availability && { meetingAvailability: availability[name] }),
        },
      ]),
    ),
    models: {
      m: {
        provider: 'openai-compatible',
        baseUrl: model.url,
        model: 'drill-1',
        structuredOutput: 'json_schema',
        stream: false,
      },
    },
  });

  it('is recorded at the start: never, and days and hours in a time zone; the chair is stood in for', async () => {
    const zone = 'Asia/Kolkata';
    const hour = hourIn(zone);
    const window = (from: number, to: number): string => `${String(from % 24)}:00-${String(to % 24)}:00`;
    const result = await hold({
      participants: ['lead', 'north', 'south', 'west'],
      chair: 'lead',
      quorum: 2,
      team: teamWith({
        lead: 'never',
        south: { days: today, hours: window(hour + 12, hour + 14), timezone: zone },
        west: { days: today, hours: window(hour + 23, hour + 26), timezone: zone },
      }),
    });
    expect(minutesOf(result)).toMatchObject({
      chair: 'north',
      present: ['north', 'west'],
      absent: [
        { agent: 'lead', reason: 'attends no meetings' },
        { agent: 'south', reason: `not available at this time (${zone})` },
      ],
      decisions: [{ votes: { yes: 2, missing: 2 } }],
    });
    expect(new Set(model.requests.map(({ agent }) => agent))).toEqual(new Set(['north', 'west']));
  });

  it('without a quorum no meeting is held, and nothing is spent', async () => {
    const meeting = hold({ team: teamWith({ lead: 'never', north: 'never' }) });
    await expect(meeting).rejects.toMatchObject({
      cause: {
        type: 'QuorumNotReached',
        message: expect.stringContaining('Absent: lead (attends no meetings), north') as string,
      },
    });
    expect(model.requests).toHaveLength(0);
  });
});

describe('the meeting of the founding documents', () => {
  const seed = JSON.parse(
    readFileSync(path.join(__dirname, '../support/teams/snippets/meeting.json'), 'utf8'),
  ) as object;

  it('is an input as it stands; without a model and without material it is held, and decides nothing', async () => {
    const offline = await Harness.start();
    try {
      const result = await offline.run('meeting', seed);
      expect(result).toMatchObject({ status: 'partial', stoppedBecause: 'no decision on item 1, 2, 3' });
      expect(minutesOf(result).agenda.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
      expect(Object.keys(result.agents).sort()).toEqual(['backend', 'cso', 'cto', 'devops', 'frontend']);
    } finally {
      await offline.close();
    }
  });

  it('is a document of a team, started by its name, with a decision on each item', async () => {
    const folder = path.join(cadre.folder, 'agents', 'review');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'meeting.yaml'), JSON.stringify(seed));
    const models = {
      m: {
        provider: 'openai-compatible',
        baseUrl: model.url,
        model: 'drill-1',
        structuredOutput: 'json_schema',
        stream: false,
      },
    };
    writeFileSync(path.join(folder, 'team.yaml'), JSON.stringify({ defaults: { model: 'm' }, models }));
    const result = await cadre.run('compose', {
      team: 'review',
      composition: 'analytics-dashboard-architecture-review',
    });
    expect(result).toMatchObject({ status: 'completed', steps: 3 * (5 + 1 + 5) });
    expect(minutesOf(result).decisions.map(({ item, outcome }) => [item, outcome])).toEqual([
      [1, 'carried'],
      [2, 'carried'],
      [3, 'carried'],
    ]);
  });
});

it('the example of its page runs as it stands, without a model', async () => {
  const page = readFileSync(path.join(__dirname, '../../docs/patterns/meeting.md'), 'utf8');
  const input = JSON.parse(/```json meeting\.json\n([^]*?)```/.exec(page)?.[1] ?? '') as object;
  const offline = await Harness.start();
  try {
    const result = await offline.run('meeting', input);
    expect(result).toMatchObject({ status: 'completed', failures: [] });
    expect(minutesOf(result).decisions).toHaveLength(3);
  } finally {
    await offline.close();
  }
});

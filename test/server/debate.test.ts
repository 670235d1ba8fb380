import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Envelope } from '../../contracts/message';
import type { RunResult } from '../../contracts/run';
import { json, startDrillModel, toolCall, type DrillModel, type DrillRequest } from '../support/drill-model';
import { Harness } from '../support/harness';

jest.setTimeout(120_000);

let model: DrillModel;
let cadre: Harness;

beforeAll(async () => {
  model = await startDrillModel();
  cadre = await Harness.start({ teams: ['drill'], env: { DRILL_MODEL_URL: model.url, DRILL_MODEL_KEY: 'drill-key' } });
});
afterAll(async () => {
  await cadre.close();
  await model.close();
});
beforeEach(() => {
  model.requests.length = 0;
  model.answer = () => undefined;
});

const debate = (fields: object): Promise<RunResult> =>
  cadre.run('debate', { team: 'drill', task: 'Is it ready?', judge: 'critic', ...fields });
const asked = (role: string): DrillRequest[] => model.requests.filter((request) => request.role === role);
const position = (answer: string, argument: string) => ({ message: json({ answer, argument }) });
/** Each debater says who it is, as models do, whatever they are told. */
const boasts = ({ agent, role, step }: DrillRequest) =>
  role === 'position' ? position(`${agent.length} and ${step}`, `As agent ${agent} I say so. — ${agent}`) : undefined;

const cost = (debaters: number, rounds: number, byJudge = false): number =>
  debaters * rounds + (byJudge ? rounds - 1 : 0) + 1;

describe('a debate on a model behind a real socket', () => {
  it('costs D·R + 1 calls: everybody the same number of steps, then the judge', async () => {
    model.answer = boasts;
    for (const [debaters, rounds] of [
      [['north', 'lead'], 1],
      [['north', 'author', 'lead'], 3],
    ] as const) {
      model.requests.length = 0;
      const result = await debate({ debaters, rounds });
      expect(result).toMatchObject({ status: 'completed', stoppedBecause: `all ${rounds} rounds are used` });
      expect(model.requests).toHaveLength(cost(debaters.length, rounds));
      for (const agent of debaters) expect(result.agents[agent]?.steps).toBe(rounds);
    }
  });

  it('nobody sees who said what: not the judge, and not the debaters of each other', async () => {
    model.answer = boasts;
    const debaters = ['north', 'author', 'lead'];
    await debate({ debaters, rounds: 3, consensus: 'judge' });
    expect(model.requests).toHaveLength(cost(3, 3, true));
    for (const { agent, text } of model.requests) {
      for (const other of debaters) if (other !== agent) expect(text).not.toMatch(new RegExp(`\\b${other}\\b`));
    }
    expect(asked('verdict')[0]?.text).toContain('As agent a debater I say so.');
  });

  it('the first answers are blind; later ones see all others of the round before, in an order that moves on', async () => {
    model.answer = boasts;
    const debaters = ['north', 'author', 'lead'];
    await debate({ debaters, rounds: 3 });
    const labels = ({ said }: DrillRequest): string[] =>
      [...said.matchAll(/answer (\S+) of round/g)].map(([, label]) => label ?? '');
    for (const request of asked('position')) {
      const { step } = request;
      expect(labels(request)).toHaveLength(step === 0 ? 0 : 2);
      expect(labels(request).every((label) => label.startsWith(String(step)))).toBe(true);
    }
    // The length of the name tells the test, and nobody else, who answered: each stands in each place once.
    const [verdict] = asked('verdict');
    const order = [...(verdict?.said.matchAll(/answer \d([ABC]) of round[^]*?"answer":"(\d+) and/g) ?? [])].map(
      ([, place, who]) => `${place ?? ''}${who ?? ''}`,
    );
    expect(new Set(order).size).toBe(9);
  });

  it('an open first round is spoken in turn, each hearing those before', async () => {
    model.answer = boasts;
    await debate({ debaters: ['north', 'author', 'lead'], rounds: 1, blindFirstRound: false });
    const heard = asked('position').map(({ said }) => [...said.matchAll(/answer (\S+) of round/g)].length);
    expect(heard).toEqual([0, 1, 2]);
  });

  it('ends early when all short answers are equal, and the judge still decides', async () => {
    model.answer = ({ agent, role }) =>
      role === 'position' ? position(agent === 'north' ? 'Yes.' : ' yes', 'so') : undefined;
    const result = await debate({ debaters: ['north', 'south', 'lead'], rounds: 4 });
    expect(model.requests).toHaveLength(cost(3, 1));
    expect(result).toMatchObject({
      status: 'completed',
      stoppedBecause: 'consensus in round 1',
      output: { answer: 'yes', minorityReport: [] },
      parts: { rounds: 1, consensus: true },
    });
  });

  it('ends early on the word of the judge, when it is asked', async () => {
    model.answer = (request) =>
      request.role === 'consensus'
        ? { message: json({ consensus: true, reason: 'the same in other words' }) }
        : boasts(request);
    const result = await debate({ debaters: ['north', 'author'], rounds: 3, consensus: 'judge' });
    expect(asked('position')).toHaveLength(2);
    expect(result.stoppedBecause).toBe('consensus in round 1');
    // What it was shown before it is not shown again.
    expect(asked('verdict')[0]?.said).not.toContain('answer 1A');
  });

  it('carries the minority report with names and arguments, also when the judge says nothing of it', async () => {
    model.answer = ({ agent, role, text }) => {
      if (role === 'position') return position(agent === 'lead' ? 'no' : 'yes', `reasons ${agent.length}`);
      if (role !== 'verdict') return undefined;
      expect(text).toContain('reasons 4');
      return { message: json({ answer: 'yes', verdict: 'Yes.', positions: [], agreements: [], disagreements: [] }) };
    };
    const { output } = await debate({ debaters: ['north', 'south', 'lead'], rounds: 2 });
    expect(output).toMatchObject({
      minorityReport: [
        { answer: 'no', heldBy: ['lead'], arguments: [{ from: 'lead', argument: 'reasons 4' }], judgedSo: [] },
      ],
    });
  });

  it('the judge rules on labels, and the result says whose they were', async () => {
    model.answer = (request) => {
      if (request.role !== 'verdict') return boasts(request);
      return undefined;
    };
    const result = await debate({ debaters: ['north', 'author'], rounds: 1 });
    const { minorityReport } = result.output as { minorityReport: { heldBy: string[]; judgedSo: string[] }[] };
    expect(minorityReport.flatMap(({ heldBy }) => heldBy).sort()).toEqual(['author', 'north']);
    expect(minorityReport.every(({ judgedSo }) => judgedSo.length === 1)).toBe(true);
  });

  it('a debater may look things up before it answers', async () => {
    model.answer = ({ agent, role, step, tools }) => {
      if (agent !== 'reader' || role !== 'position' || step > 0) return undefined;
      expect(tools).toContain('list_files');
      return { message: toolCall('list_files', {}) };
    };
    const result = await debate({ debaters: ['north', 'reader'], rounds: 1 });
    expect(result).toMatchObject({ status: 'completed', usage: { toolCalls: 1, modelCalls: 4 } });
    // What the reader answers derives from files, and so does the verdict (I8).
    expect(result.untrusted?.count).toBeGreaterThan(0);
  });

  it('goes on without a debater that fails, and says so; with fewer than two it fails', async () => {
    model.answer = (request) =>
      request.agent === 'lead' && request.step > 0
        ? { message: { role: 'assistant', content: 'I cannot' } }
        : boasts(request);
    const result = await debate({ debaters: ['north', 'author', 'lead'], rounds: 2 });
    expect(result).toMatchObject({
      status: 'partial',
      stoppedBecause: 'all 2 rounds are used; lead left in round 2: MalformedOutput',
    });
    const failed = debate({ debaters: ['north', 'lead'], rounds: 2 });
    await expect(failed).rejects.toMatchObject({ cause: { type: 'QuorumNotReached' } });
  });

  it('a judge that debates is refused before anything is spent', async () => {
    await expect(debate({ debaters: ['north', 'critic'] })).rejects.toMatchObject({ cause: { type: 'InvalidInput' } });
    expect(model.requests).toHaveLength(0);
  });
});

it('every position is an envelope of its author', async () => {
  model.answer = boasts;
  const handle = await cadre.start('debate', {
    team: 'drill',
    task: 'Is it ready?',
    debaters: ['north', 'author'],
    judge: 'critic',
    rounds: 1,
  });
  await handle.result();
  const { items } = await handle.query<{ items: Pick<Envelope, 'type' | 'sender'>[] }>('messages');
  const senders = items.filter(({ type }) => type === 'result').map(({ sender }) => sender);
  expect(senders.sort()).toEqual(['author', 'critic', 'north']);
});

it('the example of its page runs as it stands, without a model', async () => {
  const page = readFileSync(path.join(__dirname, '../../docs/patterns/debate.md'), 'utf8');
  const input = JSON.parse(/```json debate\.json\n([^]*?)```/.exec(page)?.[1] ?? '') as object;
  const offline = await Harness.start();
  try {
    const result = await offline.run('debate', input);
    expect(result).toMatchObject({ status: 'completed', failures: [] });
    expect(result.stoppedBecause).toBe('consensus in round 1');
  } finally {
    await offline.close();
  }
});

import type { MessageRef } from '../../contracts/message';
import type { RunResult } from '../../contracts/run';
import { json, startDrillModel, type DrillModel, type DrillRequest } from '../support/drill-model';
import { Harness, until } from '../support/harness';

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
  model.beforeAnswer = () => undefined;
});

const sync = {
  team: 'drill',
  title: 'Sync',
  participants: ['lead', 'north', 'south'],
  agenda: ['Is it ready?', 'Who ships it?'],
};
const hold = (fields: object = {}): Promise<RunResult> => cadre.run('meeting', { ...sync, ...fields });
const asked = (role: string): DrillRequest[] => model.requests.filter((request) => request.role === role);
const says = (value: unknown) => ({ message: json(value) });
const motion = (text: string, actions: object[] = []) =>
  says({ motions: [{ motion: text, rationale: 'it is time', actions }] });
const vote = (choice: string) => says({ choice, reason: `I say ${choice}` });

interface Minutes {
  agenda: { state: string; concerns: number; unanswered: number }[];
  decisions: {
    id: string;
    item: number;
    outcome: string;
    decidedBy: string;
    dissent: { agent: string }[];
    votes: object;
  }[];
  actionItems: { id: string; agent: string; state: string; output?: unknown }[];
  adjourned?: string;
}
const minutesOf = ({ output }: RunResult): Minutes => output as unknown as Minutes;

/** Items · (floor R·P + concerns answered + chair 1 + motions · P) + ties + action items. */
const cost = ({ items = 2, people = 3, rounds = 1, replies = 0, motions = 1, ties = 0 }): number =>
  items * (rounds * people + replies + 1 + motions * people) + ties;

describe('a meeting on a model behind a real socket', () => {
  it('costs what the formula says, and everybody gets the floor in each round of each item, in order', async () => {
    const result = await hold({ rounds: 2 });
    expect(result).toMatchObject({ status: 'completed', steps: cost({ rounds: 2 }) });
    expect(model.requests).toHaveLength(cost({ rounds: 2 }));
    const floor = asked('contribution').map(({ agent }) => agent);
    const order = ['lead', 'north', 'south'];
    const from = (first: number): string[] => [...order.slice(first), ...order.slice(0, first)];
    expect(floor).toEqual([...from(0), ...from(1), ...from(1), ...from(2)]);
    // Items one after another: nobody speaks to the second before the first is voted on.
    const second = model.requests.findIndex(({ said }) => said.includes('Agenda item 2 of 2'));
    expect(model.requests.slice(0, second).filter(({ role }) => role === 'ballot')).toHaveLength(3);
  });

  it('concerns are answered by whom they are put to, and all hear it', async () => {
    model.answer = ({ agent, role }) =>
      role === 'contribution' && agent === 'north'
        ? says({ statement: 'I am not sure', concerns: [{ to: 'south', concern: 'Is it safe?' }] })
        : undefined;
    const result = await hold();
    expect(model.requests).toHaveLength(cost({ replies: 1 }));
    expect(asked('reply').map(({ agent }) => agent)).toEqual(['south', 'south']);
    expect(asked('reply')[0]?.said).toContain('Is it safe?');
    expect(minutesOf(result).agenda).toMatchObject([
      { concerns: 1, unanswered: 0 },
      { concerns: 1, unanswered: 0 },
    ]);
    expect(asked('motion')[0]?.said).toContain('It is seen to');
  });

  it('votes are secret until all have voted, and envelopes of type vote to the chair', async () => {
    model.answer = ({ agent, role }) => (role === 'ballot' ? vote(agent === 'south' ? 'no' : 'yes') : undefined);
    const handle = await cadre.start('meeting', { ...sync, chair: 'south' });
    const result = (await handle.result()) as RunResult;
    const [first] = minutesOf(result).decisions;
    expect(first).toMatchObject({ outcome: 'carried', votes: { yes: 2, no: 1, abstain: 0, missing: 0 } });
    expect(first?.dissent).toEqual([{ agent: 'south', reason: 'I say no' }]);
    for (const { said } of asked('ballot').slice(0, 3)) expect(said).not.toContain('I say');
    expect(asked('contribution')[3]?.said).toContain('I say no');
    const { items } = await handle.query<{ items: MessageRef[] }>('messages');
    const votes = items.filter(({ type }) => type === 'vote');
    expect(votes).toHaveLength(6);
    expect(votes.every(({ recipient }) => recipient === 'south')).toBe(true);
  });

  it('a tie is decided by the chair', async () => {
    model.answer = ({ agent, role }) =>
      role === 'ballot' ? vote({ north: 'yes', south: 'no', lead: 'abstain' }[agent] ?? '') : undefined;
    const result = await hold({ agenda: ['Is it ready?'] });
    expect(model.requests).toHaveLength(cost({ items: 1, ties: 1 }));
    expect(asked('tiebreak').map(({ agent }) => agent)).toEqual(['lead']);
    expect(minutesOf(result).decisions).toMatchObject([
      {
        outcome: 'rejected',
        decidedBy: 'chair',
        chairReason: 'nothing is lost by waiting',
        dissent: [{ agent: 'north' }],
      },
    ]);
  });

  it('a decision that is required is asked for once more, with what spoke against the first', async () => {
    const given = ['Ship today', 'Ship tomorrow'];
    model.answer = ({ role, said }) => {
      if (role === 'motion') return motion(given.shift() ?? 'Nothing');
      return role === 'ballot' ? vote(said.includes('Vote on motion m1 ') ? 'no' : 'yes') : undefined;
    };
    const result = await hold({ agenda: ['When?'], decisionRequired: true, rule: 'consensus' });
    expect(minutesOf(result).decisions.map(({ outcome }) => outcome)).toEqual(['rejected', 'carried']);
    expect(asked('motion')[1]?.said).toContain('None has been carried yet');
    expect(asked('motion')[1]?.said).toContain('I say no');
    expect(result.status).toBe('completed');
    model.answer = ({ role }) => (role === 'motion' ? says({ motions: [] }) : undefined);
    expect(await hold({ agenda: ['When?'], decisionRequired: true })).toMatchObject({
      status: 'partial',
      stoppedBecause: 'no decision on item 1',
    });
  });

  it('action items of what was carried run as tasks from the chair; one that fails does not fail the others', async () => {
    model.answer = ({ agent, role }) => {
      if (role === 'motion')
        return motion('Ship', [
          { agent: 'north', task: 'Build' },
          { agent: 'south', task: 'Test' },
        ]);
      return role === 'text' && agent === 'south' ? { message: { role: 'assistant', content: '' } } : undefined;
    };
    const result = await hold({ agenda: ['When?'], runActionItems: true });
    expect(result).toMatchObject({ status: 'partial', stoppedBecause: 'not done: action item a2' });
    expect(minutesOf(result).actionItems).toMatchObject([
      { id: 'a1', agent: 'north', decision: 'm1', state: 'done', output: 'north is done' },
      { id: 'a2', agent: 'south', state: 'failed' },
    ]);
    const task = asked('text').find(({ agent }) => agent === 'north')?.said;
    expect(task).toContain('This is an action item of the meeting "Sync". It follows from the decision: Ship');
  });

  it('a participant that fails misses its turn, and its vote counts as missing', async () => {
    model.answer = ({ agent }) => (agent === 'south' ? { message: { role: 'assistant', content: '' } } : undefined);
    const result = await hold({ agenda: ['When?'] });
    expect(minutesOf(result).decisions).toMatchObject([{ outcome: 'carried', votes: { yes: 2, missing: 1 } }]);
    expect(result.parts).toMatchObject({
      missed: [
        { agent: 'south', what: 'contribution' },
        { agent: 'south', what: 'ballot' },
      ],
    });
    const strict = await hold({ agenda: ['When?'], quorum: 3, decisionRequired: true });
    expect(minutesOf(strict).decisions[0]).toMatchObject({ outcome: 'no-quorum', votes: { missing: 1 } });
    expect(strict.status).toBe('partial');
  });
});

describe('the time of a meeting', () => {
  const held = new Set<() => void>();
  /** A call that times out is made again, as long as there is time: that one hangs as well. */
  const hang = (when: (at: number) => boolean) => (_request: DrillRequest, at: number) =>
    when(at) ? new Promise<void>((release) => held.add(release)) : undefined;
  afterEach(() => {
    for (const release of held) release();
    held.clear();
  });

  it('is a hard stop, also of a turn that is under way: the minutes say what was reached', async () => {
    // The first item is through after 7 calls; the eighth never answers.
    model.beforeAnswer = hang((at) => at >= cost({ items: 1 }));
    const startedAt = performance.now();
    const result = await hold({ maxDurationMinutes: 0.1 });
    const tookMs = performance.now() - startedAt;
    expect(tookMs).toBeGreaterThan(5_900);
    expect(tookMs).toBeLessThan(12_000);
    expect(result).toMatchObject({ status: 'partial', stoppedBecause: 'the time of 0.1 minutes is over' });
    const minutes = minutesOf(result);
    expect(minutes.agenda.map(({ state }) => state)).toEqual(['done', 'interrupted']);
    expect(minutes.decisions).toMatchObject([{ id: 'm1', outcome: 'carried' }]);
    expect(new Set(model.requests.slice(cost({ items: 1 })).map(({ agent }) => agent)).size).toBe(1);
    await until(3_000, 'the call to be aborted', () => Promise.resolve(model.requests.at(-1)?.aborted));
  });

  it('in the middle of a vote: the motion is not settled', async () => {
    // Floor 3, motion 1: the fifth call is a ballot.
    model.beforeAnswer = hang((at) => at === 4 || at > 6);
    const result = await hold({ maxDurationMinutes: 0.1, agenda: ['When?', 'Who?', 'Why?'] });
    const minutes = minutesOf(result);
    expect(minutes.decisions).toMatchObject([{ outcome: 'interrupted', votes: { yes: 2, missing: 1 } }]);
    expect(minutes.agenda.map(({ state }) => state)).toEqual(['interrupted', 'not reached', 'not reached']);
    expect(minutes.adjourned).toBe('the time of 0.1 minutes is over');
  });

  it('stands still while the run is paused', async () => {
    const waits: (() => void)[] = [];
    model.beforeAnswer = (_request, at) => (at === 1 ? new Promise<void>((release) => waits.push(release)) : undefined);
    const handle = await cadre.start('meeting', { ...sync, agenda: ['When?'], maxDurationMinutes: 0.1 });
    await until(10_000, 'the second call', () => Promise.resolve(waits.length > 0));
    await handle.executeUpdate('pause', { args: [{ by: 'dana' }] });
    waits[0]?.();
    await new Promise((resolve) => setTimeout(resolve, 7_000));
    await handle.executeUpdate('resume', { args: [{ by: 'dana' }] });
    expect(await handle.result()).toMatchObject({ status: 'completed', steps: cost({ items: 1 }) });
  });
});

import { agrees, answersIn } from '../../bench/cascades/answer';
import { amountOf, slipped, tableOf, type Slip } from '../../bench/cascades/cases';
import { chance } from '../../bench/cascades/chance';
import { score } from '../../bench/cascades/check';
import { readPrompt } from '../../bench/cascades/read-prompt';
import { shareText, wilson } from '../../bench/cascades/share';
import { Trial } from '../../bench/cascades/trial';
import { renderData } from '../../activities/models/render-part';

const table = tableOf(1, 'unit', 0, 3);
const claim = (row: number, by = 0) => {
  const one = table[row];
  return { about: one?.row ?? '', value: (one ? amountOf(one) : 0) + by };
};
const total = table.reduce((sum, row) => sum + amountOf(row), 0);
const rows = table.map(({ row }) => row);

describe('the account of a cascade', () => {
  it('finds answers in whatever a pattern made of them, and leaves out what was not agreed', () => {
    const claims = [claim(0)];
    const wanted = [{ claims, total: 1 }];
    expect(answersIn({ claims, total: 1 })).toEqual(wanted);
    expect(answersIn({ findings: [{ by: 'w1', finding: { claims, total: 1 } }] })).toEqual(wanted);
    expect(answersIn({ answer: JSON.stringify({ claims, total: 1 }), minorityReport: [{ claims }] })).toEqual(wanted);
    expect(answersIn({ agreed: claims, conflicts: [{ about: 'r2', sides: [claim(1)] }] })).toEqual([
      { claims, total: null },
    ]);
  });

  it('calls right only what has every row, every amount and the sum', () => {
    const claims = [claim(0), claim(1), claim(2)];
    expect(agrees({ claims, total }, table, rows)).toBe(true);
    expect(agrees({ claims, total: total + 1 }, table, rows)).toBe(false);
    expect(agrees({ claims: [claim(0), claim(1), claim(2, 1)] }, table, rows)).toBe(false);
    expect(agrees({ claims: claims.slice(1) }, table, rows)).toBe(false);
    expect(agrees({ claims: claims.slice(1) }, table, [])).toBe(true);
    expect(agrees(null, table, rows)).toBe(false);
  });

  it('every slip makes a wrong amount, also where the next row comes to the same', () => {
    const twins = [table[0], table[0]].flatMap((row, at) => (row ? [{ ...row, row: `r${at}` }] : []));
    for (const rowsOf of [table, twins])
      for (const row of rowsOf)
        for (const slip of ['digit', 'neighbour', 'unit'] satisfies Slip[])
          expect(slipped(rowsOf, row, slip)).not.toBe(amountOf(row));
  });
});

describe('the scripted checker', () => {
  const judge = (agent: string, value: object, times: number) => {
    const data = { kind: 'data' as const, label: 'w1', from: 'w1', value: value as never, untrusted: [] };
    const content = `Do r1, r2, r3. Case unit-1. Table: ${JSON.stringify(table)}\n${renderData(data)}`;
    const messages = [
      { role: 'system', content: `You are the agent "${agent}" of the team "cascades".` },
      { role: 'user', content },
    ];
    const prompt = readPrompt({ messages, response_format: { json_schema: { name: 'score' } } });
    const trial = new Trial('unit-1', [1, 'unit'], 0.85);
    const scores = Array.from({ length: times }, () => score(prompt, trial)['score'] as number);
    return { trial, accepted: scores.filter((one) => one === 1).length };
  };
  const right = { claims: [claim(0), claim(1), claim(2)], total };
  const wrong = { claims: [claim(0, 10), claim(1), claim(2)], total: total + 10 };

  it('errs as often as its name says, in both directions', () => {
    const falseAlarms = 4_000 - judge('final-85', right, 4_000).accepted;
    const missed = judge('final-85', wrong, 4_000).accepted;
    // Half of the 15 % are nods and half are slips; one slip in nine is the very one that hides this fault.
    expect(falseAlarms / 4_000).toBeCloseTo(0.075, 1.7);
    expect(missed / 4_000).toBeCloseTo(0.075 + 0.075 / 9, 1.7);
    expect(judge('critic', wrong, 100).accepted).toBe(100);
  });

  it('is judged by the account, which knows what it does not', () => {
    const { trial } = judge('checker-95', wrong, 50);
    expect(trial.judgements.every((one) => one.wrong)).toBe(true);
    expect(trial.judgements).toHaveLength(50);
  });
});

describe('shares and dice', () => {
  it('gives intervals by Wilson', () => {
    // Values of R's binom.confint(x, n, methods = "wilson").
    expect(wilson({ some: 10, all: 20 }).low).toBeCloseTo(0.2993, 4);
    expect(wilson({ some: 10, all: 20 }).high).toBeCloseTo(0.7007, 4);
    expect(wilson({ some: 0, all: 10 }).high).toBeCloseTo(0.2775, 4);
    expect(shareText({ some: 31, all: 60 })).toBe('31/60 · 52 % (39–64)');
    expect(shareText({ some: 0, all: 0 })).toBe('–');
  });

  it('the same key gives the same number, and keys are even', () => {
    expect(chance(1, 'a', 2)).toBe(chance(1, 'a', 2));
    const mean = Array.from({ length: 4_000 }, (_one, at) => chance('even', at)).reduce((a, b) => a + b, 0) / 4_000;
    expect(mean).toBeCloseTo(0.5, 1.5);
  });
});

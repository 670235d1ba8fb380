import fc from 'fast-check';
import type { DeltaPart } from '../../contracts/activities';
import type { FailureRecord } from '../../contracts/failures';
import { anonymised } from '../../workflows/run/anonymise';
import { DebateRounds, type Seat } from '../../workflows/run/debate-rounds';
import { debateOutput, type Verdict } from '../../workflows/run/debate-verdict';

const names = ['north', 'south-east', 'critic2', 'Security', 'dev', 'qa'];
const failure: FailureRecord = { kind: 'ModelUnavailable', message: 'gone', retryable: false };
const free = { untrusted: null };

/** A debate as it could happen: who answers first in each round, who falls out, and what each answers. */
const schedule = fc.record({
  count: fc.integer({ min: 2, max: 6 }),
  turn: fc.integer({ min: -7, max: 40 }),
  rounds: fc.integer({ min: 1, max: 5 }),
  arrival: fc.infiniteStream(fc.nat({ max: 1_000 })),
  answers: fc.infiniteStream(fc.constantFrom('yes', 'Yes.', 'no', ' no ', 'later')),
  fails: fc.infiniteStream(fc.integer({ min: 0, max: 19 })),
});
type Schedule = typeof schedule extends fc.Arbitrary<infer T> ? T : never;

function play({ count, turn, rounds, arrival, answers, fails }: Schedule): { debate: DebateRounds; seats: Seat[][] } {
  const next = <T>(stream: fc.Stream<T>): T => stream.next().value as T;
  const debate = new DebateRounds(names.slice(0, count), turn);
  const seats: Seat[][] = [];
  for (let round = 1; round <= rounds && debate.living.length >= 2; round += 1) {
    const open = debate.open();
    seats.push(open);
    const order = open.map((seat) => ({ seat, at: next(arrival) })).sort((a, b) => a.at - b.at);
    for (const { seat } of order) {
      if (next(fails) === 0) debate.drop(seat, failure);
      else
        debate.hear(
          seat,
          { answer: next(answers), argument: `As agent ${seat.agent} I hold this. — ${seat.agent}` },
          free,
        );
    }
  }
  return { debate, seats };
}

const labelsOf = (parts: DeltaPart[]): string[] =>
  parts.flatMap((part) => ('label' in part ? (part.label.split(' ')[1] ?? '') : []));

describe('the rounds of a debate, over random schedules and faults', () => {
  it('everybody who still debates has spoken once in every round', () => {
    fc.assert(
      fc.property(schedule, (given) => {
        const { debate } = play(given);
        for (let round = 1; round <= debate.count; round += 1) {
          expect(
            debate
              .said(round)
              .map(({ agent }) => agent)
              .sort(),
          ).toEqual([...debate.living].sort());
        }
      }),
    );
  });

  it('nobody is shown who said what, nor their own answer', () => {
    fc.assert(
      fc.property(schedule, (given) => {
        const { debate } = play(given);
        const shown = [...debate.since(0), ...debate.living.flatMap((agent) => debate.othersFor(agent, debate.count))];
        for (const name of debate.debaters) expect(JSON.stringify(shown)).not.toContain(name);
        for (const agent of debate.living) {
          const own = debate.final().find((statement) => statement.agent === agent)?.label;
          const labels = labelsOf(debate.othersFor(agent, debate.count));
          expect(labels).toHaveLength(debate.living.length - 1);
          expect(labels).not.toContain(own);
        }
      }),
    );
  });

  it('the order of arrival does not change what is shown', () => {
    fc.assert(
      fc.property(schedule, fc.array(fc.nat(), { minLength: 6, maxLength: 6 }), ({ count, turn }, keys) => {
        const shownAfter = (order: (seats: Seat[]) => Seat[]): DeltaPart[] => {
          const debate = new DebateRounds(names.slice(0, count), turn);
          for (const seat of order(debate.open())) debate.hear(seat, { answer: seat.label, argument: 'because' }, free);
          return debate.since(0);
        };
        const shuffled = (seats: Seat[]): Seat[] =>
          seats
            .map((seat, index) => ({ seat, key: keys[index] ?? 0 }))
            .sort((a, b) => a.key - b.key)
            .map(({ seat }) => seat);
        expect(shownAfter(shuffled)).toEqual(shownAfter((seats) => seats));
      }),
    );
  });

  it('over as many rounds as there are debaters, each has stood in every place once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 6 }), fc.integer({ min: -9, max: 99 }), (count, turn) => {
        const debate = new DebateRounds(names.slice(0, count), turn);
        const places = new Map<string, Set<number>>();
        for (let round = 1; round <= count; round += 1) {
          debate.open().forEach(({ agent }, place) => places.set(agent, (places.get(agent) ?? new Set()).add(place)));
        }
        expect([...places.values()].map((seen) => seen.size)).toEqual(Array.from({ length: count }, () => count));
      }),
    );
  });

  it('labels are never used twice in a debate', () => {
    fc.assert(
      fc.property(schedule, (given) => {
        const labels = play(given)
          .seats.flat()
          .map(({ label }) => label);
        expect(new Set(labels).size).toBe(labels.length);
      }),
    );
  });

  it('consensus is the equality of all short answers, and of nothing less', () => {
    fc.assert(
      fc.property(schedule, (given) => {
        const { debate } = play(given);
        if (debate.living.length < 2) return;
        const plain = new Set(debate.final().map(({ answer }) => answer.trim().toLowerCase().replace('.', '')));
        expect(debate.consensus() !== null).toBe(plain.size === 1);
      }),
    );
  });

  it('every position at the end is in the verdict or in the minority report, whatever the judge leaves out', () => {
    const ruling = fc.infiniteStream(fc.constantFrom('upheld', 'rejected', 'silent'));
    fc.assert(
      fc.property(schedule, ruling, fc.constantFrom('yes', 'no', 'something else'), (given, rulings, answer) => {
        const { debate } = play(given);
        const final = debate.final();
        const ruled = final.map(({ label }) => ({ label, word: rulings.next().value as string }));
        const positions = ruled
          .filter(({ word }) => word !== 'silent')
          .map(({ label, word }) => ({ label, upheld: word === 'upheld', reason: word }));
        const verdict: Verdict = { answer, verdict: 'so', positions, agreements: [], disagreements: [] };
        const report = debateOutput(verdict, final)['minorityReport'] as {
          answer: string;
          heldBy: string[];
          arguments: unknown[];
        }[];
        const carried = report.flatMap(({ heldBy }) => heldBy);
        const key = (text: string): string => text.trim().toLowerCase().replace('.', '');
        for (const { agent, label, answer: own } of final) {
          const upheld = final.some(
            (other) =>
              key(other.answer) === key(own) && positions.some((one) => one.upheld && one.label === other.label),
          );
          expect({ label, carried: carried.includes(agent) }).toEqual({
            label,
            carried: !upheld && key(own) !== answer,
          });
        }
        expect(report.flatMap((one) => one.arguments)).toHaveLength(carried.length);
      }),
    );
  });
});

describe('names in a text', () => {
  it('that are ordinary words go where they say who speaks, and stay where they are the subject', () => {
    const clean = (text: string): string => anonymised(text, ['security', 'north']);
    expect(clean('As security I object: the security of the north wing is weak.')).toBe(
      'As a debater I object: the security of the north wing is weak.',
    );
    expect(clean("security: no.\nI am north, and north's argument stands.\n— security")).toBe(
      "a debater: no.\nI am a debater, and a debater's argument stands.\n— a debater",
    );
  });

  it('that are no words go wherever they stand', () => {
    expect(anonymised('north-east agrees with dev_2.', ['north', 'north-east', 'dev_2'])).toBe(
      'a debater agrees with a debater.',
    );
  });

  it('never grow, whatever the names are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z][a-z0-9_.-]{0,8}$/), { maxLength: 4 }),
        fc.string(),
        (agents, text) => {
          expect(anonymised(anonymised(text, agents), agents).length).toBeLessThanOrEqual(text.length * 10 + 10);
        },
      ),
    );
  });
});

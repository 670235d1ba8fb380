import fc from 'fast-check';
import { dissentFrom, quorumNeeded, tally, type Ballot } from '../../workflows/run/ballots';
import { Minutes, type Contribution } from '../../workflows/run/minutes';

const people = ['cto', 'backend', 'frontend', 'devops', 'cso'];
const choice = fc.constantFrom<Ballot['choice']>('yes', 'no', 'abstain');
const ballots = fc
  .array(fc.record({ agent: fc.constantFrom(...people), choice, reason: fc.constant('so') }), { maxLength: 8 })
  .map((list) => list as Ballot[]);
const rule = fc.constantFrom<'majority' | 'consensus'>('majority', 'consensus');

describe('a vote', () => {
  it.each([
    [undefined, 5, 3],
    [undefined, 4, 3],
    [undefined, 1, 1],
    [0.5, 5, 3],
    [2, 5, 2],
    [9, 5, 5],
    [0.01, 5, 1],
  ])('with a quorum of %s and %s invited needs %s', (quorum, invited, needed) => {
    expect(quorumNeeded(quorum, invited)).toBe(needed);
  });

  it('counts everybody invited once, and the first ballot of each', () => {
    fc.assert(
      fc.property(ballots, rule, fc.nat({ max: 6 }), (given, by, needed) => {
        const { votes } = tally(given, people.length, needed, by);
        expect(votes.yes + votes.no + votes.abstain + votes.missing).toBe(people.length);
        const again = tally(
          [...given, ...given.map((ballot) => ({ ...ballot, choice: 'no' as const }))],
          people.length,
          needed,
          by,
        );
        expect(again.votes).toEqual(votes);
      }),
    );
  });

  it('is carried only with enough votes and more for it than against it; by consensus with none against it', () => {
    fc.assert(
      fc.property(ballots, rule, fc.integer({ min: 1, max: 5 }), (given, by, needed) => {
        const { votes, outcome } = tally(given, people.length, needed, by);
        const cast = votes.yes + votes.no + votes.abstain;
        if (outcome === 'carried') expect(cast >= needed && votes.yes > votes.no).toBe(true);
        if (outcome === 'carried' && by === 'consensus') expect(votes.no).toBe(0);
        expect(outcome === 'no-quorum').toBe(cast < needed);
        expect(outcome === 'tied').toBe(by === 'majority' && cast >= needed && votes.yes === votes.no && votes.yes > 0);
      }),
    );
  });

  it('does not depend on the order in which ballots of different people come', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...people)), fc.infiniteStream(choice), rule, (who, stream, by) => {
        const given = who.map((agent) => ({ agent, choice: stream.next().value as Ballot['choice'], reason: '' }));
        expect(tally([...given].reverse(), 5, 2, by)).toEqual(tally(given, 5, 2, by));
      }),
    );
  });

  it('names as dissent whoever voted against what came out', () => {
    const given: Ballot[] = [
      { agent: 'cto', choice: 'yes', reason: 'a' },
      { agent: 'cso', choice: 'no', reason: 'b' },
      { agent: 'dev', choice: 'abstain', reason: 'c' },
    ];
    expect(dissentFrom(true, given)).toEqual([{ agent: 'cso', reason: 'b' }]);
    expect(dissentFrom(false, given)).toEqual([{ agent: 'cto', reason: 'a' }]);
  });
});

const contribution: fc.Arbitrary<Contribution> = fc.record({
  statement: fc.constant('I say'),
  concerns: fc.array(fc.record({ to: fc.constantFrom(...people, 'stranger'), concern: fc.constant('but') }), {
    maxLength: 3,
  }),
});

describe('the minutes of a meeting, over random schedules and faults', () => {
  const meeting = fc.record({
    present: fc.uniqueArray(fc.constantFrom(...people), { minLength: 1 }),
    agenda: fc.array(fc.constant('An item'), { minLength: 1, maxLength: 4 }),
    chair: fc.constantFrom(...people),
    rounds: fc.integer({ min: 1, max: 4 }),
  });
  const make = (present: string[], chair: string, agenda: string[]): Minutes => {
    const absent = people.filter((agent) => !present.includes(agent)).map((agent) => ({ agent, reason: 'away' }));
    return new Minutes('Review', chair, present, absent, agenda, 4);
  };

  it('everybody present gets the floor once in each round, and nobody is always first', () => {
    fc.assert(
      fc.property(meeting, ({ present, agenda, chair }) => {
        const minutes = make(present, chair, agenda);
        for (const item of minutes.items) {
          const firsts = present.map((_agent, index) => minutes.speakers(item, index + 1)[0]);
          expect([...new Set(firsts)].sort()).toEqual([...present].sort());
          expect([...minutes.speakers(item, 3)].sort()).toEqual([...present].sort());
        }
      }),
    );
  });

  it('a concern is answered once, by the one it is put to and never by who raised it; none is lost', () => {
    const replies = fc.array(fc.record({ by: fc.constantFrom(...people), concern: fc.nat({ max: 12 }) }), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(meeting, fc.array(contribution, { minLength: 5, maxLength: 5 }), replies, (given, said, answers) => {
        const minutes = make(given.present, given.chair, given.agenda);
        const [item] = minutes.items;
        if (!item) return;
        minutes.speakers(item, 1).forEach((agent, index) => minutes.hear(item, 1, agent, said[index] as Contribution));
        const raised = item.concerns.length;
        expect(raised).toBe(
          item.said.reduce((sum, _one, index) => sum + ((said[index] as Contribution).concerns?.length ?? 0), 0),
        );
        for (const { by, concern } of answers) {
          const before = JSON.stringify(item.concerns);
          minutes.answer(item, by, [{ concern: `c${concern}`, answer: `${by} answers` }]);
          const meant = item.concerns.find(({ id }) => id === `c${concern}`);
          if (meant?.to !== by) expect(JSON.stringify(item.concerns)).toBe(before);
        }
        for (const { by, to, answer } of item.concerns) {
          expect(to).not.toBe(by);
          if (to !== null) expect([...given.present, given.chair]).toContain(to);
          if (answer !== null) expect(answer).toBe(`${to ?? ''} answers`);
        }
        const open = minutes.openConcerns(item).flatMap(({ agent, concerns }) => concerns.map(({ to }) => [agent, to]));
        expect(open.every(([agent, to]) => agent === to)).toBe(true);
        expect(open).toHaveLength(item.concerns.filter(({ to, answer }) => to !== null && answer === null).length);
      }),
    );
  });

  it('an action item is there once for each agent and task, up to the limit, with the decision it follows from', () => {
    const task = fc.record({ agent: fc.constantFrom('cto', 'cso'), task: fc.constantFrom('write', 'read', 'test') });
    fc.assert(
      fc.property(fc.array(task, { maxLength: 9 }), (tasks) => {
        const minutes = make(['cto', 'cso'], 'cto', ['One']);
        const [item] = minutes.items;
        if (!item) return;
        const decision = minutes.put(item, { motion: 'Do it', rationale: 'we must' });
        for (const one of tasks) minutes.assign(item, decision, [one]);
        const kept = minutes.actions.map(({ agent, task: what }) => `${agent} ${what}`);
        expect(new Set(kept).size).toBe(kept.length);
        expect(kept.length).toBe(Math.min(4, new Set(tasks.map(({ agent, task: what }) => `${agent} ${what}`)).size));
        expect(minutes.actions.every((action) => action.decision === 'm1' && action.state === 'assigned')).toBe(true);
      }),
    );
  });

  it('say at every moment what was reached: a motion that is not settled is interrupted', () => {
    const minutes = make(['cto', 'cso'], 'cto', ['One', 'Two']);
    const [item] = minutes.items;
    if (!item) throw new Error('no item');
    item.state = 'under discussion';
    minutes.put(item, { motion: 'Do it', rationale: 'we must' });
    expect(minutes.output()).toMatchObject({
      agenda: [{ state: 'under discussion' }, { state: 'not reached' }],
      decisions: [{ id: 'm1', outcome: 'interrupted', votes: { yes: 0, no: 0, abstain: 0, missing: 5 }, dissent: [] }],
    });
  });
});

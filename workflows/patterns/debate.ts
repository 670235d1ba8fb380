/**
 * debate: several agents answer the same question, contest each other's answers, and a judge decides.
 *
 *   question ──▶ answers, blind ──▶ all agree? ──▶ judge ──▶ verdict, agreements, disagreements, minority report
 *                    ▲                 │ no
 *                    └─ others' answers, without names, in another order each round
 *
 * Everybody answers once in every round. Neither debaters nor judge ever see who said what. Consensus is the equality of
 * the short answers, or, when asked for, the judge's word. A position the verdict does not uphold is carried on.
 */
import { limits } from '../../contracts/limits';
import { field } from '../../contracts/pattern-fields';
import { joinUntrusted } from '../../contracts/untrusted';
import { continueIfLong } from '../run/continue-run';
import { debateRoles } from '../run/debate-roles';
import type { Verdict } from '../run/debate-verdict';
import { debateOutput } from '../run/debate-verdict';
import type { Debate, DebateFields } from '../run/hold-debate';
import { agreed, beginDebate, holdRound, newsFor } from '../run/hold-debate';
import type { Pattern } from '../run/registry';
import type { Outcome } from '../run/scope';
import { outcomeOf } from '../run/scope';
import { askFor } from '../run/talk';

export const debatePattern: Pattern<DebateFields> = {
  name: 'debate',
  about: 'Several agents answer, contest each other without names, and a judge decides.',
  fields: {
    debaters: field.agents('The agents that answer.', { min: 2, needed: true, examples: [['north', 'south']] }),
    judge: field.agent('The agent that decides; it is no debater.', { needed: true }),
    rounds: field.count(limits.maxRounds, 'Rounds at most; 2 by default.'),
    blindFirstRound: field.flag('The first answers are given without seeing any other: on by default.'),
    consensus: field.oneOf(
      ['answer', 'judge', 'none'],
      'What ends it early: equal short answers (the default), the word of the judge, or nothing.',
    ),
  },
  roles: debateRoles,
  example: { debaters: ['optimist', 'sceptic'], judge: 'referee', task: 'Is the release ready?' },
  async perform(scope, fields) {
    const debate = beginDebate(scope, fields);
    const { rounds } = debate;
    const maxRounds = Math.min(fields.rounds ?? 2, scope.run.limits.maxRounds);
    let because = `all ${maxRounds} rounds are used`;
    while (rounds.count < maxRounds) {
      await continueIfLong(scope);
      await holdRound(debate, rounds.count === 0 && fields.blindFirstRound === false);
      if (await agreed(debate, fields.consensus ?? 'answer', rounds.count === maxRounds)) {
        because = `consensus in round ${rounds.count}`;
        break;
      }
    }
    return decide(debate, because);
  },
};

async function decide(debate: Debate, because: string): Promise<Outcome> {
  const { rounds, talks, judge } = debate;
  const final = rounds.final();
  const choices = final.map(({ label }) => ({ name: label, description: 'a position of the last round' }));
  const verdict = await askFor<Verdict>(judge, 'verdict', newsFor(debate), choices);
  const short = rounds.dropped.map(({ agent, round, failure }) => `${agent} left in round ${round}: ${failure.kind}`);
  const all = [judge, ...talks.values()];
  return outcomeOf({
    status: short.length > 0 ? 'partial' : 'completed',
    output: { inline: debateOutput(verdict, final) },
    from: judge.agent,
    messageId: judge.messageId,
    untrusted: joinUntrusted(all.map(({ untrusted }) => untrusted)),
    ...(all.some((talk) => talk.private) && { private: true as const }),
    stoppedBecause: [because, ...short].join('; '),
    parts: { rounds: rounds.count, consensus: rounds.consensus() !== null, positions: rounds.view() },
  });
}

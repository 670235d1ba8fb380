/**
 * reflection: an author drafts, a critic finds faults, until it is good enough.
 *
 *   task ──▶ draft ──▶ critic: score, problems ──▶ good enough? ──▶ best draft
 *              ▲                                     │ no
 *              └─────────── problems ────────────────┘
 *
 * Stops when the score passes, when the rounds are used up, or when a round brought nothing better. The best draft
 * wins, not the last one; the result says its score and why it stopped.
 */
import { CadreError } from '../../contracts/failures';
import { limits } from '../../contracts/limits';
import type { ReflectionFields } from '../../contracts/node';
import { field } from '../../contracts/pattern-fields';
import type { Pattern } from '../run/registry';
import type { Round } from '../run/reflection-round';
import { oneRound, viewOf, defaults } from '../run/reflection-round';

export const reflectionPattern: Pattern<ReflectionFields> = {
  name: 'reflection',
  about: 'An author and a critic, until the draft is good enough.',
  fields: {
    author: field.node('The agent or node that writes.', { needed: true }),
    critic: field.agent('The agent that scores.', { needed: true }),
    maxRounds: field.count(limits.maxRounds, 'Drafts at most; 3 by default.'),
    passScore: field.share('Score from which a draft is good enough; 0.8 by default.'),
    goal: field.text('What the critic measures by; the task by default.'),
  },
  example: { author: 'writer', critic: 'editor', task: 'Write the release note' },
  async perform(scope, fields) {
    const author = typeof fields.author === 'string' ? { agent: fields.author } : fields.author;
    if (!author || fields.critic === undefined)
      throw new CadreError('InvalidInput', `The reflection ${scope.path} needs "author" and "critic".`);
    const maxRounds = Math.min(fields.maxRounds ?? defaults.maxRounds, scope.run.limits.maxRounds);
    const passScore = fields.passScore ?? defaults.passScore;
    const rounds: Round[] = [];
    scope.run.planView = () => viewOf(rounds);
    let because = `all ${maxRounds} rounds are used`;
    while (rounds.length < maxRounds) {
      const round = await oneRound(scope, author, fields, rounds.at(-1));
      const better = rounds.every(({ critique }) => round.critique.score > critique.score);
      rounds.push(round);
      if (round.critique.score >= passScore) because = `the score reached ${passScore}`;
      else if (round.critique.problems.length === 0) because = 'the critic found no problems';
      else if (!better) because = 'the last round brought nothing better';
      else continue;
      break;
    }
    const best = rounds.reduce((a, b) => (b.critique.score > a.critique.score ? b : a));
    return {
      ...best.draft,
      stoppedBecause: because,
      parts: { score: best.critique.score, best: rounds.indexOf(best) + 1, rounds: viewOf(rounds) },
    };
  },
};

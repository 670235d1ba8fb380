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
import type { Node, ReflectionFields } from '../../contracts/node';
import { field } from '../../contracts/pattern-fields';
import type { UntrustedSet } from '../../contracts/untrusted';
import { joinUntrusted } from '../../contracts/untrusted';
import { performNode } from '../run/perform-node';
import type { Pattern } from '../run/registry';
import type { Outcome, Scope } from '../run/scope';
import { materialOf } from '../run/scope';
import { askFor, openConversation, opening } from '../run/talk';

interface Critique {
  score: number;
  problems: string[];
}
interface Round {
  draft: Outcome;
  critique: Critique;
  /** What the critic's words derive from. */
  labels: { untrusted: UntrustedSet | null; private?: true };
}

const defaults = { maxRounds: 3, passScore: 0.8 };

export const reflectionPattern: Pattern<ReflectionFields> = {
  name: 'reflection',
  about: 'An author and a critic, until the draft is good enough.',
  fields: {
    author: field.node('The agent or node that writes.', { needed: true }),
    critic: field.agent('The agent that scores.', { needed: true }),
    maxRounds: field.count(limits.maxRounds, 'Drafts at most.'),
    passScore: field.share('Score from which a draft is good enough.'),
    goal: field.text('What the critic measures by.'),
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

async function oneRound(
  scope: Scope,
  author: Node,
  fields: ReflectionFields,
  before: Round | undefined,
): Promise<Round> {
  const draft = await performNode(before ? withCritique(scope, before) : scope, author);
  const place: Scope = {
    ...scope,
    from: draft.from,
    untrusted: joinUntrusted([scope.untrusted, draft.untrusted]),
    private: scope.private || draft.private === true,
    causationId: draft.messageId,
    material: [...scope.material, materialOf('draft', draft)],
  };
  const talk = openConversation(place, fields.critic ?? '');
  const goal = fields.goal ?? scope.task;
  const critique = await askFor<Critique>(talk, 'score', opening(place, goal));
  scope.run.note('draft-scored', talk.agent, scope.path, `${critique.score}: ${critique.problems.join('; ')}`);
  return { draft, critique, labels: { untrusted: talk.untrusted, ...(talk.private && { private: true as const }) } };
}

function withCritique(scope: Scope, { draft, critique, labels }: Round): Scope {
  const problems = critique.problems.map((problem) => `- ${problem}`).join('\n');
  const note = {
    kind: 'note' as const,
    text: `Your last draft scored ${critique.score}. Mend these problems:\n${problems}`,
    ...labels,
  };
  return { ...scope, material: [...scope.material, materialOf('your last draft', draft), note] };
}

function viewOf(rounds: readonly Round[]) {
  return rounds.map(({ critique }, index) => ({
    round: index + 1,
    score: critique.score,
    problems: critique.problems,
  }));
}

import type { Node, ReflectionFields } from '../../contracts/node';
import type { UntrustedSet } from '../../contracts/untrusted';
import { joinUntrusted } from '../../contracts/untrusted';
import { performNode } from './perform-node';
import type { Outcome, Scope } from './scope';
import { materialOf } from './scope';
import { askFor, openConversation, opening } from './talk';

interface Critique {
  score: number;
  problems: string[];
}
export interface Round {
  draft: Outcome;
  critique: Critique;
  /** What the critic's words derive from. */
  labels: { untrusted: UntrustedSet | null; private?: true };
}

export const defaults = { maxRounds: 3, passScore: 0.8 };

export async function oneRound(
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

export function viewOf(rounds: readonly Round[]) {
  return rounds.map(({ critique }, index) => ({
    round: index + 1,
    score: critique.score,
    problems: critique.problems,
  }));
}

import type { DeltaPart } from '../../contracts/activities';
import type { FailureRecord } from '../../contracts/failures';
import type { Json } from '../../contracts/json';
import { own } from '../../contracts/own';
import type { UntrustedSet } from '../../contracts/untrusted';
import { joinUntrusted, untrustedSetOf } from '../../contracts/untrusted';
import type { Assignment } from './assignment';
import { referenceOf } from './tool-results';
import { attemptNode, literal } from './perform-node';
import type { Outcome, Scope } from './scope';
import { materialOf } from './scope';

const messageShown = 600;

/**
 * Carries one task out: by its agent, by the same again, by who stands in. A failure that nobody could mend is given
 * back with the failures before it as its chain; whoever gave the task goes on without it (bulkhead).
 */
export async function attemptTask(
  scope: Scope,
  name: string,
  task: string,
  assignment: Assignment,
): Promise<{ outcome: Outcome } | { failure: FailureRecord }> {
  for (;;) {
    const { agent, failure } = assignment;
    const before = failure ? [failureMaterial(scope, 'the attempt before', agent, failure)] : [];
    const place: Scope = { ...scope, material: [...scope.material, ...before] };
    const tried = await attemptNode(place, { agent, task, name }, literal);
    if ('outcome' in tried) {
      assignment.delivered(tried.outcome.status);
      return tried;
    }
    const move = assignment.failed(tried.failure);
    if (move === 'up') return { failure: assignment.failure ?? tried.failure };
    const what = move === 'again' ? 'task-retried' : 'task-reassigned';
    scope.run.note(what, assignment.agent, scope.path, `${name}: ${agent} ended in ${tried.failure.kind}`);
  }
}

/** A result for whoever goes on with it, by name where the store has it (I2). */
function resultMaterial(label: string, outcome: Outcome): DeltaPart {
  return materialOf(label, { ...outcome, output: referenceOf(outcome) });
}

/** The scope of work that goes on with results: they are its material, and their labels are its own (I8). */
export function onResults(scope: Scope, results: readonly { label: string; outcome: Outcome }[]): Scope {
  return {
    ...scope,
    material: [...scope.material, ...results.map(({ label, outcome }) => resultMaterial(label, outcome))],
    untrusted: joinUntrusted([scope.untrusted, ...results.map(({ outcome }) => outcome.untrusted)]),
    private: scope.private || results.some(({ outcome }) => outcome.private === true),
  };
}

/** A failure as material. Its words may be a server's or a model's: they are labelled as such (I8). */
export function failureMaterial(scope: Scope, label: string, agent: string, failure: FailureRecord): DeltaPart {
  return {
    kind: 'material',
    label,
    from: agent,
    body: { inline: { status: 'failed', failure: shownFailure(failure) } },
    ...labelsOfFailure(scope, agent),
  };
}

/** What the words of an agent's failure derive from. */
export function labelsOfFailure(scope: Scope, agent: string): { untrusted: UntrustedSet | null; private?: true } {
  const { run } = scope;
  const isPrivate =
    scope.private || run.input.privacy === 'private' || own(run.team.agents, agent)?.privacy === 'private';
  return { untrusted: untrustedSetOf([`failure:${agent}`]), ...(isPrivate && { private: true as const }) };
}

/** A failure's chain, each link short. */
export function shownFailure({ kind, message, agent, path, cause }: FailureRecord): { [key: string]: Json } {
  return {
    kind,
    message: message.slice(0, messageShown),
    ...(agent !== undefined && { agent }),
    ...(path !== undefined && { path }),
    ...(cause && { cause: shownFailure(cause) }),
  };
}

/** Whether a failure means that the money of the whole node is gone, and not only what one agent was allowed. */
export function isOutOfBudget(scope: Scope, agent: string, { kind }: FailureRecord): boolean {
  if (kind !== 'BudgetExhausted') return false;
  const { tokens, usd, steps } = own(scope.run.team.agents, agent)?.budget ?? {};
  const hasOwn = tokens !== undefined || usd !== undefined || steps !== undefined;
  return !hasOwn || scope.budget.rest().steps === 0;
}

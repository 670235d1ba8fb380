import { bodyToJson } from '../../contracts/body';
import type { Body } from '../../contracts/body';
import type { FailureRecord } from '../../contracts/failures';
import type { Json } from '../../contracts/json';
import type { Conflict } from '../../contracts/merge';
import { concatOf, unionOf, voteOf } from '../../contracts/merge';
import type { Merge } from '../../contracts/node';
import type { UntrustedSet } from '../../contracts/untrusted';
import { joinUntrusted } from '../../contracts/untrusted';
import { referenceOf } from './dispatch-calls';
import type { Outcome, Scope } from './scope';
import { materialOf } from './scope';
import { askFor, openConversation, opening } from './talk';

export interface BranchResult {
  name: string;
  outcome?: Outcome;
  failure?: FailureRecord;
}
export interface Merged {
  output: Body;
  from: string;
  messageId: string | null;
  untrusted: UntrustedSet | null;
  conflicts: Json;
}

/** Puts the branches together in the order they were declared in. */
export async function mergeBranches(scope: Scope, branches: readonly BranchResult[], merge: Merge): Promise<Merged> {
  if (typeof merge === 'object') return mergeByAgent(scope, branches, merge.agent);
  const values = branches.map(({ name, outcome }) => ({
    from: name,
    value: outcome ? bodyToJson(outcome.output) : null,
  }));
  const { merged, conflicts } =
    merge === 'vote' ? voteOf(values) : merge === 'union' || merge === 'schema' ? unionOf(values) : concatOf(values);
  const untrusted = joinUntrusted(branches.map((branch) => branch.outcome?.untrusted));
  return {
    output: { inline: merged },
    from: scope.path || 'fanOut',
    messageId: null,
    untrusted,
    conflicts: conflicts as unknown as Json,
  };
}

async function mergeByAgent(scope: Scope, branches: readonly BranchResult[], agent: string): Promise<Merged> {
  const talk = openConversation(scope, agent);
  const material = branches.map(({ name, outcome }) => {
    const shown = outcome ?? { output: { inline: null }, from: name, untrusted: null };
    return materialOf(`branch ${name}`, { ...shown, output: referenceOf(shown) });
  });
  const answer = await askFor<{ merged: Json; conflicts: Conflict[] }>(talk, 'merge', [...opening(scope), ...material]);
  return {
    output: { inline: answer as unknown as Json },
    from: agent,
    messageId: talk.messageId,
    untrusted: talk.untrusted,
    conflicts: answer.conflicts as unknown as Json,
  };
}

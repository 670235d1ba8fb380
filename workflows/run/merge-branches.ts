import { bodyToJson, isInline } from '../../contracts/body';
import type { Body } from '../../contracts/body';
import type { FailureRecord } from '../../contracts/failures';
import { CadreError } from '../../contracts/failures';
import type { Json, JsonSchema } from '../../contracts/json';
import type { BranchValue, Conflict, MergedValue } from '../../contracts/merge';
import { claimsOf, concatOf, schemaMergeOf, unionOf, voteOf } from '../../contracts/merge';
import type { Merge } from '../../contracts/node';
import type { UntrustedSet } from '../../contracts/untrusted';
import { joinUntrusted } from '../../contracts/untrusted';
import { referenceOf } from './tool-results';
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
  /** The merging agent is private: so is what it makes of the branches. */
  private?: true;
  conflicts: Json;
}

/** Share of a payload that all branches together may keep inline: the merged output must fit into one as well. */
const mergedShare = 2 / 3;

/**
 * How large an answer may be that the merge of `branches` reads; absent when the merge reads none. What is larger is
 * in the store and only named here.
 */
export function inlineBytesFor(scope: Scope, merge: Merge, branches: number): { inlineBytes?: number } {
  if (merge === 'concat' || (typeof merge === 'object' && 'agent' in merge)) return {};
  const { payloadBytes, roleAnswerBytes } = scope.run.limits;
  return { inlineBytes: Math.min(roleAnswerBytes, Math.floor((payloadBytes * mergedShare) / Math.max(1, branches))) };
}

/** Puts the branches together in the order they were declared in. */
export async function mergeBranches(scope: Scope, branches: readonly BranchResult[], merge: Merge): Promise<Merged> {
  if (typeof merge === 'object' && 'agent' in merge) return mergeByAgent(scope, branches, merge.agent);
  const { merged, conflicts } =
    typeof merge === 'object' ? fitOf(scope, branches, merge.schema) : mergersOf[merge](valuesOf(branches));
  const untrusted = joinUntrusted(branches.map((branch) => branch.outcome?.untrusted));
  return {
    output: { inline: merged },
    from: scope.path || 'fanOut',
    messageId: null,
    untrusted,
    conflicts: conflicts as unknown as Json,
  };
}

const mergersOf: Readonly<Record<Extract<Merge, string>, (values: readonly BranchValue[]) => MergedValue>> = {
  concat: concatOf,
  union: unionOf,
  vote: voteOf,
  claims: claimsOf,
  // A schema that is known has taken its place by now (`prepareRun`); histories from before 0.2.0 go on with this.
  schema: unionOf,
};

function valuesOf(branches: readonly BranchResult[]): BranchValue[] {
  return branches.map(({ name, outcome }) => ({ from: name, value: outcome ? bodyToJson(outcome.output) : null }));
}

/** Throws `PayloadTooLarge` for a branch that cannot be read here, `MalformedOutput` when nothing that fits comes of it. */
function fitOf(scope: Scope, branches: readonly BranchResult[], schema: JsonSchema): MergedValue {
  for (const { name, outcome } of branches) {
    if (!outcome || isInline(outcome.output)) continue;
    throw new CadreError(
      'PayloadTooLarge',
      `The output of the branch ${name} has ${outcome.output.bytes} bytes, too many for a merge by schema. Let it answer shorter, or let an agent merge.`,
      { path: scope.path },
    );
  }
  const { findings, ...merged } = schemaMergeOf(valuesOf(branches), schema);
  if (findings.length === 0) return merged;
  throw new CadreError(
    'MalformedOutput',
    `What the branches of ${scope.path || 'the fan-out'} come to does not fit the schema of its merge: ${findings.join('; ')}. Mend the schema or the branches' tasks, or give the node a "fallback".`,
    { path: scope.path },
  );
}

async function mergeByAgent(scope: Scope, branches: readonly BranchResult[], agent: string): Promise<Merged> {
  const talk = openConversation(scope, agent);
  const material = branches.map(({ name, outcome }) => {
    const shown = outcome ?? { output: { inline: null }, from: name, untrusted: null };
    return materialOf(`branch ${name}`, { ...shown, output: referenceOf(shown) });
  });
  const compared = comparisonOf(scope, branches);
  const answer = await askFor<{ merged: Json; conflicts: Conflict[] }>(talk, 'merge', [
    ...opening(scope),
    ...material,
    ...compared,
  ]);
  const isOwnPrivacy = talk.private && !branches.some(({ outcome }) => outcome?.private);
  const isPrivatelyMerged = isOwnPrivacy && scope.run.patches.has('private-merger');
  return {
    output: { inline: answer as unknown as Json },
    from: agent,
    messageId: talk.messageId,
    untrusted: talk.untrusted,
    ...(isPrivatelyMerged && { private: true as const }),
    conflicts: answer.conflicts as unknown as Json,
  };
}

const comparedMax = 32;

/**
 * Contradictions that need no model to be found: the merging agent is shown them, so that it overlooks none. Only where
 * there are any, and only in histories that began with it (I12): it makes the request larger.
 */
function comparisonOf(scope: Scope, branches: readonly BranchResult[]): ReturnType<typeof materialOf>[] {
  const readable = branches.filter(({ outcome }) => outcome && isInline(outcome.output));
  const values = valuesOf(readable);
  const claims = claimsOf(values).conflicts;
  const conflicts = (claims.length > 0 ? claims : unionOf(values).conflicts).slice(0, comparedMax);
  if (conflicts.length === 0 || !scope.run.patches.has('merge-shows-conflicts')) return [];
  return [
    materialOf('contradictions found by comparing the branches', {
      output: { inline: conflicts as unknown as Json },
      from: scope.path || 'fanOut',
      untrusted: joinUntrusted(readable.map(({ outcome }) => outcome?.untrusted)),
      ...(readable.some(({ outcome }) => outcome?.private) && { private: true as const }),
    }),
  ];
}

import { CadreError } from '../../contracts/failures';
import type { Json } from '../../contracts/json';
import { isJsonObject } from '../../contracts/json';
import type { FanOutFields, Merge, Node } from '../../contracts/node';
import type { BranchResult } from './merge-branches';
import { attemptNode, nodeName } from './perform-node';
import type { Scope } from './scope';
import { templateValues } from './scope';
import { fillJson } from './template';

interface Branch {
  name: string;
  node: Node;
  item?: Json;
}

export async function runBranch(scope: Scope, { name, node, item }: Branch): Promise<BranchResult> {
  const place: Scope = item === undefined ? scope : withItem(scope, name, item);
  const tried = await attemptNode(place, { ...node, name });
  return 'failure' in tried ? { name, failure: tried.failure } : { name, outcome: tried.outcome };
}

function withItem(scope: Scope, name: string, item: Json): Scope {
  return {
    ...scope,
    item,
    material: [
      ...scope.material,
      { kind: 'material', label: name, from: 'person', body: { inline: item }, untrusted: scope.untrusted },
    ],
  };
}

export function branchesOf(scope: Scope, fields: FanOutFields): Branch[] {
  const { run } = scope;
  const named = (fields.branches ?? []).map((node, index) => ({ name: `${index + 1}-${nodeName(node)}`, node }));
  const branches: Branch[] = fields.each
    ? listOf(scope, fields.over).map((item, index) => ({ name: `item-${index + 1}`, node: fields.each as Node, item }))
    : named;
  if (branches.length === 0)
    throw new CadreError(
      'InvalidInput',
      `The fan-out ${scope.path} has no branches: give "branches", or "over" and "each".`,
    );
  if (branches.length > run.limits.maxFanOut) {
    throw new CadreError(
      'InvalidInput',
      `The fan-out ${scope.path} has ${branches.length} branches; at most ${run.limits.maxFanOut} are allowed.`,
    );
  }
  return branches;
}

/** The list to go over: the values themselves, or `input.<field>` / `output` as text. */
function listOf(scope: Scope, over: FanOutFields['over']): Json[] {
  if (Array.isArray(over)) return over;
  const value = over === undefined ? undefined : fillJson(`{{${over}}}`, templateValues(scope));
  if (Array.isArray(value)) return value;
  const found = isJsonObject(value) ? Object.values(value).find((member) => Array.isArray(member)) : undefined;
  if (Array.isArray(found)) return found;
  throw new CadreError('InvalidInput', `The fan-out ${scope.path} goes over "${over ?? ''}", which is not a list.`);
}

/** Refused before anything is spent: a merge by schema for which there is none. */
export function mergeOf(scope: Scope, { merge = 'concat' }: FanOutFields): Merge {
  if (merge === 'schema' && scope.run.patches.has('schema-merge-needs-schema'))
    throw new CadreError(
      'InvalidInput',
      `The fan-out ${scope.path} merges by "schema", and its branches are not agents that all declare the same output schema: write "merge": {"schema": …}.`,
      { path: scope.path },
    );
  return merge;
}

/** A count, or a share of the branches; all of them by default, one when failures are to be continued past. */
export function quorumOf({ quorum, onPartial }: FanOutFields, branches: number): number {
  if (quorum === undefined) return onPartial === 'continue' ? 1 : branches;
  return quorum < 1 ? Math.ceil(quorum * branches) : Math.min(quorum, branches);
}

export function noQuorum(scope: Scope, results: readonly BranchResult[], needed: number): CadreError {
  const failures = results.flatMap((result) => (result.failure ? [result.failure] : []));
  const [cause] = failures;
  const which = results
    .filter((result) => result.failure)
    .map((result) => `${result.name} (${result.failure?.kind ?? ''})`);
  const message = `${results.length - failures.length} of ${results.length} branches succeeded, ${needed} are needed. Failed: ${which.join(', ')}.`;
  // A budget that ran out ends the run as such, also when it is the branches that were short of it (F44).
  const broke = failures.find(({ kind }) => kind === 'BudgetExhausted');
  if (broke) return new CadreError('BudgetExhausted', message, { path: scope.path, cause: broke });
  return new CadreError('QuorumNotReached', message, { path: scope.path, ...(cause && { cause }) });
}

/**
 * fanOut: independent branches at the same time, then one merge.
 *
 *            ┌▶ branch 1 ─┐
 *   task ────┼▶ branch 2 ─┼──▶ merge ──▶ output, conflicts named
 *            └▶ branch … ─┘
 *
 * The branches are given, or made from a list (`over`, `each`). Enough of them must succeed (quorum); a failed branch
 * stays in its own place. The order of arrival never changes the result.
 */
import { CadreError } from '../../contracts/failures';
import type { Json } from '../../contracts/json';
import { isJsonObject } from '../../contracts/json';
import { limits } from '../../contracts/limits';
import type { FanOutFields, Merge, Node } from '../../contracts/node';
import { field } from '../../contracts/pattern-fields';
import { joinUntrusted } from '../../contracts/untrusted';
import type { BranchResult } from '../run/merge-branches';
import { inlineBytesFor, mergeBranches } from '../run/merge-branches';
import { mapLimited } from '../run/parallel';
import { attemptNode, nodeName } from '../run/perform-node';
import type { Pattern } from '../run/registry';
import type { Scope } from '../run/scope';
import { outcomeOf, templateValues } from '../run/scope';
import { fillJson } from '../run/template';

interface Branch {
  name: string;
  node: Node;
  item?: Json;
}

export const fanOutPattern: Pattern<FanOutFields> = {
  name: 'fanOut',
  about: 'Branches side by side, merged at the end.',
  fields: {
    branches: field.nodes('Side by side.'),
    over: field.shape('over', 'List to go over: the values, or where they are: `input.<field>` or `output`.'),
    each: field.node('What is run for each value of `over`.'),
    maxParallel: field.count(limits.maxFanOut, 'Branches at the same time; 1 = in turn.'),
    merge: field.shape('merge', 'How results are merged; a name is the agent that does it.'),
    quorum: field.number(limits.maxFanOut, 'Branches that must succeed: a count, or a share below 1.'),
    onPartial: field.oneOf(['fail', 'continue'], 'What a missing branch means.'),
  },
  needs: [['branches'], ['over', 'each']],
  example: {
    over: ['north', 'south'],
    each: { agent: 'reporter', task: 'Report on {{item}}' },
    merge: 'concat',
    task: 'Report on the regions',
  },
  async perform(scope, fields) {
    const branches = branchesOf(scope, fields);
    const states = branches.map(({ name }) => ({ branch: name, state: 'waiting' }));
    scope.run.planView = () => states.map((state) => ({ ...state }));
    const lanes = Math.min(fields.maxParallel ?? scope.run.limits.maxParallel, branches.length);
    const merge = mergeOf(scope, fields);
    const beside: Scope = {
      ...scope,
      parallel: (scope.parallel ?? 1) * Math.max(1, lanes),
      ...inlineBytesFor(scope, merge, branches.length),
    };
    const results = await mapLimited(branches, lanes, async (branch, index) => {
      const result = await runBranch(beside, branch);
      states[index] = { branch: branch.name, state: result.failure ? `failed: ${result.failure.kind}` : 'completed' };
      return result;
    });
    const succeeded = results.filter((result) => result.outcome);
    const needed = quorumOf(fields, branches.length);
    if (succeeded.length < needed) throw noQuorum(scope, results, needed);
    const merged = await mergeBranches(scope, succeeded, merge);
    const failed = results.filter((result) => result.failure);
    return outcomeOf({
      status: failed.length > 0 ? 'partial' : 'completed',
      output: merged.output,
      from: merged.from,
      untrusted: joinUntrusted([merged.untrusted, ...succeeded.map((result) => result.outcome?.untrusted)]),
      messageId: merged.messageId,
      ...(succeeded.some((result) => result.outcome?.private) && { private: true as const }),
      parts: { branches: states.map((state) => ({ ...state })), conflicts: merged.conflicts },
      ...(failed.length > 0 && { stoppedBecause: `${failed.length} of ${branches.length} branches failed` }),
    });
  },
};

async function runBranch(scope: Scope, { name, node, item }: Branch): Promise<BranchResult> {
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

function branchesOf(scope: Scope, fields: FanOutFields): Branch[] {
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
function mergeOf(scope: Scope, { merge = 'concat' }: FanOutFields): Merge {
  if (merge === 'schema' && scope.run.patches.has('schema-merge-needs-schema'))
    throw new CadreError(
      'InvalidInput',
      `The fan-out ${scope.path} merges by "schema", and its branches are not agents that all declare the same output schema: write "merge": {"schema": …}.`,
      { path: scope.path },
    );
  return merge;
}

/** A count, or a share of the branches; all of them by default, one when failures are to be continued past. */
function quorumOf({ quorum, onPartial }: FanOutFields, branches: number): number {
  if (quorum === undefined) return onPartial === 'continue' ? 1 : branches;
  return quorum < 1 ? Math.ceil(quorum * branches) : Math.min(quorum, branches);
}

function noQuorum(scope: Scope, results: readonly BranchResult[], needed: number): CadreError {
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

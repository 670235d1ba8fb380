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
import { limits } from '../../contracts/limits';
import type { FanOutFields } from '../../contracts/node';
import { field } from '../../contracts/pattern-fields';
import { joinUntrusted } from '../../contracts/untrusted';
import { inlineBytesFor, mergeBranches } from '../run/merge-branches';
import { mapLimited } from '../run/parallel';
import type { Pattern } from '../run/registry';
import type { Scope } from '../run/scope';
import { outcomeOf } from '../run/scope';
import { runBranch, branchesOf, mergeOf, quorumOf, noQuorum } from '../run/branches';

export const fanOutPattern: Pattern<FanOutFields> = {
  name: 'fanOut',
  about: 'Branches side by side, merged at the end.',
  fields: {
    branches: field.nodes('Nodes that run side by side; or `over` and `each` in their place.'),
    over: field.shape('over', 'The list to go over: the values, or where they are: `input.<field>` or `output`.'),
    each: field.node('The node that runs for each value of `over`.'),
    maxParallel: field.count(limits.maxFanOut, 'Branches at the same time: 8 by default; 1 is one after another.'),
    merge: field.shape(
      'merge',
      'How the results are merged: `concat` by default; the name of an agent lets that one merge.',
    ),
    quorum: field.number(limits.maxFanOut, 'Branches that must succeed: a count, or a share below 1; all by default.'),
    onPartial: field.oneOf(
      ['fail', 'continue'],
      'With `continue` one branch is enough where no quorum is given; `fail` by default.',
    ),
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
      ...((merged.private || succeeded.some((result) => result.outcome?.private)) && { private: true as const }),
      parts: { branches: states.map((state) => ({ ...state })), conflicts: merged.conflicts },
      ...(failed.length > 0 && { stoppedBecause: `${failed.length} of ${branches.length} branches failed` }),
    });
  },
};

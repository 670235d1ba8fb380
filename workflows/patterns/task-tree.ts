/**
 * taskTree: tasks made of tasks, each given by the agent above to an agent that accepts it.
 *
 *   root ─┬▶ part ─┬▶ leaf ─┐          leaves first, side by side; then whoever gave them
 *         │        └▶ leaf ─┴▶ part ─┐  goes on with what has come, up to the root
 *         └▶ leaf ───────────────────┴▶ root
 *
 * A task that fails is tried again, handed to who stands in, or reported up with its chain of failures; its parent goes
 * on with the rest. Who did what on whose behalf is in the result. Progress rolls up and is shown while it runs.
 */
import { CadreError } from '../../contracts/failures';
import { limits } from '../../contracts/limits';
import { field } from '../../contracts/pattern-fields';
import { attemptTask, failureMaterial, isOutOfBudget, onResults } from '../run/attempt-task';
import { errorOf } from '../run/failure';
import { ancestryOf } from '../run/perform-node';
import type { Pattern } from '../run/registry';
import type { Scope } from '../run/scope';
import { outcomeOf, templateValues } from '../run/scope';
import type { TaskSpec, TreeTask } from '../run/task-tree';
import { TaskTree } from '../run/task-tree';
import { fillText } from '../run/template';
import { runReady, WorkPool } from '../run/work-pool';

interface TaskTreeFields {
  root?: TaskSpec;
  maxParallel?: number;
  attempts?: number;
}

const defaults = { attempts: 3 };

export const taskTreePattern: Pattern<TaskTreeFields> = {
  name: 'taskTree',
  about: 'Tasks made of tasks: parts first, then whoever gave them.',
  fields: {
    root: field.shape('taskTree', 'The task, its agent, and the tasks it is made of.', { needed: true }),
    maxParallel: field.count(limits.maxFanOut, 'Tasks at the same time in the whole tree; 8 by default.'),
    attempts: field.count(
      limits.maxTaskAttempts,
      'Attempts at one task, by its agent and those that stand in; 3 by default.',
    ),
  },
  defaultTask: '{{root.task}}',
  example: {
    root: { agent: 'lead', task: 'Ship the dashboard', children: [{ agent: 'backend', task: 'Build its API' }] },
  },
  async perform(scope, { root, maxParallel, attempts = defaults.attempts }) {
    if (!root) throw new CadreError('InvalidInput', `The tree ${scope.path} has no "root".`);
    const { run } = scope;
    const fill = (text: string): string => fillText(text, templateValues(scope));
    const { depth, from } = scope;
    const tree = new TaskTree(root, { team: run.team, from, attempts, depth, limits: run.limits, fill });
    run.planView = tree.view;
    run.detailLines = tree.lines;
    const lanes = Math.max(1, Math.min(maxParallel ?? run.limits.maxParallel, [...tree.root.all()].length));
    const beside: Scope = { ...scope, parallel: (scope.parallel ?? 1) * lanes };
    await runReady(new WorkPool(), lanes, tree.ready, (task) => carryOut(beside, tree, task));
    return conclude(tree);
  },
};

async function carryOut(scope: Scope, tree: TaskTree, task: TreeTask): Promise<void> {
  task.begin();
  if (task.isForsaken) task.failed(forsaken(scope, task));
  else {
    const ended = await attemptTask(placeOf(scope, task), task.name, task.task, task.assignment);
    if ('outcome' in ended) task.delivered(ended.outcome);
    else task.failed(ended.failure);
  }
  if (task.failure && isOutOfBudget(scope, task.assignment.agent, task.failure)) tree.spent = task.failure;
  scope.run.note('task-ended', task.assignment.agent, scope.path, `task ${task.id}: ${task.state}`);
}

/** Beneath the agents above, given by the nearest of them, with what its own parts came to. */
function placeOf(scope: Scope, task: TreeTask): Scope {
  const above = beneath(scope, task.parent);
  const failed = task.children.flatMap(({ id, agent, failure }) =>
    failure ? [failureMaterial(scope, `task ${id} of ${agent}`, agent, failure)] : [],
  );
  const results = task.children.flatMap(({ id, agent, outcome }) =>
    outcome ? [{ label: `result of task ${id} by ${agent}`, outcome }] : [],
  );
  return onResults({ ...above, material: [...above.material, ...failed] }, results);
}

function beneath(scope: Scope, parent: TreeTask | null): Scope {
  if (!parent) return scope;
  const above = beneath(scope, parent.parent);
  const ancestry = ancestryOf(above, { agent: parent.agent }, parent.task);
  return { ...above, path: `${above.path}/${parent.name}`, depth: above.depth + 1, ancestry, from: parent.agent };
}

function forsaken({ path }: Scope, { id, agent, children }: TreeTask) {
  const which = children.map((child) => `${child.agent} (${child.failure?.kind ?? ''})`).join(', ');
  const message = `Nothing came of the parts of task ${id} of ${agent}: ${which}.`;
  const cause = children[0]?.failure;
  return { kind: 'QuorumNotReached' as const, message, retryable: false, agent, path, ...(cause && { cause }) };
}

function conclude(tree: TaskTree) {
  const { outcome, failure } = tree.root;
  if (tree.spent) throw errorOf(tree.spent);
  if (!outcome) throw errorOf(failure ?? { kind: 'Deadlock', message: 'The root task never began.', retryable: false });
  const missing = tree.missing();
  return outcomeOf({
    ...outcome,
    status: missing === null ? outcome.status : 'partial',
    parts: { progress: tree.view(), accountability: tree.accountability() },
    ...(missing !== null && { stoppedBecause: missing }),
  });
}

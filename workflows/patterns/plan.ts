/**
 * plan: tasks that wait for one another, made by a planner or given, each begun as soon as it can be.
 *
 *   task ──▶ planner ──▶ a ─┬▶ c ──▶ e ──▶ results by task, or one synthesis
 *               ▲        b ─┴▶ d ──┘ │
 *               └── failed · surprised ┘   finished work stays, the rest is planned anew
 *
 * A plan must be acyclic, bounded and for known agents: otherwise it goes back to the planner with what is wrong. Every
 * revision is kept as a diff. Nothing waits for a wave, and nothing can wait for ever.
 */
import { CadreError } from '../../contracts/failures';
import { limits } from '../../contracts/limits';
import { field } from '../../contracts/pattern-fields';
import { converse } from '../run/agent-loop';
import { attemptTask, isOutOfBudget, onResults } from '../run/attempt-task';
import { errorOf } from '../run/failure';
import type { PlanFields } from '../run/plan-fields';
import { givenTasks, plannerOf, taskMaker } from '../run/plan-fields';
import { lineOf } from '../run/plan-revision';
import { planRoles } from '../run/plan-roles';
import type { PlannedTask } from '../run/planned-tasks';
import { PlannedTasks } from '../run/planned-tasks';
import type { Planner } from '../run/planner';
import type { Pattern } from '../run/registry';
import type { Outcome, Scope } from '../run/scope';
import { outcomeOf } from '../run/scope';
import { openConversation, opening, wordsOf } from '../run/talk';
import { runReady, WorkPool } from '../run/work-pool';

export const planPattern: Pattern<PlanFields> = {
  name: 'plan',
  about: 'Tasks that wait for one another, planned or given; each begins as soon as it can.',
  fields: {
    planner: field.agent('The agent that makes the plan and revises it.'),
    specialists: field.agents('Agents that tasks may be for; all others of the team by default.'),
    tasks: field.list(
      field.fields(
        {
          id: field.name('What other tasks call it.', { needed: true }),
          agent: field.agent('Who does it.', { needed: true }),
          task: field.text('What is to be done; the task of the run by default.'),
          dependsOn: field.shape('names', 'Ids of the tasks whose results it needs: one, or a list.'),
        },
        'A task of the plan.',
      ),
      'The plan to begin with, in place of one that the planner makes.',
      { min: 1 },
    ),
    maxReplans: field.count(
      limits.maxRounds,
      'How often the planner may look at the plan again: 2 by default, 0 for never.',
      { min: 0 },
    ),
    maxParallel: field.count(limits.maxFanOut, 'Tasks at the same time; 8 by default.'),
    attempts: field.count(limits.maxTaskAttempts, 'Attempts at one task before the planner hears of it; 2 by default.'),
    synthesizer: field.agent('Puts the results together; without one the output is the results by task.'),
  },
  needs: [['planner'], ['tasks']],
  roles: planRoles,
  example: {
    team: 'daily-report',
    tasks: [
      { id: 'tickets', agent: 'jira', task: 'List the open tickets' },
      { id: 'report', agent: 'mail', task: 'Write them up', dependsOn: ['tickets'] },
    ],
    task: 'Report on the open tickets',
  },
  async perform(scope, fields) {
    const { run } = scope;
    const lanes = Math.min(fields.maxParallel ?? run.limits.maxParallel, run.limits.maxFanOut);
    const beside: Scope = { ...scope, parallel: (scope.parallel ?? 1) * lanes };
    const plan = new PlannedTasks();
    run.planView = plan.view;
    run.detailLines = plan.lines;
    const planner = plannerOf(beside, fields);
    const make = taskMaker(scope, fields);
    const drafts = givenTasks(scope, fields) ?? (await planner?.draft()) ?? [];
    const because = [fields.tasks ? 'given' : `planned by ${fields.planner ?? ''}`];
    plan.replace(drafts.map(make), { number: 0, because, diff: drafts.map((draft) => `+ ${lineOf(draft)}`) });
    const pool = new WorkPool();
    const work = (task: PlannedTask): Promise<void> => carryOut(beside, planner, plan, task);
    await runReady(pool, lanes, plan.ready, work, async () => planner?.look(plan, pool, make));
    return conclude(planner?.beneath ?? scope, plan, fields.synthesizer);
  },
};

/** The task with the results it waited for, in the order it names them. */
async function carryOut(scope: Scope, planner: Planner | null, plan: PlannedTasks, task: PlannedTask): Promise<void> {
  plan.begin(task);
  const place = onResults(planner?.beneath ?? scope, plan.results(task.dependsOn));
  const told: Scope = { ...place, material: [...place.material, ...(planner?.advice ?? [])] };
  const ended = await attemptTask(told, task.id, task.task, task.assignment);
  plan.ended(task, ended);
  if ('failure' in ended && isOutOfBudget(scope, task.assignment.agent, ended.failure)) plan.spent = ended.failure;
  scope.run.note('task-ended', task.assignment.agent, scope.path, `${task.id}: ${plan.stateOf(task)}`);
}

/** The results by task, or what the synthesizer makes of them; what has not come is named. */
async function conclude(scope: Scope, plan: PlannedTasks, synthesizer: string | undefined): Promise<Outcome> {
  if (plan.spent) throw errorOf(plan.spent);
  const results = plan.results(plan.finished().map(({ id }) => id));
  const missing = plan.missing();
  if (results.length === 0) {
    const cause = [...plan.all(), ...plan.retired].find((task) => task.failure)?.failure;
    const message = `No task of the plan ${scope.path} was finished: ${missing ?? 'it is empty'}.`;
    throw new CadreError('QuorumNotReached', message, { path: scope.path, ...(cause && { cause }) });
  }
  const place = onResults(scope, results);
  const common = {
    status: missing === null ? ('completed' as const) : ('partial' as const),
    parts: plan.view(),
    ...(missing !== null && { stoppedBecause: missing }),
  };
  if (synthesizer === undefined) {
    const labels = { untrusted: place.untrusted, ...(place.private && { private: true as const }) };
    return outcomeOf({ ...common, ...labels, output: { inline: plan.output() }, from: scope.path || 'plan' });
  }
  const talk = openConversation(place, synthesizer);
  const { output } = await converse(talk, opening(place), { role: 'synthesis', noTools: true });
  return outcomeOf({ ...common, ...wordsOf(talk), output });
}

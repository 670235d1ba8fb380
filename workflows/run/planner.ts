import type { DeltaPart } from '../../contracts/activities';
import { bodyExcerpt } from '../../contracts/body';
import { CadreError } from '../../contracts/failures';
import type { Json } from '../../contracts/json';
import { graphFaults } from '../../contracts/task-graph';
import { joinUntrusted } from '../../contracts/untrusted';
import { failureMaterial } from './attempt-task';
import type { Conversation } from './conversation';
import { failureOf } from './failure';
import type { RevisionAnswer } from './plan-revision';
import { RevisedPlan } from './plan-revision';
import type { PlannedTask, PlannedTasks, TaskDraft } from './planned-tasks';
import type { Scope } from './scope';
import { askFor, openConversation, opening } from './talk';
import type { WorkPool } from './work-pool';

export type Choice = { name: string; description: string };
/** As a model writes it: what waits for nothing need not say so. */
type LooseTask = Omit<TaskDraft, 'dependsOn'> & { dependsOn?: string[] };

const summaryLength = 1_200;
const advice =
  'Your task is part of a plan. If what you find shows that the plan is wrong, say why in one line that begins with "Replan:".';

/** The agent that makes the plan and looks at it again when it no longer fits; one conversation through all of it. */
export class Planner {
  private talk: Conversation | null = null;
  private readonly shown = new Set<PlannedTask>();

  constructor(
    private readonly scope: Scope,
    readonly agent: string,
    private readonly choices: Choice[],
    private replansLeft: number,
  ) {}

  /** The scope of whoever works by the plan: its words derive from what the planner has read (I8). */
  get beneath(): Scope {
    const { scope, talk } = this;
    if (!talk) return { ...scope, from: this.agent };
    const untrusted = joinUntrusted([scope.untrusted, talk.untrusted]);
    return {
      ...scope,
      from: this.agent,
      causationId: talk.messageId,
      untrusted,
      private: scope.private || talk.private,
    };
  }

  /** What agents are told that work by a plan which may still be changed. */
  get advice(): DeltaPart[] {
    return this.replansLeft === 0 ? [] : [{ kind: 'note', text: advice }];
  }

  /** The first plan. Throws `MalformedOutput` when no sound one came of the planner's attempts. */
  async draft(): Promise<TaskDraft[]> {
    const { run } = this.scope;
    const world = { agents: this.names, max: run.limits.maxTasks };
    const { answer, faults } = await this.ask<{ tasks: LooseTask[] }>('dag', [], ({ tasks }) =>
      tasks.length === 0 ? ['A plan needs at least one task.'] : graphFaults(tasks.map(whole), world),
    );
    if (faults.length === 0) return answer.tasks.map(whole);
    throw new CadreError('MalformedOutput', `The plan of ${this.agent} cannot be carried out: ${faults.join(' ')}`, {
      agent: this.agent,
      path: this.scope.path,
    });
  }

  /**
   * Lets the planner look at the plan when there is a reason to and a look is left. Nothing new begins meanwhile; what
   * runs goes on. A planner that fails, or makes no sound revision, leaves the plan as it is.
   */
  async look(plan: PlannedTasks, pool: WorkPool, make: (draft: TaskDraft) => PlannedTask): Promise<void> {
    if (plan.reasons.length === 0 || this.replansLeft === 0 || plan.spent) return;
    this.replansLeft -= 1;
    const because = plan.reasons.splice(0);
    const { run, path } = this.scope;
    // The planner's conversation may not continue as new while tasks are under way.
    run.background += 1;
    try {
      const world = { agents: this.names, maxTasks: run.limits.maxTasks };
      const judge = (answer: RevisionAnswer): RevisedPlan => new RevisedPlan(plan, answer, world);
      const { answer, faults } = await this.ask<RevisionAnswer & { tasks: LooseTask[] }>(
        'replan',
        this.news(plan, because),
        (given) => judge(wholly(given)).faults,
      );
      if (faults.length > 0) run.note('plan-kept', this.agent, path, `no sound revision: ${faults.join(' ')}`);
      else await applyRevision(plan, pool, judge(wholly(answer)), [...because, answer.reason], make);
    } catch (error) {
      const failure = failureOf(error, { agent: this.agent, path });
      run.keepFailure(failure);
      if (failure.kind === 'BudgetExhausted') plan.spent = failure;
      run.note('plan-kept', this.agent, path, `${failure.kind}: ${failure.message}`);
    } finally {
      run.background -= 1;
    }
    run.note('plan-revised', this.agent, path, `revision ${plan.revisions.length - 1}: ${because.join('; ')}`);
  }

  private get names(): string[] {
    return this.choices.map(({ name }) => name);
  }

  /** Asks; what cannot be carried out goes back with what is wrong, a bounded number of times (I5). */
  private async ask<T>(
    role: 'dag' | 'replan',
    delta: DeltaPart[],
    check: (answer: T) => string[],
  ): Promise<{ answer: T; faults: string[] }> {
    const { run } = this.scope;
    const first = this.talk === null;
    this.talk ??= openConversation(this.scope, this.agent);
    let given = first ? [...opening(this.scope), ...delta] : delta;
    for (let times = 0; ; times += 1) {
      const answer = await askFor<T>(this.talk, role, given, this.choices);
      const faults = check(answer);
      if (faults.length === 0 || times >= run.limits.maxRepairs) return { answer, faults };
      run.note('plan-refused', this.agent, this.talk.path, faults.join(' '));
      given = [{ kind: 'repair', problems: faults }];
    }
  }

  /** How the plan stands, and what has come since the planner last looked. */
  private news(plan: PlannedTasks, because: readonly string[]): DeltaPart[] {
    const fresh = plan.all().filter((task) => (task.isFinished || task.failure) && !this.shown.has(task));
    for (const task of fresh) this.shown.add(task);
    const tasks = plan.all().map((task): Json => {
      const { id, agent, task: wording, dependsOn } = task;
      return { id, agent, task: wording, dependsOn, state: plan.stateOf(task) };
    });
    const sources = joinUntrusted(fresh.map(({ outcome }) => outcome?.untrusted));
    const isPrivate = fresh.some(({ outcome }) => outcome?.private === true);
    const standing: DeltaPart = {
      kind: 'material',
      label: 'the plan as it stands',
      from: this.agent,
      body: { inline: { tasks, because: [...because] } },
      untrusted: sources,
      ...(isPrivate && { private: true as const }),
    };
    return [standing, ...fresh.map((task) => this.endOf(task))];
  }

  private endOf({ id, assignment, outcome, failure }: PlannedTask): DeltaPart {
    const label = `end of task ${id}`;
    if (failure) return failureMaterial(this.scope, label, assignment.agent, failure);
    const summary = outcome ? bodyExcerpt(outcome.output, summaryLength) : '';
    return {
      kind: 'material',
      label,
      from: assignment.agent,
      body: { inline: { task: id, status: outcome?.status ?? '', summary } },
      untrusted: outcome?.untrusted ?? null,
      ...(outcome?.private && { private: true as const }),
    };
  }
}

const whole = (task: LooseTask): TaskDraft => ({ ...task, dependsOn: task.dependsOn ?? [] });
const wholly = (answer: RevisionAnswer & { tasks: LooseTask[] }): RevisionAnswer => ({
  ...answer,
  tasks: answer.tasks.map(whole),
});

/** Brings a sound revision into force: what is called off has ended before the plan is another one. */
export async function applyRevision(
  plan: PlannedTasks,
  pool: WorkPool,
  revised: RevisedPlan,
  because: string[],
  make: (draft: TaskDraft) => PlannedTask,
): Promise<void> {
  if (revised.changesNothing) return;
  const diff = revised.diff();
  for (const task of revised.calledOff) {
    await pool.callOff(task.id);
    if (task.isFinished) diff.push(`= ${task.id} (it was finished before it could be called off)`);
    else task.calledOff = true;
  }
  plan.replace(revised.tasks(make), { number: plan.revisions.length, because, diff });
}

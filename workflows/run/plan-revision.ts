import { graphFaults } from '../../contracts/task-graph';
import type { PlannedTask, PlannedTasks, TaskDraft } from './planned-tasks';

/** How a plan came to be as it is. Number 0 is the plan it began with. */
export interface Revision {
  number: number;
  because: string[];
  /** Lines that begin with `+` new, `~` changed, `-` given up, `×` called off while it ran, `=` kept. */
  diff: string[];
}

/** What a planner says of a plan: all that is still to be done, and what of the running tasks is called off. */
export interface RevisionAnswer {
  reason: string;
  tasks: TaskDraft[];
  callOff?: string[];
}

export interface PlanWorld {
  /** Agents that may get a task; any agent of the team when absent. */
  agents?: readonly string[];
  maxTasks: number;
}

/**
 * A revision as it would change the plan as it now stands. Finished tasks stay whatever is said of them; running ones go
 * on unless they are called off; a task that waits is kept, changed or given up.
 */
export class RevisedPlan {
  readonly kept: PlannedTask[] = [];
  readonly calledOff: PlannedTask[] = [];
  readonly givenUp: PlannedTask[] = [];
  /** New tasks, and new versions of old ones. */
  readonly drafts: TaskDraft[] = [];
  readonly faults: string[] = [];

  constructor(
    private readonly plan: PlannedTasks,
    private readonly answer: RevisionAnswer,
    world: PlanWorld,
  ) {
    const listed = new Map(answer.tasks.map((task) => [task.id, task]));
    if (listed.size < answer.tasks.length) this.faults.push('Each id may be listed once.');
    for (const task of plan.all()) this.sort(task, listed);
    const known = new Set(plan.all().map(({ id }) => id));
    for (const draft of listed.values()) if (!known.has(draft.id)) this.drafts.push(draft);
    this.checkWhole(world);
  }

  private sort(task: PlannedTask, listed: ReadonlyMap<string, TaskDraft>): void {
    const draft = listed.get(task.id);
    const off = this.answer.callOff?.includes(task.id) ?? false;
    const differs = draft !== undefined && !task.isSameAs(draft);
    if (task.isFinished) {
      this.kept.push(task);
      // It may have been called off in good faith while it still ran: then its result stands all the same.
      if (differs && !off)
        this.faults.push(`The task "${task.id}" is finished and its result stands: give further work another id.`);
    } else if (task.isRunning && off) {
      this.calledOff.push(task);
      if (draft) this.drafts.push(draft);
    } else if (task.isRunning) {
      this.kept.push(task);
      if (differs)
        this.faults.push(`The task "${task.id}" is running: name it in "callOff" to change it, or leave it as it is.`);
    } else if (!draft) this.givenUp.push(task);
    else if (task.begun || differs) this.drafts.push(draft);
    else this.kept.push(task);
  }

  private checkWhole({ agents, maxTasks }: PlanWorld): void {
    const done = this.kept.filter((task) => task.isFinished);
    const open = [...this.kept.filter((task) => !task.isFinished && !task.isRunning), ...this.drafts];
    const running = this.kept.filter((task) => task.isRunning);
    const ids = [...done, ...running].map(({ id }) => id);
    const max = Math.max(0, maxTasks - this.plan.everCount + open.length - this.drafts.length);
    this.faults.push(...graphFaults(open, { ...(agents && { agents }), finished: ids, max }));
    for (const [at, draft] of this.drafts.entries()) {
      const others = [...open.filter((task) => !this.drafts.some((one) => one === task)), ...this.drafts.slice(0, at)];
      const twin = others.find((task) => task.agent === draft.agent && task.task === draft.task);
      if (twin) this.faults.push(`The task "${draft.id}" is the same as "${twin.id}": one of them is enough.`);
      const same = [...done, ...running].find((task) => task.agent === draft.agent && task.task === draft.task);
      if (same)
        this.faults.push(
          `The task "${draft.id}" is the same as "${same.id}", which is ${same.isFinished ? 'finished' : 'running'}.`,
        );
    }
  }

  /** The change in lines, in the order of the plan. */
  diff(): string[] {
    const before = new Set(this.plan.all().map(({ id }) => id));
    const off = new Set(this.calledOff.map(({ id }) => id));
    const kept = this.kept.map(({ id }) => id);
    return [
      ...(kept.length > 0 ? [`= ${kept.join(', ')}`] : []),
      ...this.calledOff.map((task) => `× ${lineOf(task)}`),
      ...this.givenUp.map((task) => `- ${lineOf(task)}`),
      ...this.drafts.map((draft) => `${before.has(draft.id) && !off.has(draft.id) ? '~' : '+'} ${lineOf(draft)}`),
    ];
  }

  /** The tasks of the plan from now on, in the order of the old one; what finished while it was called off stays. */
  tasks(make: (draft: TaskDraft) => PlannedTask): PlannedTask[] {
    const drafts = new Map(this.drafts.map((draft) => [draft.id, draft]));
    const kept = new Set([...this.kept, ...this.calledOff.filter((task) => task.isFinished)]);
    const old = this.plan.all().flatMap((task): (PlannedTask | TaskDraft)[] => {
      const draft = drafts.get(task.id);
      drafts.delete(task.id);
      if (kept.has(task)) return [task];
      return draft ? [draft] : [];
    });
    return [...old, ...drafts.values()].map((one) => (isPlanned(one, kept) ? one : make(one)));
  }

  get changesNothing(): boolean {
    return this.drafts.length + this.calledOff.length + this.givenUp.length === 0;
  }
}

const isPlanned = (one: PlannedTask | TaskDraft, kept: ReadonlySet<unknown>): one is PlannedTask => kept.has(one);

export function lineOf({ id, agent, task, dependsOn }: TaskDraft): string {
  const after = dependsOn.length > 0 ? ` (after ${dependsOn.join(', ')})` : '';
  return `${id} ${agent}: ${task.replace(/\s+/g, ' ').slice(0, 100)}${after}`;
}

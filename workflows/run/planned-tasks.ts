import { bodyExcerpt, bodyToJson } from '../../contracts/body';
import type { FailureRecord } from '../../contracts/failures';
import type { Json } from '../../contracts/json';
import type { GraphTask } from '../../contracts/task-graph';
import { criticalPathOf, wavesOf } from '../../contracts/task-graph';
import type { Assignment } from './assignment';
import { shownFailure } from './attempt-task';
import type { Revision } from './plan-revision';
import type { Outcome } from './scope';

/** A task as a person or a planner writes it. */
export interface TaskDraft extends GraphTask {
  agent: string;
  task: string;
  dependsOn: string[];
}

export type PlannedState = 'waiting' | 'blocked' | 'running' | 'completed' | 'partial' | 'failed' | 'called-off';

const shownTask = 120;

/** One task of a plan, from its first to its last attempt. A revision that changes a task makes a new one of it. */
export class PlannedTask implements TaskDraft {
  outcome: Outcome | null = null;
  failure: FailureRecord | null = null;
  calledOff = false;
  begun = false;

  constructor(
    private readonly draft: TaskDraft,
    readonly assignment: Assignment,
  ) {}

  get id(): string {
    return this.draft.id;
  }
  get agent(): string {
    return this.draft.agent;
  }
  get task(): string {
    return this.draft.task;
  }
  get dependsOn(): string[] {
    return this.draft.dependsOn;
  }
  get isFinished(): boolean {
    return this.outcome !== null;
  }
  get isRunning(): boolean {
    return this.begun && !this.outcome && !this.failure && !this.calledOff;
  }
  isSameAs(other: TaskDraft): boolean {
    const before = [...new Set(other.dependsOn)].sort().join('\n');
    const own = [...new Set(this.dependsOn)].sort().join('\n');
    return other.agent === this.agent && other.task === this.task && before === own;
  }
}

/**
 * The tasks of a plan and how each of them stands. What is finished stays; what waits begins as soon as everything it
 * waits for is finished, whichever wave that is in. Nothing can wait for ever: the tasks are acyclic when they are
 * accepted, and what waits for something that failed is blocked, which ends it.
 */
export class PlannedTasks {
  private current = new Map<string, PlannedTask>();
  /** Called off, given up, or replaced: no part of the plan any more, but of what happened. */
  readonly retired: PlannedTask[] = [];
  readonly revisions: Revision[] = [];
  /** Why the planner is to look at the plan again; taken by the next revision. */
  readonly reasons: string[] = [];
  /** Set when the money of the whole plan is gone: nothing new begins. */
  spent: FailureRecord | null = null;

  all = (): PlannedTask[] => [...this.current.values()];
  finished = (): PlannedTask[] => this.all().filter((task) => task.isFinished);
  /** Every task there ever was, for the bound on them. */
  get everCount(): number {
    return this.current.size + this.retired.length;
  }

  /** Puts the tasks of a revision in the place of the present ones; what has gone is kept as retired. */
  replace(tasks: readonly PlannedTask[], revision: Revision): void {
    const next = new Map(tasks.map((task) => [task.id, task]));
    for (const task of this.current.values()) if (next.get(task.id) !== task) this.retired.push(task);
    this.current = next;
    this.revisions.push(revision);
  }

  ready = (): PlannedTask[] =>
    this.spent
      ? []
      : this.all().filter((task) => !task.begun && task.dependsOn.every((id) => this.current.get(id)?.isFinished));

  begin(task: PlannedTask): void {
    task.begun = true;
  }

  ended(task: PlannedTask, ended: { outcome: Outcome } | { failure: FailureRecord }): void {
    if ('outcome' in ended) {
      task.outcome = ended.outcome;
      const surprise = surpriseIn(ended.outcome);
      if (surprise !== null) this.reasons.push(`${task.id}: ${surprise}`);
    } else {
      task.failure = ended.failure;
      this.reasons.push(`${task.id} failed: ${ended.failure.kind}`);
    }
  }

  stateOf(task: PlannedTask): PlannedState {
    if (task.calledOff) return 'called-off';
    if (task.failure) return 'failed';
    if (task.outcome) return task.outcome.status === 'completed' ? 'completed' : 'partial';
    if (task.begun) return 'running';
    return task.dependsOn.some((id) => this.isLost(id)) ? 'blocked' : 'waiting';
  }

  private isLost(id: string): boolean {
    const task = this.current.get(id);
    return !task || ['failed', 'blocked', 'called-off'].includes(this.stateOf(task));
  }

  /** What has not come, in a sentence for the result; null when everything has. */
  missing(): string | null {
    const open = this.all().filter((task) => this.stateOf(task) !== 'completed');
    const lost = this.retired.filter((task) => task.failure && !this.current.has(task.id));
    const said = [
      ...open.map((task) => `${task.id} of ${task.agent} is ${this.stateOf(task)}`),
      ...lost.map((task) => `${task.id} of ${task.agent} failed and was given up`),
    ];
    return said.length === 0 ? null : said.join('; ');
  }

  /** The results of some tasks, in their order. */
  results(ids: readonly string[]): { label: string; outcome: Outcome }[] {
    return ids.flatMap((id) => {
      const outcome = this.current.get(id)?.outcome;
      return outcome ? [{ label: `result of task ${id}`, outcome }] : [];
    });
  }

  /** The outputs by the tasks' ids, in the order of the plan. */
  output(): Json {
    return Object.fromEntries(
      this.finished().flatMap(({ id, outcome }) => (outcome ? [[id, bodyToJson(outcome.output)]] : [])),
    );
  }

  view = (): Json => ({
    revision: this.revisions.length - 1,
    waves: wavesOf(this.all()).map((wave) => wave.map(({ id }) => id)),
    criticalPath: criticalPathOf(this.all()),
    tasks: this.all().map((task) => this.rowOf(task)),
    ...(this.retired.length > 0 && { retired: this.retired.map((task) => this.rowOf(task)) }),
    revisions: this.revisions.map((revision) => ({
      ...revision,
      because: [...revision.because],
      diff: [...revision.diff],
    })),
  });

  private rowOf(task: PlannedTask): Json {
    const { id, assignment, dependsOn, failure, outcome } = task;
    return {
      id,
      agent: assignment.agent,
      task: task.task.length > shownTask ? `${task.task.slice(0, shownTask - 1)}…` : task.task,
      dependsOn: [...dependsOn],
      // A task that was replaced before it began is in no plan any more.
      state: this.current.get(id) === task ? this.stateOf(task) : task.begun ? this.stateOf(task) : 'given-up',
      ...(assignment.attempts.length > 0 && { attempts: assignment.view() }),
      ...(outcome && { result: bodyExcerpt(outcome.output, 200) }),
      ...(failure && { failure: shownFailure(failure) }),
    };
  }

  /** The plan as lines for people who watch: how far it is, the waves with their states, the longest chain. */
  lines = (): string[] => {
    const all = this.all();
    const marks = {
      completed: '✓',
      partial: '≈',
      failed: '✗',
      running: '▶',
      waiting: '·',
      blocked: '⊘',
      'called-off': '×',
    };
    const waves = wavesOf(all).map((wave) => wave.map((task) => `${marks[this.stateOf(task)]} ${task.id}`).join(', '));
    const revised = this.revisions.length > 1 ? ` · revision ${this.revisions.length - 1}` : '';
    return [
      `- plan: ${this.finished().length} of ${all.length} tasks done${revised}`,
      ...waves.slice(0, 12).map((wave, index) => `  - wave ${index + 1}: ${wave.slice(0, 200)}`),
      `- critical path: ${criticalPathOf(all).join(' → ').slice(0, 300)}`,
      ...(this.revisions.at(-1)?.number
        ? (this.revisions.at(-1)?.diff ?? []).slice(0, 6).map((line) => `  - \`${line.slice(0, 120)}\``)
        : []),
    ];
  };
}

// Blanks only within the line: across lines it would go over a long run of them again from each one.
const saysReplan = /^[^\S\n]*replan:[^\S\n]*(\S.*)$/im;

/** What in a result makes the plan doubtful: it is not whole, or its agent says so. Null when it is as expected. */
export function surpriseIn({ output, status, stoppedBecause }: Outcome): string | null {
  if (status !== 'completed') return `came back ${status}${stoppedBecause === undefined ? '' : `: ${stoppedBecause}`}`;
  const value = 'inline' in output ? output.inline : output.head;
  if (typeof value === 'string') return saysReplan.exec(value)?.[1]?.slice(0, 300) ?? null;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const said = value['replan'];
  return typeof said === 'string' && said !== '' ? said.slice(0, 300) : null;
}

import { bodyExcerpt } from '../../contracts/body';
import type { FailureRecord } from '../../contracts/failures';
import { CadreError } from '../../contracts/failures';
import type { Json } from '../../contracts/json';
import type { Limits } from '../../contracts/limits';
import type { TeamView } from '../../contracts/team';
import { acceptsTasks, Assignment, standInsFor } from './assignment';
import { shownFailure } from './attempt-task';
import type { Outcome } from './scope';

export type TaskState = 'waiting' | 'delegated' | 'working' | 'completed' | 'partial' | 'failed';

/** A task as it is written down, with the tasks it is made of. */
export interface TaskSpec {
  agent: string;
  task: string;
  children?: TaskSpec[];
}

const shownTask = 120;
const shownLines = 24;

/** A task of a tree: done by its agent once everything below it has ended. */
export class TreeTask {
  outcome: Outcome | null = null;
  failure: FailureRecord | null = null;
  private begun = false;
  readonly children: TreeTask[] = [];

  constructor(
    /** `1`, `1.2`: its place in the tree. */
    readonly id: string,
    /** Its part of a path: the agent, numbered where siblings have the same. */
    readonly name: string,
    readonly task: string,
    readonly assignment: Assignment,
    /** The agent it was written down for: the one that assigns the tasks below it. */
    readonly agent: string,
    readonly parent: TreeTask | null,
  ) {}

  begin(): void {
    this.begun = true;
  }
  delivered(outcome: Outcome): void {
    this.outcome = outcome;
  }
  failed(failure: FailureRecord): void {
    this.failure = failure;
  }

  get hasEnded(): boolean {
    return this.outcome !== null || this.failure !== null;
  }
  get isReady(): boolean {
    return !this.begun && this.children.every((child) => child.hasEnded);
  }
  /** Nothing of what it was to be made of has come: there is nothing to go on with. */
  get isForsaken(): boolean {
    return this.children.length > 0 && this.children.every((child) => child.failure !== null);
  }

  get state(): TaskState {
    if (this.failure) return 'failed';
    if (this.outcome) return this.isWhole ? 'completed' : 'partial';
    if (this.begun) return 'working';
    return this.children.some((child) => child.state !== 'waiting') ? 'delegated' : 'waiting';
  }
  /** It and everything below it has come. */
  private get isWhole(): boolean {
    return this.outcome?.status === 'completed' && this.children.every((child) => child.state === 'completed');
  }

  /** It and all below it, a parent before its children. */
  *all(): Generator<TreeTask> {
    yield this;
    for (const child of this.children) yield* child.all();
  }
  /** Ended tasks in a hundred, itself and all below it: never less than before. */
  get percent(): number {
    const all = [...this.all()];
    return Math.floor((100 * all.filter((task) => task.hasEnded).length) / all.length);
  }
  /** From whoever gave the root task down to its own agent. */
  get chain(): string[] {
    return [...(this.parent ? this.parent.chain : [this.assignment.assigner]), this.agent];
  }
}

/** What tells one tree from another besides its tasks. */
export interface TreeWorld {
  team: Pick<TeamView, 'agents'>;
  /** Who gives the root task: a person, or the agent above. */
  from: string;
  /** Attempts at one task. */
  attempts: number;
  /** Depth the tree begins at. */
  depth: number;
  limits: Pick<Limits, 'maxTasks' | 'maxDepth'>;
  fill: (text: string) => string;
}

/** A tree of tasks with its progress. Throws when it could not be carried out as it is, before anything is (I5, I9). */
export class TaskTree {
  readonly root: TreeTask;
  /** Set when the money of the whole tree is gone: nothing new begins. */
  spent: FailureRecord | null = null;

  constructor(
    shape: TaskSpec,
    private readonly world: TreeWorld,
  ) {
    this.root = this.grow(shape, '1', shape.agent, [], null, 1);
    const refused = [...this.root.all()].filter(
      ({ agent, assignment }) => !acceptsTasks(world.team, agent, assignment.assigner),
    );
    if (refused.length > 0) {
      const which = refused.map(
        ({ id, agent, assignment }) => `task ${id}: ${agent} takes none from ${assignment.assigner}`,
      );
      throw new CadreError(
        'MessageRejected',
        `The tree delegates to agents that do not accept it: ${which.join('; ')}.`,
      );
    }
  }

  private count = 0;

  private grow(
    shape: TaskSpec,
    id: string,
    name: string,
    siblings: readonly string[],
    parent: TreeTask | null,
    level: number,
  ): TreeTask {
    const { limits, depth, team, attempts } = this.world;
    this.count += 1;
    if (this.count > limits.maxTasks)
      throw new CadreError('InvalidInput', `The tree has more than ${limits.maxTasks} tasks.`);
    if (depth + level > limits.maxDepth)
      throw new CadreError(
        'DepthExceeded',
        `The tree is too deep: task ${id} would be at depth ${depth + level} of at most ${limits.maxDepth}.`,
      );
    const task = this.world.fill(shape.task);
    for (let above = parent; above; above = above.parent) {
      if (above.agent === shape.agent && above.task === task)
        throw new CadreError(
          'CycleDetected',
          `${shape.agent} gets the same task again below itself: task ${above.id} and task ${id}.`,
        );
    }
    const assigner = parent?.agent ?? this.world.from;
    const assignment = new Assignment(
      shape.agent,
      assigner,
      standInsFor(team, shape.agent, siblings, assigner),
      attempts,
    );
    const grown = new TreeTask(id, name, task, assignment, shape.agent, parent);
    const seen = new Map<string, number>();
    const agents = (shape.children ?? []).map(({ agent }) => agent);
    for (const [index, child] of (shape.children ?? []).entries()) {
      const times = (seen.get(child.agent) ?? 0) + 1;
      seen.set(child.agent, times);
      const called = times === 1 ? child.agent : `${child.agent}-${times}`;
      const peers = agents.filter((agent) => agent !== child.agent);
      grown.children.push(this.grow(child, `${id}.${index + 1}`, called, peers, grown, level + 1));
    }
    return grown;
  }

  /** Tasks whose parts have all ended and that nobody has begun, in the order they were written. */
  ready = (): TreeTask[] => (this.spent ? [] : [...this.root.all()].filter((task) => task.isReady));

  view = (): Json => viewOf(this.root);

  /** The tree as lines for people who watch; long ones end with how much is left out. */
  lines = (): string[] => {
    const all = [...this.root.all()];
    const count = (...states: TaskState[]): number => all.filter(({ state }) => states.includes(state)).length;
    const ended = count('completed', 'partial', 'failed');
    const head = `- tree: ${this.root.percent} % · ${ended} of ${all.length} tasks ended, ${count('failed')} failed, ${count('working')} under way`;
    const lines = all.slice(0, shownLines).map((task) => {
      const level = task.id.split('.').length;
      return `${'  '.repeat(level)}- ${task.assignment.agent}: ${task.state}${task.children.length > 0 ? ` ${task.percent} %` : ''}`;
    });
    return [
      head,
      ...lines,
      ...(all.length > shownLines ? [`  - … ${all.length - shownLines} more in the query \`plan\``] : []),
    ];
  };

  /** Who did what on whose behalf, how often it was tried, and what came of it: a row for every task. */
  accountability(): Json {
    return [...this.root.all()].map(({ id, assignment, agent, chain, task, state, outcome, failure }) => ({
      id,
      task,
      assigner: assignment.assigner,
      assignee: agent,
      doneBy: outcome ? outcome.from : null,
      chain,
      state,
      attempts: assignment.view(),
      ...(outcome && { result: bodyExcerpt(outcome.output, 400), messageId: outcome.messageId }),
      ...(failure && { failure: shownFailure(failure) }),
    }));
  }

  /** What has not come, in a sentence for the result; null when all has. */
  missing(): string | null {
    const failed = [...this.root.all()].filter(({ state }) => state === 'failed');
    const part = [...this.root.all()].filter(({ outcome }) => outcome !== null && outcome.status !== 'completed');
    const said = [
      ...failed.map(({ id, agent, failure }) => `task ${id} of ${agent} failed (${failure?.kind ?? ''})`),
      ...part.map(({ id, agent, outcome }) => `task ${id} of ${agent} was ${outcome?.status ?? ''}`),
    ];
    return said.length > 0 ? said.join('; ') : null;
  }
}

function viewOf(task: TreeTask): Json {
  const { id, assignment, state, percent, failure, children } = task;
  return {
    id,
    agent: assignment.agent,
    assigner: assignment.assigner,
    task: task.task.length > shownTask ? `${task.task.slice(0, shownTask - 1)}…` : task.task,
    state,
    percent,
    ...(assignment.attempts.length > 0 && { attempts: assignment.view() }),
    ...(failure && { failure: `${failure.kind}: ${failure.message.slice(0, 200)}` }),
    ...(children.length > 0 && { children: children.map(viewOf) }),
  };
}

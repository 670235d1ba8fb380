import type { BudgetLimits, Usage } from '../../contracts/budget';
import type { FailureRecord } from '../../contracts/failures';
import type { Json } from '../../contracts/json';
import type { Answer } from './agent-loop';
import type { Budget } from './budget';
import type { CarriedConversation, Conversation } from './conversation';
import type { Outcome } from './scope';

/** How one question to an agent ended: in a continued run it is not asked again. */
export type Ending = { answer: Answer } | { failure: FailureRecord };

/** What a run has come to, by place: its continuation goes through the pattern from the top and asks for nothing twice. */
export interface CarriedJournal {
  done: [string, Outcome][];
  failed: [string, FailureRecord][];
  conversations: CarriedConversation[];
  budgets: { path: string; used: Usage; steps: number; limits: BudgetLimits }[];
  states?: [string, Json][];
  /** When nodes with a time of their own began, in ms since 1970. */
  begun?: [string, number][];
}

/** Keeps what a continuation needs. Nothing of it costs history until a run continues. */
export class Journal {
  /** The pattern is being gone through again: what it tells has been told before. */
  rerunning: boolean;
  /** Nodes that failed, by path, before their fallback was tried. */
  readonly failed: Map<string, FailureRecord>;
  private readonly open = new Map<string, Conversation>();
  private readonly budgets = new Map<string, Budget>();
  private readonly states = new Map<string, () => Json>();
  private readonly begun: Map<string, number>;

  constructor(private readonly carried?: CarriedJournal) {
    this.rerunning = carried !== undefined;
    this.failed = new Map(carried?.failed);
    this.begun = new Map(carried?.begun);
  }

  /** When a node began, now unless it did in a run before: its time goes on (I5). */
  begunAt(path: string): number {
    const at = this.begun.get(path) ?? Date.now();
    this.begun.set(path, at);
    return at;
  }

  /** From here on it is new: called before anything is asked of the world. */
  live(): void {
    this.rerunning = false;
  }

  doneBefore(): [string, Outcome][] {
    return this.carried?.done ?? [];
  }

  conversationAt(agent: string, path: string): CarriedConversation | null {
    return this.carried?.conversations.find((one) => one.agent === agent && one.path === path) ?? null;
  }

  /** Nobody but one agent has spoken in this run so far. */
  get isSole(): boolean {
    return this.open.size <= 1;
  }

  /** How many steers all have read that still speak. */
  steersSeen({ done, steers }: { done: ReadonlyMap<string, Outcome>; steers: readonly unknown[] }): number {
    return Math.min(steers.length, ...this.unfinished(done).map(({ steersSeen }) => steersSeen));
  }

  enter(conversation: Conversation): void {
    this.open.set(conversation.path, conversation);
  }

  /** The budget of a node of its own goes on where it was. */
  budgetOf(path: string, budget: Budget): Budget {
    const before = this.carried?.budgets.find((one) => one.path === path);
    if (before) {
      budget.used = before.used;
      budget.steps = before.steps;
    }
    this.budgets.set(path, budget);
    return budget;
  }

  /** State of a pattern that its nodes' outcomes do not tell. Returns what the run before kept of it, or null. */
  stateOf(path: string, state: () => Json): Json | null {
    this.states.set(path, state);
    return this.keptState(path);
  }

  /** What the run before kept of a pattern's state, or null. */
  keptState(path: string): Json | null {
    return this.carried?.states?.find(([at]) => at === path)?.[1] ?? null;
  }

  /** Heads of all threads that a continuation may go on with. */
  heads(done: ReadonlyMap<string, Outcome>): string[] {
    return this.unfinished(done).flatMap(({ head }) => (head === null ? [] : [head]));
  }

  /** What lies inside a finished node is not gone through again, and is left out. */
  toJson(done: ReadonlyMap<string, Outcome>, current: CarriedConversation | null): CarriedJournal {
    const outermost = [...done].filter(([path]) => !isInside(path, done));
    const conversations = this.unfinished(done).map((one) =>
      one.path === current?.path ? current : one.toJson([], 0, 0),
    );
    const isOpen = ([path]: [string, unknown]): boolean => !done.has(path) && !isInside(path, done);
    const states = [...this.states].filter(isOpen);
    const begun = [...this.begun].filter(isOpen);
    const budgets = [...this.budgets].filter(isOpen);
    return {
      done: outermost,
      failed: [...this.failed].filter(([path]) => !isInside(path, done)),
      conversations,
      budgets: budgets.map(([path, { used, steps, limits }]) => ({ path, used, steps, limits })),
      ...(states.length > 0 && { states: states.map(([path, state]) => [path, state()]) }),
      ...(begun.length > 0 && { begun }),
    };
  }

  private unfinished(done: ReadonlyMap<string, Outcome>): Conversation[] {
    return [...this.open.values()].filter(({ path }) => !done.has(path) && !isInside(path, done));
  }
}

function isInside(path: string, done: ReadonlyMap<string, Outcome>): boolean {
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
    if (done.has(path.slice(0, at))) return true;
  return false;
}

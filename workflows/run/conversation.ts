import type { AnswerChoice, CallModelResult, DeltaPart, Role } from '../../contracts/activities';
import type { BudgetLimits, Usage } from '../../contracts/budget';
import { digestOf } from '../../contracts/digest';
import { CadreError } from '../../contracts/failures';
import type { MessageType } from '../../contracts/message';
import { own } from '../../contracts/own';
import type { AgentView } from '../../contracts/team';
import type { UntrustedSet } from '../../contracts/untrusted';
import type { Budget } from './budget';
import type { SteerMessage } from './checks';
import type { Ending } from './journal';
import { RunClock } from './run-clock';
import type { Scope } from './scope';

/** Characters of steers that one step takes; the rest comes with the next. */
const steersPerStep = 60_000;

/** What is asked of a model in one step. */
export interface Ask {
  role: Role;
  choices?: AnswerChoice[];
  noTools?: boolean;
  /** The answer is another message than the result of a task: a ballot that goes to the chair. */
  message?: { type: MessageType; recipient: string };
}

/** A conversation as a continued run takes it up again. */
export interface CarriedConversation {
  agent: string;
  path: string;
  head: string | null;
  step: number;
  tokens: number;
  untrusted: UntrustedSet | null;
  messageId: string | null;
  private: boolean;
  steersSeen: number;
  calls: [string, number][];
  used: Usage;
  steps: number;
  stoppedMs: number;
  startedAt: number;
  pending: DeltaPart[];
  lastStep: number;
  repairs: number;
  /** How busy those were that it chose among: who goes through the pattern again chooses alike. */
  load?: Readonly<Record<string, number>>;
  /** How its questions ended so far; absent where the conversation is all there is of the run. */
  endings?: Ending[];
}

/** One agent's thread inside a run: only its head is held here, the store holds the rest (I2). */
export class Conversation {
  head: string | null = null;
  step = 0;
  /** Tokens of the thread so far, as the provider counted them: the estimate for the next call. */
  tokens = 0;
  untrusted: UntrustedSet | null = null;
  messageId: string | null = null;
  /** How busy the agents were that it last chose among. */
  load: Readonly<Record<string, number>> | null = null;
  /** The agent, the run, or something it was shown is private: it stays so (contract §2). */
  private: boolean;
  steersSeen: number;
  readonly view: AgentView;
  readonly budget: Budget;
  readonly clock: RunClock;
  /** Set when this conversation goes on in a new run. */
  readonly resumed: CarriedConversation | null;
  private readonly startedAt: number;
  readonly inboxId: string;
  private readonly calls: Map<string, number>;
  /** Answers to its notifications that it still waits for. */
  awaited = 0;
  private readonly callbacks: DeltaPart[] = [];
  private readonly endings: Ending[];
  private retold = 0;
  private taken = false;

  constructor(
    readonly scope: Scope,
    readonly agent: string,
    readonly path: string,
    limits: BudgetLimits = {},
  ) {
    const view = own(scope.run.team.agents, agent);
    if (!view) {
      const known = Object.keys(scope.run.team.agents).join(', ');
      throw new CadreError(
        'UnknownAgent',
        `The team ${scope.run.team.name} has no agent "${agent}". It has: ${known}.`,
        { path },
      );
    }
    this.view = view;
    this.untrusted = scope.untrusted;
    this.private = scope.private || view.privacy === 'private' || scope.run.input.privacy === 'private';
    const carried = scope.run.takeCarried(agent, path);
    this.resumed = carried;
    // What came before anybody has taken a step is for those who take the first ones.
    const { steers, transcript } = scope.run;
    this.steersSeen = carried?.steersSeen ?? (transcript.length === 0 ? 0 : steers.length);
    this.calls = new Map(carried?.calls);
    this.endings = [...(carried?.endings ?? [])];
    this.budget = scope.budget.lease(`the agent ${agent}`, { ...view.budget, ...limits });
    const timeoutMs = Math.min(view.timeoutMs, view.budget.wallClockMs ?? view.timeoutMs);
    this.startedAt = carried?.startedAt ?? Date.now();
    this.clock = new RunClock(this.startedAt, timeoutMs, carried?.stoppedMs);
    if (carried) this.restore(carried);
    const { workflowId, firstExecutionRunId } = scope.run.info;
    scope.run.journal.enter(this);
    this.inboxId = digestOf({ workflowId, firstRunId: firstExecutionRunId, path, type: 'task_assignment' });
  }

  /** How often this very call has been asked for, this time included. */
  timesAsked(tool: string, argsDigest: string): number {
    const key = `${tool} ${argsDigest}`;
    const times = (this.calls.get(key) ?? 0) + 1;
    this.calls.set(key, times);
    return times;
  }

  /** How the next question ended in the run before, if it was asked there. */
  endingBefore(): Ending | undefined {
    const before = this.resumed?.endings ?? [];
    const ending = before[this.retold];
    if (ending) this.retold += 1;
    return ending;
  }

  /** The next question was answered in the run before: it takes no time now. */
  get isRetelling(): boolean {
    return this.retold < (this.resumed?.endings ?? []).length;
  }

  ended(ending: Ending): void {
    this.endings.push(ending);
  }

  /** The question that was open when the run continued, once. */
  takeOpenQuestion(): CarriedConversation | null {
    const open = this.taken || (this.resumed?.pending.length ?? 0) === 0 ? null : this.resumed;
    this.taken = true;
    return open;
  }

  toJson(pending: DeltaPart[], lastStep: number, repairs: number): CarriedConversation {
    const { agent, path, head, step, tokens, untrusted, messageId, steersSeen, startedAt, private: isPrivate } = this;
    const { used, steps } = this.budget;
    const stoppedMs = this.clock.stoppedForMs;
    const calls = [...this.calls];
    return {
      agent,
      path,
      head,
      step,
      tokens,
      untrusted,
      messageId,
      private: isPrivate,
      steersSeen,
      startedAt,
      calls,
      used,
      steps,
      stoppedMs,
      pending,
      lastStep,
      repairs,
      ...(this.load && { load: this.load }),
      ...(this.endings.length > 0 && { endings: this.endings }),
    };
  }

  private restore(carried: CarriedConversation): void {
    this.head = carried.head;
    this.step = carried.step;
    this.tokens = carried.tokens;
    this.untrusted = carried.untrusted;
    this.messageId = carried.messageId;
    this.private = carried.private;
    this.load = carried.load ?? null;
    this.budget.used = carried.used;
    this.budget.steps = carried.steps;
  }

  /** Steers that came since this agent's last step. */
  takeSteers(): DeltaPart[] {
    const fresh: SteerMessage[] = [];
    let size = 0;
    for (const steer of this.scope.run.steers.slice(this.steersSeen)) {
      size += steer.text.length;
      if (fresh.length > 0 && size > steersPerStep) break;
      fresh.push(steer);
    }
    this.steersSeen += fresh.length;
    return fresh.map((steer) => ({ kind: 'steer', from: steer.from, text: steer.text }));
  }

  /** What somebody it notified has answered; shown with its next step. */
  callBack(part: DeltaPart): void {
    this.callbacks.push(part);
  }

  takeCallbacks(): DeltaPart[] {
    return this.callbacks.splice(0);
  }

  get hasCallbacks(): boolean {
    return this.callbacks.length > 0;
  }

  /** The step whose answer came last: its tool calls belong to it. */
  get lastStep(): number {
    return this.step - 1;
  }

  advance(result: CallModelResult): void {
    this.head = result.head;
    this.messageId = result.messageId;
    this.untrusted = result.untrusted ?? this.scope.untrusted;
    this.tokens = result.usage.inputTokens + result.usage.outputTokens;
    this.load = result.load ?? this.load;
    this.step += 1;
  }
}

import type { CallModelResult, DeltaPart, Role } from '../../contracts/activities';
import type { BudgetLimits } from '../../contracts/budget';
import { digestOf } from '../../contracts/digest';
import { CadreError } from '../../contracts/failures';
import type { AgentView } from '../../contracts/team';
import type { UntrustedSet } from '../../contracts/untrusted';
import type { Budget } from './budget';
import { RunClock } from './run-clock';
import type { Scope } from './scope';

/** What is asked of a model in one step. */
export interface Ask {
  role: Role;
  choices?: { name: string; description: string }[];
  noTools?: boolean;
}

/** One agent's thread inside a run: only its head is held here, the store holds the rest (I2). */
export class Conversation {
  head: string | null = null;
  step = 0;
  /** Tokens of the thread so far, as the provider counted them: the estimate for the next call. */
  tokens = 0;
  untrusted: UntrustedSet | null = null;
  messageId: string | null = null;
  steersSeen: number;
  readonly view: AgentView;
  readonly budget: Budget;
  readonly clock: RunClock;
  readonly inboxId: string;
  private readonly calls = new Map<string, number>();

  constructor(
    readonly scope: Scope,
    readonly agent: string,
    readonly path: string,
    limits: BudgetLimits = {},
  ) {
    const view = scope.run.team.agents[agent];
    if (!view) {
      const known = Object.keys(scope.run.team.agents).join(', ');
      throw new CadreError(
        'UnknownAgent',
        `The team ${scope.run.team.name} has no agent "${agent}". It has: ${known}.`,
        { path },
      );
    }
    this.view = view;
    this.steersSeen = scope.run.steers.length;
    this.budget = scope.budget.lease(`the agent ${agent}`, { ...view.budget, ...limits });
    const timeoutMs = Math.min(view.timeoutMs, view.budget.wallClockMs ?? view.timeoutMs);
    this.clock = new RunClock(Date.now(), timeoutMs);
    const { workflowId, firstExecutionRunId } = scope.run.info;
    this.inboxId = digestOf({ workflowId, firstRunId: firstExecutionRunId, path, type: 'task_assignment' });
  }

  /** How often this very call has been asked for, this time included. */
  timesAsked(tool: string, argsDigest: string): number {
    const key = `${tool} ${argsDigest}`;
    const times = (this.calls.get(key) ?? 0) + 1;
    this.calls.set(key, times);
    return times;
  }

  /** Steers that came since this agent's last step. */
  takeSteers(): DeltaPart[] {
    const fresh = this.scope.run.steers.slice(this.steersSeen);
    this.steersSeen += fresh.length;
    return fresh.map((steer) => ({ kind: 'steer', from: steer.from, text: steer.text }));
  }

  /** The step whose answer came last: its tool calls belong to it. */
  get lastStep(): number {
    return this.step - 1;
  }

  advance(result: CallModelResult): void {
    this.head = result.head;
    this.messageId = result.messageId;
    this.untrusted = result.untrusted;
    this.tokens = result.usage.inputTokens + result.usage.outputTokens;
    this.step += 1;
  }
}

import { condition } from '@temporalio/workflow';
import type { BudgetLimits, Usage } from '../../contracts/budget';
import { addUsage, noUsage } from '../../contracts/budget';
import { CadreError } from '../../contracts/failures';

const limitNames = ['tokens', 'usd', 'steps'] as const;

/**
 * One node of the tree of budgets of a run: the run itself, a node's lease, an agent's own limit. A call reserves in
 * its node and in every node above before it is made, and settles what it really used after. When the rest does not
 * cover a call while others are in flight, it waits for one of them to settle before it is refused: estimates are high.
 */
export class Budget {
  used: Usage = noUsage;
  steps = 0;
  private reservedTokens = 0;
  private reservedSteps = 0;
  private lentUsd = 0;

  constructor(
    readonly name: string,
    readonly limits: BudgetLimits,
    private readonly parent: Budget | null = null,
  ) {}

  lease(name: string, limits: BudgetLimits): Budget {
    return new Budget(name, { ...limits }, this);
  }

  /** Takes room for one step; throws `BudgetExhausted` when it cannot be had. */
  async reserve(tokens: number): Promise<void> {
    for (;;) {
      const short = this.shortage(tokens);
      if (!short) break;
      if (!short.budget.inFlight) throw exhausted(short);
      const seen = short.budget.settled;
      await condition(() => short.budget.settled !== seen || !short.budget.inFlight);
    }
    for (const budget of this.upwards()) {
      budget.reservedTokens += tokens;
      budget.reservedSteps += 1;
    }
  }

  /** Gives the reserved room back and books what was used. */
  settle(reservedTokens: number, usage: Usage): void {
    for (const budget of this.upwards()) {
      budget.reservedTokens -= reservedTokens;
      budget.reservedSteps -= 1;
      budget.steps += 1;
      budget.used = addUsage(budget.used, usage);
      budget.settled += 1;
    }
  }

  /** Books the usage of something that made its own reservations: a child workflow's result, a tool call. */
  book(usage: Usage, steps: number): void {
    for (const budget of this.upwards()) {
      budget.used = addUsage(budget.used, usage);
      budget.steps += steps;
      budget.settled += 1;
    }
  }

  /** Takes room that somebody else will use by itself (`Loan`); negative amounts give it back. */
  setAside({ tokens = 0, usd = 0, steps = 0 }: BudgetLimits): void {
    for (const budget of this.upwards()) {
      budget.reservedTokens += tokens;
      budget.reservedSteps += steps;
      budget.lentUsd += usd;
      budget.settled += 1;
    }
  }

  topUp(more: BudgetLimits): void {
    for (const name of limitNames) {
      const extra = more[name];
      if (extra !== undefined && this.limits[name] !== undefined) this.limits[name] += extra;
    }
    this.settled += 1;
  }

  /** What is left, for a child's lease; undefined members are not limited. */
  rest(): BudgetLimits {
    const rest: BudgetLimits = {};
    for (const budget of this.upwards()) {
      for (const name of limitNames) {
        const limit = budget.limits[name];
        if (limit === undefined) continue;
        const left = Math.max(0, limit - budget.taken(name));
        rest[name] = Math.min(rest[name] ?? left, left);
      }
    }
    return rest;
  }

  private settled = 0;

  private get inFlight(): boolean {
    return this.reservedSteps > 0;
  }

  private taken(name: (typeof limitNames)[number]): number {
    if (name === 'tokens') return this.used.inputTokens + this.used.outputTokens + this.reservedTokens;
    if (name === 'steps') return this.steps + this.reservedSteps;
    return (this.used.usd ?? 0) + this.lentUsd;
  }

  private shortage(tokens: number): Shortage | null {
    const wanted = { tokens, steps: 1, usd: 0 };
    for (const budget of this.upwards()) {
      for (const name of limitNames) {
        const limit = budget.limits[name];
        if (limit === undefined) continue;
        const taken = budget.taken(name);
        const over = name === 'usd' ? taken >= limit : taken + wanted[name] > limit;
        if (over) return { budget, name, limit, taken, wanted: wanted[name] };
      }
    }
    return null;
  }

  private *upwards(): Generator<Budget> {
    yield this;
    if (this.parent) yield* this.parent.upwards();
  }
}

interface Shortage {
  budget: Budget;
  name: 'tokens' | 'usd' | 'steps';
  limit: number;
  taken: number;
  wanted: number;
}

function exhausted({ budget, name, limit, taken, wanted }: Shortage): CadreError {
  const rounded = Math.round(taken * 1e6) / 1e6;
  return new CadreError(
    'BudgetExhausted',
    `The ${name} budget of ${budget.name} is ${limit}; ${rounded} are used or reserved and the next step needs about ${wanted}. Raise it with the update "topUp" or start again with a larger budget.`,
  );
}

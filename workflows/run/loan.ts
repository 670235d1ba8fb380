import type { BudgetLimits } from '../../contracts/budget';
import type { Budget } from './budget';

/**
 * What a child workflow may spend by itself: an equal part of what is left, set aside in its parent's budget until the
 * child has said what it used. Two children can so never spend the same rest (I5).
 */
export class Loan {
  readonly limits: BudgetLimits;

  /** `parts`: how many nodes run beside each other here, the borrower included. */
  constructor(
    private readonly budget: Budget,
    parts: number,
  ) {
    this.limits = partOf(budget.rest(), parts);
    budget.setAside(this.limits);
  }

  raise(more: BudgetLimits): void {
    this.budget.setAside(more);
    for (const name of ['tokens', 'usd', 'steps'] as const) {
      const extra = more[name];
      if (extra !== undefined) this.limits[name] = (this.limits[name] ?? 0) + extra;
    }
  }

  giveBack(): void {
    const { tokens = 0, usd = 0, steps = 0 } = this.limits;
    this.budget.setAside({ tokens: -tokens, usd: -usd, steps: -steps });
  }
}

/** An equal part, rounded up: a rest of one step is still one step. */
export function partOf(whole: BudgetLimits, parts: number): BudgetLimits {
  const { tokens, usd, steps } = whole;
  return {
    ...(tokens !== undefined && { tokens: Math.ceil(tokens / parts) }),
    ...(usd !== undefined && { usd: usd / parts }),
    ...(steps !== undefined && { steps: Math.ceil(steps / parts) }),
  };
}

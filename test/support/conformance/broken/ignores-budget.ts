import { agentPattern } from '../../../../workflows/patterns/agent';
import { Budget } from '../../../../workflows/run/budget';
import { brokenAgent } from './broken-agent';

/** Its calls reserve in a budget that belongs to nobody. */
export const ignoresBudget = brokenAgent((scope, fields) =>
  agentPattern.perform({ ...scope, budget: new Budget('nobody', {}) }, fields),
);

import { Budget } from '../../../../workflows/run/budget';
import { startable } from '../../../../workflows/run/start-run';
import { openAgent } from './open-agent';

/** Broken on purpose: its calls reserve in a budget that belongs to nobody. Turns «obeys its budget» red. */
export const ignoresBudget = startable(openAgent((scope) => ({ ...scope, budget: new Budget('nobody', {}) })));

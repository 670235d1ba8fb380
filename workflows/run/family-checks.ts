import type { Approval } from '../../contracts/approval';
import type { BudgetLimits } from '../../contracts/budget';
import { isJsonObject } from '../../contracts/json';
import type { ApprovalAsk } from './approvals';
import type { Checked } from './checks';

// Internal signals come over the same door as everybody's: what they carry is data until it is checked (I7).

export interface AskMessage {
  child: string;
  askId: string;
  ask: ApprovalAsk;
}
export interface SettledMessage {
  askId: string;
  approval: Approval;
}

const refuse = (reason: string): { ok: false; reason: string } => ({ ok: false, reason });
const areTexts = (value: Record<string, unknown>, keys: readonly string[]): boolean =>
  keys.every((key) => typeof value[key] === 'string' && value[key].length <= 2_000);

export function checkAskMessage(value: unknown): Checked<AskMessage> {
  if (!isJsonObject(value) || !areTexts(value, ['child', 'askId']) || !isJsonObject(value['ask'])) {
    return refuse('an approval ask needs child, askId and ask');
  }
  const { subject, rule, agent, reason, risk } = value['ask'];
  if (!isJsonObject(subject) || !isJsonObject(subject['args'])) return refuse('its subject is not an action');
  if (!areTexts(subject, ['namespace', 'workflowId', 'firstRunId', 'path', 'tool', 'effect', 'policy'])) {
    return refuse('its subject is not an action');
  }
  if (![subject['step'], subject['ordinal']].every(Number.isInteger)) return refuse('its subject names no step');
  if (!isJsonObject(rule) || !isAmount(rule['timeoutMs'])) return refuse('its rule has no timeout');
  if (typeof agent !== 'string' || typeof reason !== 'string' || typeof risk !== 'string') {
    return refuse('it does not say who asks and why');
  }
  return { ok: true, value: value as unknown as AskMessage };
}

export function checkSettledMessage(value: unknown): Checked<SettledMessage> {
  if (!isJsonObject(value) || typeof value['askId'] !== 'string' || !isJsonObject(value['approval'])) {
    return refuse('an approval outcome needs askId and approval');
  }
  const { approval } = value;
  if (!isJsonObject(approval) || !areTexts(approval, ['id', 'digest', 'state'])) return refuse('it is no approval');
  const { settled } = approval;
  if (settled !== undefined && (!isJsonObject(settled) || !areTexts(settled, ['by', 'at', 'decision']))) {
    return refuse('it does not say how it was settled');
  }
  return { ok: true, value: value as unknown as SettledMessage };
}

export function checkRaise(value: unknown): Checked<BudgetLimits> {
  const names = ['tokens', 'usd', 'steps'];
  if (!isJsonObject(value) || !Object.keys(value).every((key) => names.includes(key))) {
    return refuse(`a raise takes ${names.join(', ')}`);
  }
  if (!Object.values(value).every(isAmount)) return refuse('a raise takes numbers above 0');
  return { ok: true, value };
}

const amountMax = 1e15;

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value <= amountMax;
}

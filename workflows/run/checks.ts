import type { Decision } from '../../contracts/approval';
import { decisions } from '../../contracts/approval';
import type { BudgetLimits } from '../../contracts/budget';
import { isJsonObject } from '../../contracts/json';
import { limits } from '../../contracts/limits';
import { textLength } from '../../contracts/text-length';

// Zod-free checks of what people send to a running workflow; a property test holds them equal to contracts/schemas.

export type Checked<T> = { ok: true; value: T } | { ok: false; reason: string };

/** Sums of amounts up to this stay exact. */
const amountMax = 1e15;

export interface ControlMessage {
  by: string;
  reason?: string;
}
export interface SteerMessage {
  text: string;
  from: string;
}
export type TopUpMessage = Pick<BudgetLimits, 'tokens' | 'usd' | 'steps'> & { by: string };

const refuse = (reason: string): { ok: false; reason: string } => ({ ok: false, reason });
const shortText = (value: unknown, max: number): value is string =>
  typeof value === 'string' && value.trim() !== '' && textLength(value) <= max;

function members(name: string, value: unknown, known: readonly string[]): Checked<Record<string, unknown>> {
  if (!isJsonObject(value)) return refuse(`"${name}" takes one JSON object with ${known.join(', ')}.`);
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) return refuse(`"${name}" does not know "${unknown}"; it takes ${known.join(', ')}.`);
  return { ok: true, value };
}

function optionalText(name: string, value: Record<string, unknown>, keys: readonly string[]): string | undefined {
  const wrong = keys.find((key) => value[key] !== undefined && !shortText(value[key], 2_000));
  return wrong && `"${name}": "${wrong}" must be a text of at most 2000 characters.`;
}

export function checkDecision(value: unknown): Checked<Decision> {
  const known = ['id', 'decision', 'by', 'reason', 'args', 'to', 'digest', 'signature'];
  const object = members('decide', value, known);
  if (!object.ok) return object;
  const { id, decision, by, args, to, digest } = object.value;
  if (!shortText(id, 200)) return refuse('"decide" needs "id": the id of an open approval, as "approvals" shows it.');
  if (!decisions.includes(decision as never)) return refuse(`"decide": "decision" is one of ${decisions.join(', ')}.`);
  if (!shortText(by, 200)) return refuse('"decide" needs "by": who decides.');
  const wrong = optionalText('decide', object.value, ['reason', 'to', 'digest', 'signature']);
  if (wrong) return refuse(wrong);
  if (args !== undefined && !isJsonObject(args)) return refuse('"decide": "args" must be a JSON object.');
  if (decision === 'edit' && (args === undefined || digest === undefined)) {
    return refuse('"edit" needs "args", the whole new arguments, and "digest", the digest of the action it replaces.');
  }
  if (decision !== 'edit' && args !== undefined)
    return refuse(`"args" goes with "edit", not with "${String(decision)}".`);
  if (decision === 'reassign' && to === undefined) return refuse('"reassign" needs "to": the approver group.');
  return { ok: true, value: object.value as unknown as Decision };
}

export function checkControl(name: string, value: unknown): Checked<ControlMessage> {
  const object = members(name, value ?? {}, ['by', 'reason']);
  if (!object.ok) return object;
  const wrong = optionalText(name, object.value, ['reason']);
  if (wrong) return refuse(wrong);
  if (!shortText(object.value['by'], 200)) return refuse(`"${name}" needs "by": who asks for it.`);
  return { ok: true, value: object.value as unknown as ControlMessage };
}

export function checkSteer(value: unknown): Checked<SteerMessage> {
  const object = members('steer', value, ['text', 'from']);
  if (!object.ok) return object;
  if (!shortText(object.value['text'], limits.steerBytes)) {
    return refuse(`"steer" needs "text": what the agents shall know, at most ${limits.steerBytes} characters.`);
  }
  if (!shortText(object.value['from'], 200)) return refuse('"steer" needs "from": who says it.');
  return { ok: true, value: object.value as unknown as SteerMessage };
}

export function checkTopUp(value: unknown): Checked<TopUpMessage> {
  const object = members('topUp', value, ['tokens', 'usd', 'steps', 'by']);
  if (!object.ok) return object;
  const amounts = ['tokens', 'usd', 'steps'].map((key) => object.value[key]).filter((amount) => amount !== undefined);
  if (amounts.length === 0) return refuse('"topUp" needs at least one of tokens, usd, steps.');
  if (!amounts.every((amount) => typeof amount === 'number' && amount > 0 && amount <= amountMax)) {
    return refuse('"topUp": tokens, usd and steps are numbers above 0.');
  }
  if (!shortText(object.value['by'], 200)) return refuse('"topUp" needs "by": who pays.');
  return { ok: true, value: object.value as unknown as TopUpMessage };
}

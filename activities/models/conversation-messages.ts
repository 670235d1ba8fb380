import type { DeltaPart, ToolCall } from '../../contracts/activities';
import type { Json } from '../../contracts/json';
import { limits } from '../../contracts/limits';
import type { ModelMessage, ModelPart } from '../../contracts/model';
import type { UntrustedSet } from '../../contracts/untrusted';
import type { SegmentReply } from './segment-reply';
import type { ShowBody } from './show-body';

/** What a step was shown and, but for the newest, what was answered. */
export interface Exchange {
  delta: DeltaPart[];
  reply: SegmentReply | null;
}

/** Calls of the last answer, which the next delta brings the results of. */
interface OpenCalls {
  calls: readonly ToolCall[];
  at: number;
}
type ResultPart = Extract<ModelPart, { kind: 'tool-result' }>;

/**
 * The thread as messages. The same exchanges always give the same bytes, and a longer thread begins with the bytes of
 * the shorter one, so that providers can cache it. Data never becomes a text part.
 */
export async function conversationMessages(exchanges: readonly Exchange[], show: ShowBody): Promise<ModelMessage[]> {
  const messages: ModelMessage[] = [];
  let open: OpenCalls = { calls: [], at: 0 };
  for (const [at, { delta, reply }] of exchanges.entries()) {
    messages.push(...(await shownMessages(delta, open, show)));
    if (!reply) continue;
    messages.push({ role: 'assistant', parts: await answerParts(reply, at, show) });
    open = { calls: reply.toolCalls ?? [], at };
  }
  return messages;
}

async function shownMessages(delta: readonly DeltaPart[], open: OpenCalls, show: ShowBody): Promise<ModelMessage[]> {
  const results = new Map<number, ResultPart>();
  const rest: ModelPart[] = [];
  for (const part of delta) {
    const call = part.kind === 'tool-result' ? open.calls.find(({ ordinal }) => ordinal === part.ordinal) : undefined;
    if (part.kind === 'tool-result' && call && !results.has(part.ordinal)) {
      const { isError, untrusted } = part;
      const value = await show(part.body);
      results.set(part.ordinal, resultPart(call, open.at, value, isError, sourcesOf(untrusted)));
    } else rest.push(...(await partsOf(part, show)));
  }
  // Providers refuse a call without a result.
  const answered = open.calls.map(
    (call) => results.get(call.ordinal) ?? resultPart(call, open.at, 'This call was not carried out.', true, []),
  );
  return [
    ...(answered.length > 0 ? [{ role: 'tool' as const, parts: answered }] : []),
    ...(rest.length > 0 ? [{ role: 'user' as const, parts: rest }] : []),
  ];
}

function resultPart(call: ToolCall, at: number, value: Json, isError: boolean, untrusted: string[]): ResultPart {
  return { kind: 'tool-result', id: callId(at, call), name: call.name, value, isError, untrusted };
}

/** By place, because the ids that models give are not stable (I4). */
function callId(at: number, call: ToolCall): string {
  return `call_${at}_${call.ordinal}`;
}

async function partsOf(part: DeltaPart, show: ShowBody): Promise<ModelPart[]> {
  switch (part.kind) {
    case 'task':
      return [{ kind: 'text', text: part.text }];
    case 'note':
      return [{ kind: 'text', text: part.text }];
    case 'steer':
      return [{ kind: 'text', text: `${part.from} adds while you work: ${part.text}` }];
    case 'repair':
      return [{ kind: 'text', text: repairText(part.problems) }];
    case 'material':
      return [dataPart(part.label, part.from, await show(part.body, limits.shownMaterialBytes), part.untrusted)];
    case 'tool-result':
      return [dataPart(part.isError ? 'error' : 'result', part.tool, await show(part.body), part.untrusted)];
  }
}

function dataPart(label: string, from: string, value: Json, untrusted: UntrustedSet | null): ModelPart {
  return { kind: 'data', label, from, value, untrusted: sourcesOf(untrusted) };
}

function repairText(problems: readonly string[]): string {
  const list = problems.map((problem) => `- ${problem}`).join('\n');
  return `Your last answer could not be used:\n${list}\nAnswer again, complete, with these faults mended.`;
}

async function answerParts(reply: SegmentReply, at: number, show: ShowBody): Promise<ModelPart[]> {
  const said = reply.said ? textOf(await show(reply.said)) : '';
  const output = reply.output ? textOf(await show(reply.output)) : '';
  const words = [said, output].filter((text) => text !== '').join('\n\n');
  const calls = (reply.toolCalls ?? []).map((call): ModelPart => {
    return { kind: 'tool-call', id: callId(at, call), name: call.name, args: call.args };
  });
  if (words === '' && calls.length === 0) return [{ kind: 'text', text: '(no usable answer)' }];
  return [...(words === '' ? [] : [{ kind: 'text' as const, text: words }]), ...calls];
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function sourcesOf(set: UntrustedSet | null): string[] {
  if (!set) return [];
  const more = set.count - set.sample.length;
  return more > 0 ? [...set.sample, `and ${more} more`] : [...set.sample];
}

import type { DeltaPart, ToolCall } from '../../contracts/activities';
import type { Body } from '../../contracts/body';
import { isInline, namedBodyBytes } from '../../contracts/body';
import { digestOf } from '../../contracts/digest';
import type { FailureKind, FailureRecord } from '../../contracts/failures';
import type { UntrustedSet } from '../../contracts/untrusted';
import type { Conversation } from './conversation';
import type { Outcome } from './scope';

export type ToolResult = Extract<DeltaPart, { kind: 'tool-result' }>;

/** A call that is answered with an error: news for the model, and kept as a failure. */
export function refused(
  talk: Conversation,
  call: ToolCall,
  kind: FailureKind,
  message: string,
  record?: FailureRecord,
  /** A failure's words may be a server's. */
  untrusted: UntrustedSet | null = null,
): ToolResult {
  const { run } = talk.scope;
  run.keepFailure(
    record ?? { kind, message, retryable: false, agent: talk.agent, path: talk.path, step: talk.lastStep },
  );
  run.note('tool-refused', talk.agent, talk.path, `${call.name}: ${kind}: ${message}`);
  // Our own words are nowhere in the store: they are not named but said, and kept short.
  return resultOf(call, { inline: { error: kind, message: message.slice(0, 2_000) } }, true, untrusted);
}

export function resultOf(
  call: ToolCall,
  body: Body,
  isError: boolean,
  untrusted: UntrustedSet | null,
  isPrivate?: true,
): ToolResult {
  const labels = { untrusted, ...(isPrivate && { private: isPrivate }) };
  return { kind: 'tool-result', ordinal: call.ordinal, tool: call.name, body, isError, ...labels };
}

/** An outcome's output, by name where the store has it. */
export function referenceOf({ output, stored }: Pick<Outcome, 'output' | 'stored'>): Body {
  return stored ? byReference(output) : output;
}

/** A body is in history once (I2): where it stood before, the next delta only names it. */
export function byReference(body: Body): Body {
  if (!isInline(body)) return body;
  const bytes = JSON.stringify(body.inline).length;
  return bytes <= namedBodyBytes ? body : { blob: digestOf(body.inline), bytes, head: '' };
}

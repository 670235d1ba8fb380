import { Context } from '@temporalio/activity';
import type { CallModelRequest } from '../../contracts/activities';
import { digestOf } from '../../contracts/digest';
import { limits } from '../../contracts/limits';
import { currentAttempt, type CurrentAttempt } from '../current-attempt';

/** One attempt at one model call: the request and what Temporal knows of it. */
export interface ModelCall extends CurrentAttempt {
  request: CallModelRequest;
  /** Temporal's run id: after a reset a model is asked again (I4). */
  runId: string;
  root: string;
  /** When the attempt must be over, in milliseconds since the epoch. */
  deadline: number;
  /** Digest of what is asked; what is reserved for it does not change the question. */
  inputDigest: string;
}

/** Left for recording the end of an attempt before Temporal would cut it off. */
const recordingMs = 3_000;

export function currentModelCall(request: CallModelRequest): ModelCall {
  const { info } = Context.current();
  const { reservedTokens: _reserved, ...asked } = request;
  const { rootWorkflowId, rootFirstRunId, firstRunId } = request.run;
  const timeoutMs = info.startToCloseTimeoutMs > 0 ? info.startToCloseTimeoutMs : limits.modelCallTimeoutMs;
  return {
    request,
    ...currentAttempt(firstRunId, limits.modelAttempts),
    root: `${rootWorkflowId}#${rootFirstRunId}`,
    deadline: Date.now() + Math.max(timeoutMs - recordingMs, timeoutMs / 2),
    inputDigest: digestOf(asked),
  };
}

/** Where the store keeps the result of a call (ordinal 0) and the end of its failed attempts (their numbers). */
export function stepKeyOf(call: ModelCall, ordinal: number) {
  const { path, step } = call.request;
  return { runId: call.runId, path, step, kind: 'model' as const, ordinal };
}

import { ApplicationFailure, WorkflowFailedError } from '@temporalio/client';

import { type FailureRecord, isFailureKind } from '../contracts/failures';
import { isJsonObject } from '../contracts/json';
import type { RunResult } from '../contracts/run';

/** How a run ended: with a result of ours, or by something that left none (terminated, timed out). */
export type RunEnd = { result: RunResult; failure?: FailureRecord } | { result?: undefined; failure: FailureRecord };

/** Reads the end of a failed run: its record, and the partial result that it carries. */
export function endOfFailure(error: unknown): RunEnd {
  if (!(error instanceof WorkflowFailedError)) throw error;
  const { cause } = error;
  if (!(cause instanceof ApplicationFailure)) {
    return { failure: { kind: 'InternalError', message: cause?.message ?? error.message, retryable: false } };
  }
  const [record, result] = cause.details ?? [];
  const kind = isFailureKind(cause.type) ? cause.type : 'InternalError';
  const failure = isFailureRecord(record) ? record : { kind, message: cause.message, retryable: false };
  return isJsonObject(result) ? { failure, result: result as unknown as RunResult } : { failure };
}

function isFailureRecord(value: unknown): value is FailureRecord {
  return isJsonObject(value) && isFailureKind(value['kind']) && typeof value['message'] === 'string';
}

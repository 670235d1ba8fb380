import {
  ActivityFailure,
  ApplicationFailure,
  ChildWorkflowFailure,
  ContinueAsNew,
  TimeoutFailure,
  isCancellation,
} from '@temporalio/workflow';
import type { FailureDetail, FailureRecord } from '../../contracts/failures';
import { CadreError, failures, isFailureKind, toFailureRecord } from '../../contracts/failures';

/** Reads whatever a call threw as a row of the table, chain kept (I7). Cancellation and continue-as-new are no failures: they are thrown on. */
export function failureOf(error: unknown, where: Pick<FailureDetail, 'agent' | 'path' | 'step'> = {}): FailureRecord {
  if (isCancellation(error) || error instanceof ContinueAsNew) throw error;
  if (error instanceof ActivityFailure || error instanceof ChildWorkflowFailure) return failureOf(error.cause, where);
  if (error instanceof ApplicationFailure) return fromApplicationFailure(error, where);
  if (error instanceof TimeoutFailure) {
    return {
      kind: 'DeadlineExceeded',
      message: `No answer in time (${error.timeoutType}).`,
      retryable: false,
      ...where,
    };
  }
  return { ...where, ...toFailureRecord(error) };
}

function fromApplicationFailure(error: ApplicationFailure, where: object): FailureRecord {
  const [carried] = error.details ?? [];
  if (isRecord(carried)) return { ...where, ...carried };
  if (isFailureKind(error.type)) {
    return { kind: error.type, message: error.message, retryable: failures[error.type].retryable, ...where };
  }
  return { kind: 'InternalError', message: error.message, retryable: false, ...where };
}

function isRecord(value: unknown): value is FailureRecord {
  return typeof value === 'object' && value !== null && 'kind' in value && isFailureKind(value.kind);
}

/** The error to throw on for a record: keeps kind, place and chain. */
export function errorOf(record: FailureRecord): CadreError {
  const { kind, message, retryable: _known, ...where } = record;
  return new CadreError(kind, message, where);
}

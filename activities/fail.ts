import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { Usage } from '../contracts/budget';
import { failures, toFailureRecord, type FailureRecord } from '../contracts/failures';
import { CadreError } from '../contracts/failures';
import type { Redactor } from './redact';

/** Where a failure happened; goes into its record, and into the links of its chain that do not say. */
export interface FailureWhere {
  agent?: string;
  path?: string;
  step?: number;
  attempt?: number;
}

const messageLengthMax = 2_000;

/**
 * The only way out of an activity that failed (I7): `type` is a kind of the table, `details` hold the record with its
 * chain and, where something was spent, `{usage}` after it; `nonRetryable` follows the table, a provider's Retry-After
 * becomes `nextRetryDelay`. Secrets are taken out and stacks stay in the worker's log. A cancellation passes as it is,
 * so that Temporal sees it as one.
 */
export function asActivityFailure(
  error: unknown,
  where: FailureWhere,
  redact: Redactor = (text) => text,
  usage?: Usage,
): ApplicationFailure | CancelledFailure {
  if (error instanceof CancelledFailure) return error;
  if (error instanceof ApplicationFailure && error.type && error.type in failures) return error;
  const record = cleaned(toFailureRecord(error), where, redact);
  const delay = CadreError.is(error) ? error.detail.retryAfterMs : undefined;
  const failure = ApplicationFailure.create({
    type: record.kind,
    message: record.message,
    nonRetryable: !failures[record.kind].retryable,
    details: usage ? [record, { usage }] : [record],
    ...(delay === undefined ? {} : { nextRetryDelay: Math.max(1, Math.round(delay)) }),
  });
  failure.stack = `${failure.name}: ${record.message}`;
  return failure;
}

function cleaned(record: FailureRecord, where: FailureWhere, redact: Redactor): FailureRecord {
  const message = redact(record.message);
  return {
    ...where,
    ...record,
    message: message.length > messageLengthMax ? `${message.slice(0, messageLengthMax - 1)}…` : message,
    ...(record.cause ? { cause: cleaned(record.cause, where, redact) } : {}),
  };
}

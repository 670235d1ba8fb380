import type { ApprovalSubject } from './approval';
import { digestOf } from './digest';

/** Digest of the exact action an approval is about: SHA-256 over RFC 8785 JSON (contract §4). */
export function actionDigest(subject: ApprovalSubject): string {
  return digestOf(subject);
}

/** Where an effect belongs to: the same call of the same run has the same key after any crash or reset (I4). */
export interface EffectIdentity {
  workflowId: string;
  firstRunId: string;
  path: string;
  step: number;
  ordinal: number;
  argsDigest: string;
}

/** The idempotency key handed to tools: 64 hex digits. */
export function effectKey(identity: EffectIdentity): string {
  return digestOf(identity).slice('sha256:'.length);
}

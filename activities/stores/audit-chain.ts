import type { Json } from '../../contracts/json';
import { canonicalJson, digestOfBytes } from './canonical-json';

/** Something that happened, for good. `action` is a `noun-verb`: `model-call`, `tool-intent`, `approval-decided`. */
export interface AuditEntry {
  /** Unique in its run: an entry whose acknowledgement was lost is appended once, however often it is sent (F57). */
  readonly eventKey: string;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly body: Json;
}

export interface AuditRow extends AuditEntry {
  readonly run: string;
  /** From 1, without gaps. */
  readonly seq: number;
  readonly prevHash: string;
  readonly hash: string;
}

export interface AuditHead {
  readonly seq: number;
  readonly hash: string;
}

/** The chain of a run begins with this, so that its first row has a hash to build on. */
export const emptyChain: AuditHead = { seq: 0, hash: '' };

/** Hash of a row: over the one before and everything the row says. */
export function auditHashOf(row: Omit<AuditRow, 'hash'>): string {
  const { run, seq, eventKey, at, actor, action, subject, body } = row;
  return digestOfBytes(`${row.prevHash}\n${canonicalJson({ run, seq, eventKey, at, actor, action, subject, body })}`);
}

/** Links entries to the end of a chain. */
export function linkEntries(run: string, head: AuditHead, entries: readonly AuditEntry[]): AuditRow[] {
  let { seq, hash } = head;
  return entries.map((entry) => {
    const unsealed = { ...entry, run, seq: seq + 1, prevHash: hash };
    seq += 1;
    hash = auditHashOf(unsealed);
    return { ...unsealed, hash };
  });
}

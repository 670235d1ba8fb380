import { CadreError } from '../../contracts/failures';
import type { Artifact, Artifacts } from './artifacts';
import type { AuditEntry, AuditHead, AuditLog } from './audit-log';
import type { BlobInput, Blobs } from './blobs';
import { effectOutcomeLabel, type EffectOutcome, type Effects } from './effects';
import type { Leases } from './leases';
import type { Ledger, LedgerEntry } from './ledger';
import type { Messages, StoredMessage } from './messages';
import type { Statement } from './sql/database';
import { stepResultLabel, type StepResult, type Steps } from './steps';
import type { SegmentInput, Threads } from './threads';
import type { UntrustedUnion } from './untrusted-sets';

/** Everything one model or tool call leaves behind. Written in ONE transaction: all of it or nothing. */
export interface StepCommit {
  readonly run: string;
  readonly result?: StepResult;
  readonly segment?: SegmentInput;
  readonly effect?: EffectOutcome;
  readonly audit: readonly AuditEntry[];
  readonly ledger?: readonly LedgerEntry[];
  readonly messages?: readonly StoredMessage[];
  readonly blobs?: readonly BlobInput[];
  /** Root of the tree of runs that may read its bodies and artifacts by id (`Blobs.ofRun`); without it nobody may. */
  readonly blobRoot?: string;
  readonly artifacts?: readonly Artifact[];
  readonly untrusted?: readonly UntrustedUnion[];
  /** A conversation that is no longer at work. */
  readonly leaves?: { readonly resource: string; readonly holder: string };
}

export interface StepCommitted {
  /**
   * False: another attempt has finished this call before. Its result stands (`result`), and of this one only what was
   * spent and that it happened is recorded.
   */
  readonly committed: boolean;
  readonly result: StepResult | null;
  readonly segmentId: string | null;
  readonly auditHead: AuditHead;
}

/** The parts of the store that a step writes to. */
export interface StepTables {
  readonly artifacts: Artifacts;
  readonly audit: AuditLog;
  readonly blobs: Blobs;
  readonly effects: Effects;
  readonly leases: Leases;
  readonly ledger: Ledger;
  readonly messages: Messages;
  readonly steps: Steps;
  readonly threads: Threads;
}

export async function commitStep(store: StepTables, step: StepCommit): Promise<StepCommitted> {
  const segment = step.segment ? store.threads.statementFor(step.segment) : null;
  const spent = (step.ledger ?? []).map((entry) => store.ledger.statementFor(entry));
  const made: Statement[] = [
    ...(step.result ? [store.steps.statementFor(step.result)] : []),
    ...(step.effect ? [store.effects.statementFor(step.effect)] : []),
    ...blobStatements(store, step.blobs ?? [], step.blobRoot),
    ...(step.untrusted ?? []).flatMap(({ statement }) => statement ?? []),
    ...(segment ? [segment.statement] : []),
    ...(step.messages ?? []).map((message) => store.messages.statementFor(message)),
    ...(step.artifacts ?? []).map((artifact) => store.artifacts.statementFor(artifact)),
    ...(step.leaves ? [store.leases.leaveStatement(step.leaves.resource, step.leaves.holder)] : []),
  ];
  const whole = await store.audit.commit(step.run, step.audit, [...made, ...spent]);
  if (whole.unmet === null) {
    return { committed: true, result: step.result ?? null, segmentId: segment?.id ?? null, auditHead: whole.head };
  }
  if (whole.unmet !== stepResultLabel && whole.unmet !== effectOutcomeLabel) {
    throw new CadreError('InternalError', `A step of ${step.run} was not written: nobody handles ${whole.unmet}.`);
  }
  const { head } = await store.audit.commit(step.run, step.audit, spent);
  const stands = step.result ? await store.steps.find(step.result) : null;
  return { committed: false, result: stands, segmentId: null, auditHead: head };
}

/** In order of their ids: two Postgres transactions with the same bodies then never wait for each other in a ring. */
function blobStatements(store: StepTables, blobs: readonly BlobInput[], root: string | undefined): Statement[] {
  const rows = blobs.map((blob) => store.blobs.statementFor(blob)).sort((a, b) => (a.head.id < b.head.id ? -1 : 1));
  // Requests and replies are kept for audits: no agent is ever shown their ids.
  const shown = rows.filter(({ head }) => head.kind === 'body' || head.kind === 'artifact').map(({ head }) => head.id);
  const refs = root === undefined ? [] : store.blobs.refStatements(root, shown);
  return [...rows.map(({ statement }) => statement), ...refs];
}

import { Artifacts } from './artifacts';
import { AuditLog } from './audit-log';
import { Blobs } from './blobs';
import { commitStep, type StepCommit, type StepCommitted, type StepTables } from './commit-step';
import { Effects } from './effects';
import { KillSwitch } from './kill-switch';
import { Ledger } from './ledger';
import { Messages } from './messages';
import { openDatabase, type DatabaseOptions } from './sql/open-database';
import { Steps } from './steps';
import { TeamSnapshots } from './team-snapshots';
import { Threads } from './threads';
import { ToolPins } from './tool-pins';
import { UntrustedSets } from './untrusted-sets';
import { verifyAudit, type AuditVerdict } from './verify-audit';

export type { Artifact } from './artifacts';
export type { AuditEntry, AuditHead, AuditRow } from './audit-log';
export { blobBytesMax, blobIdOf, type BlobHead, type BlobInput, type RunBlobs } from './blobs';
export type { StepCommit, StepCommitted } from './commit-step';
export type { Effect, EffectIntent, EffectOutcome } from './effects';
export type { KillScope, KillSwitchRow } from './kill-switch';
export type { LedgerEntry, LedgerScope, LedgerSum } from './ledger';
export type { StoredMessage } from './messages';
export type { DatabaseOptions } from './sql/open-database';
export type { BlobKind, EffectState, StepKind } from './sql/tables';
export type { StepKey, StepResult } from './steps';
export type { TeamSnapshot } from './team-snapshots';
export { segmentIdOf, type Segment, type SegmentBody, type SegmentInput } from './threads';
export type { ToolPin } from './tool-pins';
export type { UntrustedUnion } from './untrusted-sets';
export type { AuditVerdict } from './verify-audit';

/** The state room: what outlives a run. Only activities hold one. */
export interface Store extends StepTables {
  readonly dialect: 'libsql' | 'postgres';
  readonly teams: TeamSnapshots;
  readonly untrusted: UntrustedSets;
  readonly killSwitch: KillSwitch;
  readonly toolPins: ToolPins;
  /** All rows of a model or tool call, in one transaction. */
  commitStep(step: StepCommit): Promise<StepCommitted>;
  verifyAudit(run: string): Promise<AuditVerdict>;
  close(): Promise<void>;
}

/**
 * Opens the store and brings its schema up to date: Postgres when `databaseUrl` is given, else the embedded file.
 * Every method may throw `StorageUnavailable` (retryable); nothing is half written then.
 */
export async function openStore(options: DatabaseOptions): Promise<Store> {
  const { db, dialect } = await openDatabase(options);
  const audit = new AuditLog(db);
  const store: Store = {
    dialect,
    audit,
    blobs: new Blobs(db),
    threads: new Threads(db),
    steps: new Steps(db),
    effects: new Effects(db, audit),
    messages: new Messages(db),
    ledger: new Ledger(db),
    teams: new TeamSnapshots(db),
    untrusted: new UntrustedSets(db),
    killSwitch: new KillSwitch(db),
    toolPins: new ToolPins(db),
    artifacts: new Artifacts(db),
    commitStep: (step) => commitStep(store, step),
    verifyAudit: (run) => verifyAudit(audit, run),
    close: () => db.close(),
  };
  return store;
}

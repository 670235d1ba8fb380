import { Artifacts } from './artifacts';
import { AuditLog } from './audit-log';
import { Blobs } from './blobs';
import { Boards } from './boards/boards';
import { commitStep, type StepCommit, type StepCommitted, type StepTables } from './commit-step';
import { DeadLetters } from './dead-letters';
import { Deliveries } from './deliveries';
import { Effects } from './effects';
import { Events } from './events';
import { KillSwitch } from './kill-switch';
import { Leases } from './leases';
import { Lanes } from './lanes';
import { Ledger } from './ledger';
import { Memory } from './memory/memory';
import { Messages } from './messages';
import { Outbox } from './outbox';
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
export { boardIdOf } from './boards/boards';
export type { ArtifactChange, BoardItem, BoardPlace, BoardSeed, BoardSnapshot, BoardWriter } from './boards/board-item';
export type { StepCommit, StepCommitted } from './commit-step';
export { deadLetterIdOf, type DeadLetter, type DeadLetterInput } from './dead-letters';
export type { Arrival, Delivery, DeliveryKey, JoinOutcome } from './deliveries';
export type { Effect, EffectIntent, EffectOutcome } from './effects';
export { cameOverNats, type StoredEvent } from './events';
export type { KillScope, KillSwitchRow } from './kill-switch';
export type { LedgerEntry, LedgerScope, LedgerSum } from './ledger';
export type { Lease, LeaseOrder } from './leases';
export { memoryLimits } from './memory/memory';
export type { MemoryEntry, MemoryProvenance, MemoryRecord, MemoryState, MemoryWrite } from './memory/memory-entry';
export type { MemoryReading, Quarantined } from './memory/memory-quarantine';
export { recalledMax, type MemoryReader, type RecallAsk, type Recalled } from './memory/memory-recall';
export type { StoredMessage } from './messages';
export type { OutboxEntry } from './outbox';
export type { DeadLetterState, DeliveryState, OutboxKind } from './sql/event-tables';
export type { DatabaseOptions } from './sql/open-database';
export type { BlobKind, EffectState, StepKind } from './sql/tables';
export type { StepKey, StepResult } from './steps';
export type { TeamSnapshot } from './team-snapshots';
export { segmentIdOf, type Segment, type SegmentBody, type SegmentInput } from './threads';
export type { ToolPin } from './tool-pins';
export type { UntrustedUnion } from './untrusted-sets';
export { VersionConflict } from './version-conflict';
export type { AuditVerdict } from './verify-audit';

/** The state room: what outlives a run. Only activities hold one. */
export interface Store extends StepTables {
  readonly dialect: 'libsql' | 'postgres';
  readonly teams: TeamSnapshots;
  readonly untrusted: UntrustedSets;
  readonly killSwitch: KillSwitch;
  readonly toolPins: ToolPins;
  readonly memory: Memory;
  readonly boards: Boards;
  readonly leases: Leases;
  readonly events: Events;
  readonly deliveries: Deliveries;
  readonly lanes: Lanes;
  readonly deadLetters: DeadLetters;
  readonly outbox: Outbox;
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
  const blobs = new Blobs(db);
  const outbox = new Outbox(db);
  const untrusted = new UntrustedSets(db);
  const store: Store = {
    dialect,
    audit,
    blobs,
    threads: new Threads(db),
    steps: new Steps(db),
    effects: new Effects(db, audit),
    messages: new Messages(db),
    ledger: new Ledger(db),
    teams: new TeamSnapshots(db),
    untrusted,
    killSwitch: new KillSwitch(db),
    toolPins: new ToolPins(db),
    memory: new Memory(db),
    boards: new Boards(db, untrusted),
    leases: new Leases(db),
    events: new Events(db, blobs, outbox),
    deliveries: new Deliveries(db),
    lanes: new Lanes(db),
    deadLetters: new DeadLetters(db, outbox),
    outbox,
    artifacts: new Artifacts(db),
    commitStep: (step) => commitStep(store, step),
    verifyAudit: (run) => verifyAudit(audit, run),
    close: () => db.close(),
  };
  return store;
}

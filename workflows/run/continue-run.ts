import type { WorkflowInfo } from '@temporalio/workflow';
import {
  CancellationScope,
  CancelledFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  workflowInfo,
} from '@temporalio/workflow';
import type { DeltaPart } from '../../contracts/activities';
import type { Approval } from '../../contracts/approval';
import type { BudgetLimits, Usage } from '../../contracts/budget';
import type { FailureRecord } from '../../contracts/failures';
import { isJsonObject } from '../../contracts/json';
import type { AgentTally, ArtifactRef, ChildStart, RunPlan } from '../../contracts/run';
import { modelCallOptions, recoverRun } from './activities';
import { shownApproval } from './bounded';
import type { ControlMessage, SteerMessage } from './checks';
import type { MessageRef } from '../../contracts/message';
import type { CarriedConversation, Conversation } from './conversation';
import type { CarriedJournal } from './journal';
import type { PeerCall } from './peer-calls';
import type { Scope } from './scope';
import type { RejectedMessage, Run, TranscriptEntry } from './run';
import type { CarriedAnswer } from './update-answers';

/** What a run hands to its continuation: its whole state as data (architecture «Continue-as-new»). */
export interface CarriedRun {
  cadreContinued: 1;
  plan: RunPlan;
  child: ChildStart | null;
  /** Set when the conversation is all there is of the run. */
  conversation: CarriedConversation | null;
  /** Set for a pattern, which is gone through again from the top. */
  journal?: CarriedJournal;
  state: CarriedState;
}
export interface CarriedState {
  limits: BudgetLimits;
  used: Usage;
  steps: number;
  agents: [string, AgentTally & { state: string; lastText: string }][];
  approvals: Approval[];
  failures: FailureRecord[];
  artifacts: ArtifactRef[];
  steers: SteerMessage[];
  transcript: TranscriptEntry[];
  events: number;
  patches: Record<string, boolean>;
  stoppedMs: number;
  paused: ControlMessage | null;
  rejectedMessages: RejectedMessage[];
  paths: [string, number][];
  childCount: number;
  auditHead: string | null;
  /** When the first run of the chain began, in ms since 1970. */
  startedAt?: number;
  messages?: MessageRef[];
  peerCalls?: PeerCall[];
  updateAnswers?: CarriedAnswer[];
}

/** The row of the patch table that a run hands on without a marker: whoever continues reads it in its input. */
export const carriedBeforeMessages = 'carried-before-messages';
const transcriptCarried = 200;
/** Of the journal; with the rest of the state it stays below what a payload takes. */
const carriedBytesMax = 800_000;
const approvalsCarried = 50;
const sizeOf = (value: unknown): number => JSON.stringify(value).length;

/** Continued input, believed only of a run that Temporal says is a continuation (I9). */
export function carriedRunOf(input: unknown, info: WorkflowInfo): CarriedRun | null {
  if (!isJsonObject(input) || input['cadreContinued'] !== 1 || !info.continuedFromExecutionRunId) return null;
  // Runs of a cron and retries are continuations as well, with the caller's own input: those are not believed.
  if (isRepeated(info)) return null;
  return input as unknown as CarriedRun;
}

/** Started again by the server: by a cron, or by a retry policy of the workflow. */
function isRepeated({ cronSchedule, retryPolicy, attempt }: WorkflowInfo): boolean {
  return Boolean(cronSchedule) || retryPolicy !== undefined || attempt > 1;
}

/**
 * Whether this conversation should go on in a new run: the history is long and nobody is being waited for. A run that is
 * one conversation carries that; any other one carries its journal (canContinue).
 */
export function shouldContinue(talk: Conversation): boolean {
  const { run } = talk.scope;
  if (!isTime(run)) return false;
  return isAlone(talk) ? talk.head !== null : canContinue(talk.scope);
}

/** Whether the conversation is all there is of the run: nobody was asked, told or stood in for beside it. */
function isAlone(talk: Conversation): boolean {
  const { run } = talk.scope;
  if (!run.isOneConversation) return false;
  return (run.journal.isSole && run.background === 0) || !run.patches.has('alone-or-by-journal');
}

/**
 * Whether the run may continue as new from here and go through its pattern again: nothing else of it is under way, no
 * child (which would lose its parent), no lane beside this one, no tool call above, and all it has to carry fits.
 */
export function canContinue(scope: Scope): boolean {
  const { run } = scope;
  const alone = (scope.parallel ?? 1) === 1 && !scope.pinned && run.children.size === 0 && run.background === 0;
  if (!alone || run.compensating || !isTime(run) || run.journal.rerunning) return false;
  return run.patches.has('patterns-continue') && sizeOf(run.journal.toJson(run.done, null)) <= carriedBytesMax;
}

/** For a pattern to call between its rounds, where it has nothing under way: there a long run goes on in a new one. */
export async function continueIfLong(scope: Scope): Promise<void> {
  if (canContinue(scope)) await drainAndContinue(scope.run);
}

function isTime(run: Run): boolean {
  const info = workflowInfo();
  return (info.continueAsNewSuggested || run.isLong) && !isRepeated(info) && run.approvals.open().length === 0;
}

/** The only door into a new run: verifies the transcript in the store, waits for handlers, carries everything. */
export async function drainAndContinue(
  run: Run,
  open?: { talk: Conversation; pending: DeltaPart[]; lastStep: number; repairs: number },
): Promise<never> {
  await run.gate();
  run.setStatus('draining');
  const current = open ? open.talk.toJson(open.pending, open.lastStep, open.repairs) : null;
  const one = open && isAlone(open.talk) ? current : null;
  const heads = one ? (one.head === null ? [] : [one.head]) : run.journal.heads(run.done);
  await CancellationScope.nonCancellable(async () => {
    await recoverRun.executeWithOptions({ ...modelCallOptions, summary: 'verify the transcript before continuing' }, [
      { run: run.ref, heads, onlyIfIncomplete: true },
    ]);
    await condition(allHandlersFinished, 10_000);
  });
  // Stopped or paused while it drained: the stop counts here, the pause in the next run.
  if (run.work.consideredCancelled) throw new CancelledFailure('stopped on the way into a new run');
  const { teamBody: _recorded, ...plan } = run.started;
  const carried: CarriedRun = {
    cadreContinued: 1,
    plan,
    child: run.childStart,
    conversation: one,
    ...(one === null && { journal: run.journal.toJson(run.done, current) }),
    state: stateOf(run, one === null),
  };
  return continueAsNew<(input: unknown) => Promise<unknown>>(carried);
}

function stateOf(run: Run, isJournal: boolean): CarriedState {
  const seen = run.journal.steersSeen(run);
  return {
    limits: run.budget.limits,
    used: run.budget.used,
    steps: run.budget.steps,
    agents: [...run.agents],
    // None is open here; of the settled ones the latest are enough, so that what is carried stays bounded (I5).
    approvals: run.approvals.list().slice(-approvalsCarried).map(shownApproval),
    failures: run.failures,
    artifacts: run.artifacts,
    // What all have read is kept for its number only.
    steers: run.steers.map((steer, n) => (n < seen ? { ...steer, text: '' } : steer)),
    transcript: run.transcript.slice(-transcriptCarried),
    events: run.events.total,
    patches: { ...run.patches.toJson(), [carriedBeforeMessages]: true },
    stoppedMs: run.clock.stoppedForMs,
    paused: run.paused,
    rejectedMessages: run.rejectedMessages,
    ...run.counters(isJournal),
    auditHead: run.auditHead,
    startedAt: run.clock.startedAt,
    messages: run.messages.slice(-transcriptCarried),
    ...(run.peerCalls.length > 0 && { peerCalls: run.peerCalls.slice(-transcriptCarried) }),
    updateAnswers: run.updateAnswers.toJson(),
  };
}

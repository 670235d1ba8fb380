import type { WorkflowInfo } from '@temporalio/workflow';
import { CancellationScope, condition, workflowInfo } from '@temporalio/workflow';
import type { RunRef } from '../../contracts/activities';
import type { Approval } from '../../contracts/approval';
import type { BudgetLimits, Usage } from '../../contracts/budget';
import { addUsage, noUsage } from '../../contracts/budget';
import type { FailureRecord } from '../../contracts/failures';
import { CadreError } from '../../contracts/failures';
import type { Json } from '../../contracts/json';
import type { Limits } from '../../contracts/limits';
import { limits as defaultLimits } from '../../contracts/limits';
import type { MessageRef } from '../../contracts/message';
import type { AgentTally, ArtifactRef, ChildStart, RunInput, RunPlan, RunStatus } from '../../contracts/run';
import type { TeamView } from '../../contracts/team';
import type { ApprovalAsk, Approvals } from './approvals';
import { Budget } from './budget';
import type { SteerMessage } from './checks';
import type { CarriedRun, CarriedState } from './continue-run';
import type { CarriedConversation } from './conversation';
import { EventRing } from './event-ring';
import { Journal } from './journal';
import type { Loan } from './loan';
import { PatchMemo } from './patches';
import type { PeerCall } from './peer-calls';
import { Governor } from './governor';
import { RunClock } from './run-clock';
import { Slots } from './slots';
import type { Outcome } from './scope';
import { UpdateAnswers } from './update-answers';

export interface RejectedMessage {
  at: string;
  name: string;
  reason: string;
}
export interface TranscriptEntry {
  at: string;
  path: string;
  agent: string;
  step: number;
  segment: string;
  text: string;
}

/** The state of one run inside its workflow. Made before the first await; `begin` fills in what `prepareRun` found. */
export class Run {
  status: RunStatus = 'starting';
  stoppedBy: string | null = null;
  paused: { by: string; reason?: string } | null = null;
  readonly events: EventRing;
  readonly patches: PatchMemo;
  readonly clock: RunClock;
  readonly budget = new Budget('the run', {});
  /** Top-ups that came before the run had begun, when there was no limit yet to raise. */
  readonly raisedEarly: BudgetLimits[] = [];
  readonly done = new Map<string, Outcome>();
  readonly failures: FailureRecord[] = [];
  readonly messages: MessageRef[] = [];
  readonly transcript: TranscriptEntry[] = [];
  readonly artifacts: ArtifactRef[] = [];
  readonly rejectedMessages: RejectedMessage[] = [];
  readonly updateAnswers: UpdateAnswers;
  readonly agents = new Map<string, AgentTally & { state: string; lastText: string }>();
  readonly slots: Slots;
  /** Paths of nodes whose fallback a pattern has put to work itself. */
  readonly fallbacksTaken = new Set<string>();
  readonly governor = new Governor(() => this.limits);
  /** Steers in order of arrival; each agent reads on from where it was. */
  readonly steers: SteerMessage[] = [];
  /** What a pattern shows in the query `plan`. */
  planView: (() => Json) | null = null;
  /** What a pattern shows in the query `board`. */
  boardView: (() => Json) | null = null;
  /** Lines a pattern adds to the current details: waves, the critical path, who has the floor. */
  detailLines: (() => string[]) | null = null;
  auditHead: string | null = null;
  /** All work runs in this scope; `stop` cancels it and leaves the epilogue alone. */
  readonly work = new CancellationScope({ cancellable: true });
  /** The open children by workflow id, with what they may spend: pauses, steers and top-ups are passed on to them. */
  readonly children = new Map<string, Loan>();
  /** The root asks a person itself; a child asks through its root. */
  askForApproval: (ask: ApprovalAsk) => Promise<Approval>;
  /** How this run came to be, when it is a child. */
  childStart: ChildStart | null = null;
  private carried: CarriedRun | null = null;
  readonly journal: Journal;
  /** Who asked and told whom, in the order it began. */
  readonly peerCalls: PeerCall[] = [];
  /** Notifications that are being worked on; they never reject. */
  readonly pending: Promise<void>[] = [];
  /** Works that go on beside whatever the pattern does; while there are any, the run does not continue as new. */
  background = 0;
  private plan: RunPlan | null = null;
  /** Finished stages are being undone: neither a pause nor the run's deadline holds that up. */
  compensating = false;
  private childCount = 0;
  private readonly paths = new Map<string, number>();
  private readonly pinnedPaths = new Map<string, number>();
  private refreshDetails: () => void = () => undefined;

  constructor(
    readonly info: WorkflowInfo,
    readonly approvals: Approvals,
    carried: CarriedRun | null = null,
  ) {
    this.carried = carried;
    this.journal = new Journal(carried?.journal);
    for (const [path, outcome] of this.journal.doneBefore()) this.done.set(path, outcome);
    this.events = new EventRing(defaultLimits.eventRing, carried?.state.events);
    this.patches = new PatchMemo(carried?.state.patches);
    this.updateAnswers = new UpdateAnswers(carried?.state.updateAnswers);
    this.askForApproval = (ask) => approvals.request(ask);
    // A continued run is the same run: its time goes on.
    const startedAt = carried?.state.startedAt ?? info.startTime.getTime();
    this.slots = new Slots(() => this.patches.has('slots-find-deadlocks'));
    this.clock = new RunClock(startedAt, defaultLimits.runTimeoutMs);
  }

  begin(plan: RunPlan, refreshDetails: () => void): void {
    this.plan = plan;
    this.refreshDetails = refreshDetails;
    this.clock.limitTo(plan.input.timeoutMs);
    const { tokens, usd, steps } = plan.input.budget;
    this.budget.limits.tokens = tokens ?? plan.limits.runTokens;
    this.budget.limits.steps = steps ?? plan.limits.maxRunSteps;
    if (usd !== undefined) this.budget.limits.usd = usd;
    if (this.carried) this.restore(this.carried.state);
    if (this.raisedEarly.length > 0 && this.patches.has('early-top-up-counts'))
      for (const more of this.raisedEarly) this.budget.topUp(more);
    this.setStatus('running');
  }

  private restore(state: CarriedState): void {
    Object.assign(this.budget.limits, state.limits);
    this.budget.used = state.used;
    this.budget.steps = state.steps;
    this.clock.limitTo(this.input.timeoutMs, state.stoppedMs);
    for (const [name, tally] of state.agents) this.agents.set(name, tally);
    this.approvals.restore(state.approvals);
    this.failures.push(...state.failures);
    this.artifacts.push(...state.artifacts);
    this.steers.unshift(...state.steers);
    this.transcript.push(...state.transcript);
    this.messages.push(...(state.messages ?? []));
    this.peerCalls.push(...(state.peerCalls ?? []));
    this.auditHead = state.auditHead;
    this.paused = state.paused;
    this.rejectedMessages.push(...state.rejectedMessages);
    this.childCount = state.childCount;
    for (const [path, n] of state.paths) this.paths.set(path, n);
  }

  /** Numbers that go on counting in a continued run; the conversation's own path is claimed anew there. */
  counters(isJournal: boolean): { paths: [string, number][]; childCount: number } {
    // Whoever goes through the pattern again claims its paths again, all but those of consults inside conversations.
    if (isJournal) return { paths: [...this.pinnedPaths], childCount: this.childCount };
    const root = [...this.paths.keys()][0];
    return { paths: [...this.paths].filter(([path]) => path !== root), childCount: this.childCount };
  }

  /** The conversation that this run goes on with, once. */
  takeCarried(agent: string, path: string): CarriedConversation | null {
    const kept = this.journal.conversationAt(agent, path);
    if (kept) return kept;
    const conversation = this.carried?.conversation;
    if (conversation?.agent !== agent || conversation.path !== path) return null;
    this.carried = null;
    return conversation;
  }

  /** Whether the run is one agent's conversation and nothing else: then all its state is data. */
  get isOneConversation(): boolean {
    const { node } = this.started;
    return this.info.workflowType === 'agent' && !node.then && !node.fallback && this.children.size === 0;
  }

  /** True once `prepareRun` has answered. */
  get begun(): boolean {
    return this.plan !== null;
  }

  get started(): RunPlan {
    if (!this.plan) throw new CadreError('InternalError', 'The run has not begun yet.');
    return this.plan;
  }

  get team(): TeamView {
    return this.started.team;
  }

  get input(): RunInput {
    return this.started.input;
  }

  get limits(): Limits {
    return this.plan?.limits ?? defaultLimits;
  }

  get ref(): RunRef {
    const { root, workflowId, firstExecutionRunId } = this.info;
    return {
      rootWorkflowId: root?.workflowId ?? workflowId,
      // Not the root's present run id: a reset makes a new one, and effects are keyed by this (I4).
      rootFirstRunId: this.childStart?.root.firstRunId ?? firstExecutionRunId,
      firstRunId: firstExecutionRunId,
      team: this.team.digest,
      ...(this.started.model !== undefined && { model: this.started.model }),
    };
  }

  setStatus(status: RunStatus): void {
    this.status = status;
    this.touch();
  }

  touch(): void {
    this.refreshDetails();
  }

  note(kind: string, agent: string, path: string, text: string): void {
    if (this.journal.rerunning && this.begun) return;
    this.events.add(kind, agent, path, text);
    this.touch();
  }

  /** Milliseconds that a call may take; compensations have a time of their own, also after the run's is over. */
  leftMs(): number {
    return this.compensating ? this.limits.compensationMs : this.clock.leftMs();
  }

  /** Past the soft limit of its history: new nodes start as child workflows, with histories of their own. */
  get isLong(): boolean {
    const { historyLength, historySize } = workflowInfo();
    return historyLength > this.limits.softHistoryEvents || historySize > this.limits.softHistoryBytes;
  }

  nextChild(): number {
    this.childCount += 1;
    return this.childCount;
  }

  /** A path that no other node of the run has: the second of the same name gets `~2`. */
  claimPath(path: string, isPinned = false): string {
    const n = (this.paths.get(path) ?? 0) + 1;
    this.paths.set(path, n);
    if (isPinned) this.pinnedPaths.set(path, n);
    return n === 1 ? path : `${path}~${n}`;
  }

  tally(agent: string): AgentTally & { state: string; lastText: string } {
    let tally = this.agents.get(agent);
    if (!tally) {
      tally = { steps: 0, usage: noUsage, state: 'idle', lastText: '' };
      this.agents.set(agent, tally);
    }
    return tally;
  }

  count(agent: string, usage: Usage, steps: number): void {
    const tally = this.tally(agent);
    tally.usage = addUsage(tally.usage, usage);
    tally.steps += steps;
  }

  keepFailure(record: FailureRecord): void {
    if (this.failures.length < 100 && !this.journal.rerunning) this.failures.push(record);
  }

  reject(name: string, reason: string): void {
    this.rejectedMessages.push({ at: new Date().toISOString(), name, reason });
    if (this.rejectedMessages.length > this.limits.rejectedMessages) this.rejectedMessages.shift();
    this.note('message-rejected', '', '', `${name}: ${reason}`);
  }

  /** Before every step: a pause holds it here, a passed deadline ends the run. */
  async gate(): Promise<void> {
    if (this.compensating) return;
    if (this.paused) await this.waitWhilePaused();
    if (this.clock.leftMs() === 0) {
      throw new CadreError(
        'DeadlineExceeded',
        `The run used up its ${this.input.timeoutMs} ms. Start it again with a longer "timeout".`,
      );
    }
  }

  private async waitWhilePaused(): Promise<void> {
    this.clock.stop();
    try {
      const summary = 'paused · until resume';
      const resumed = await condition(() => this.paused === null, this.limits.approvalHoldMaxMs, { summary });
      if (!resumed) throw new CadreError('DeadlineExceeded', 'The run was paused and nobody resumed it.');
    } finally {
      this.clock.start();
    }
  }
}

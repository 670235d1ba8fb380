import type { WorkflowInfo } from '@temporalio/workflow';
import {
  ApplicationFailure,
  CancellationScope,
  ContinueAsNew,
  allHandlersFinished,
  condition,
  isCancellation,
  log,
  setCurrentDetails,
  upsertMemo,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { SearchAttributeType, defineSearchAttributeKey } from '@temporalio/common';
import type { FailureRecord } from '../../contracts/failures';
import { describeFailure } from '../../contracts/failures';
import { isJsonObject } from '../../contracts/json';
import type { PatternName } from '../../contracts/names';
import type { ChildStart, RunPlan, RunResult } from '../../contracts/run';
import { prepareRun } from './activities';
import { Approvals } from './approvals';
import { detailsOf } from './details';
import { byReference } from './tool-results';
import type { CarriedRun } from './continue-run';
import { carriedBeforeMessages, carriedRunOf } from './continue-run';
import { answerChildren, askRoot } from './family';
import { failureOf } from './failure';
import { registerHandlers } from './handlers';
import { hearOut } from './peer-calls';
import { performNode } from './perform-node';
import type { Pattern } from './registry';
import { register } from './registry';
import { partialResult, resultOf } from './result';
import { Run } from './run';
import type { Scope } from './scope';

/** Makes a pattern a workflow type: one JSON object in, a `RunResult` out (contract §3). */
export function startable<Fields>(pattern: Pattern<Fields>): (input: unknown) => Promise<RunResult> {
  register(pattern);
  return (input) => carryOut(pattern, input);
}

async function carryOut(pattern: Pattern, input: unknown): Promise<RunResult> {
  const info = workflowInfo();
  const carried = carriedRunOf(input, info);
  const run = newRun(info, carried);
  const child = carried ? carried.child : childStartOf(input, info);
  run.childStart = child;
  const showDetails = (): void => setCurrentDetails(detailsOf(run));
  // Messages that came on the way into this run are handled as soon as their handlers are there: they must find its state.
  const isWhole = carried !== null && carried.state.patches[carriedBeforeMessages] === true;
  if (isWhole) run.begin(carried.plan, showDetails);
  if (child) askRoot(run, child.root.workflowId);
  else answerChildren(run);
  // Last: its handler for unknown signals takes at once all that came before and is not spoken for.
  registerHandlers(run);
  try {
    const plan =
      carried?.plan ??
      (child
        ? { ...child.plan, input: child.input, node: child.node }
        : await prepare(pattern.name as PatternName, input));
    if (!isWhole) run.begin(plan, showDetails);
    if (!child && !carried) showInLists(run, plan);
    const scope = rootScope(run, child);
    const outcome = await run.work.run(() =>
      // A child's place in the tree is its parent's; a root's own node may have a `then` and a `fallback`.
      child ? pattern.perform(scope, plan.node as never) : performNode(scope, plan.node),
    );
    // Whoever was notified is heard out: nothing of a run lives on after it.
    await hearOut(run);
    return await finish(run, resultOf(run, outcome));
  } catch (error) {
    return await CancellationScope.nonCancellable(() => finishAfter(run, error));
  }
}

function newRun(info: WorkflowInfo, carried: CarriedRun | null): Run {
  const approvals = new Approvals({
    opened: (approval) => {
      run.setStatus('waiting-approval');
      markWaiting(run, true);
      run.note(
        'approval-requested',
        approval.agent,
        approval.path,
        `${approval.id}: ${approval.tool} (${approval.effect})`,
      );
    },
    settled: (approval) => {
      if (run.status === 'waiting-approval' && approvals.open().length === 0) run.setStatus('running');
      markWaiting(run, approvals.open().length > 0);
      run.note(
        'approval-decided',
        approval.agent,
        approval.path,
        `${approval.id}: ${approval.state} by ${approval.settled?.by ?? '?'}`,
      );
    },
    policy: () => (run.begun ? run.team.policy : null),
    agents: () => (run.begun ? Object.keys(run.team.agents) : []),
    requestedBy: () => (run.begun ? run.input.requestedBy : undefined),
    holdMaxMs: () => run.limits.approvalHoldMaxMs,
    openMax: () => run.limits.maxOpenApprovals,
  });
  const run: Run = new Run(info, approvals, carried);
  return run;
}

/** Lineage is Temporal's word, not the caller's (I9): only a real child may bring a plan of its own. */
function childStartOf(input: unknown, info: WorkflowInfo): ChildStart | null {
  if (!isJsonObject(input) || input['cadreChild'] !== 1) return null;
  const start = input as unknown as ChildStart;
  if (info.parent && isJsonObject(start.root) && start.root.workflowId === info.root?.workflowId) return start;
  throw ApplicationFailure.nonRetryable(
    '"cadreChild" is not an input field: it is set by a parent run only.',
    'InvalidInput',
  );
}

async function prepare(type: PatternName, input: unknown): Promise<RunPlan> {
  return prepareRun.executeWithOptions({ startToCloseTimeout: 30_000, summary: 'prepare the run' }, [
    { type, input: (input ?? null) as never, firstRunId: workflowInfo().firstExecutionRunId },
  ]);
}

function rootScope(run: Run, child: ChildStart | null): Scope {
  const { input } = run;
  const material: Scope['material'] = [];
  if (Object.keys(input.input).length > 0)
    material.push({
      kind: 'material',
      label: 'input',
      from: 'person',
      body: byReference({ inline: input.input }),
      untrusted: null,
    });
  if (input.background !== undefined)
    material.push({
      kind: 'material',
      label: 'background',
      from: 'person',
      body: byReference({ inline: input.background }),
      untrusted: null,
    });
  return {
    run,
    path: child?.path ?? '',
    depth: child?.depth ?? 0,
    ancestry: child?.ancestry ?? [],
    task: input.task,
    from: child?.from ?? 'person',
    causationId: child?.causationId ?? null,
    material: child?.material ?? material,
    untrusted: child?.untrusted ?? null,
    private: child?.private ?? false,
    ...(child?.role !== undefined && { role: child.role }),
    ...(child?.handed && { handed: child.handed }),
    ...(child?.asPeer !== undefined && { asPeer: child.asPeer }),
    ...(child?.inlineBytes !== undefined && { inlineBytes: child.inlineBytes }),
    previous: null,
    budget: run.budget,
  };
}

async function finish(run: Run, result: RunResult): Promise<RunResult> {
  run.setStatus(result.status);
  await condition(allHandlersFinished, 10_000);
  return result;
}

/** Every end that is not an answer: stopped, cancelled, out of budget, failed. Nothing that was done or spent is lost. */
async function finishAfter(run: Run, error: unknown): Promise<RunResult> {
  if (error instanceof ContinueAsNew) throw error;
  if (run.pending.length > 0) {
    // Whoever was notified stops with the run, and what that has cost is in its result.
    run.work.cancel();
    await hearOut(run);
  }
  if (isCancellation(error)) {
    const by = run.stoppedBy ? `Stopped by ${run.stoppedBy}.` : 'Cancelled.';
    return finish(run, partialResult(run, 'cancelled', by));
  }
  const failure = failureOf(error);
  run.keepFailure(failure);
  if (failure.kind === 'BudgetExhausted' && run.begun)
    return finish(run, partialResult(run, 'budget-exhausted', failure.message));
  const ended = failure.kind === 'CompensationFailed' ? 'compensation-failed' : 'failed';
  run.work.cancel();
  const result = partialResult(run, ended, failure.message);
  await finish(run, result);
  throw asApplicationFailure(failure, result);
}

function asApplicationFailure(failure: FailureRecord, result: RunResult): ApplicationFailure {
  log.warn('the run failed', { kind: failure.kind, agent: failure.agent ?? '', step: failure.step ?? -1 });
  return ApplicationFailure.create({
    message: describeFailure(failure),
    type: failure.kind,
    nonRetryable: true,
    details: [failure, result],
  });
}

const attributeKeys = {
  pattern: defineSearchAttributeKey('CadrePattern', SearchAttributeType.KEYWORD),
  team: defineSearchAttributeKey('CadreTeam', SearchAttributeType.KEYWORD),
  phase: defineSearchAttributeKey('CadrePhase', SearchAttributeType.KEYWORD),
  waiting: defineSearchAttributeKey('CadreApprovalPending', SearchAttributeType.BOOL),
};

/** One event: search attributes where the namespace has them, else the memo. An unknown attribute would wedge the run. */
function showInLists(run: Run, plan: RunPlan): void {
  const pattern = run.info.workflowType;
  if (!plan.searchAttributes) {
    upsertMemo({ cadre: { pattern, team: plan.team.name, subject: plan.subject } });
    return;
  }
  upsertSearchAttributes([
    { key: attributeKeys.pattern, value: pattern },
    { key: attributeKeys.team, value: plan.team.name },
    { key: attributeKeys.phase, value: 'running' },
    { key: attributeKeys.waiting, value: false },
  ]);
}

/** Part of a wait that the run declares: upserted when it begins and when it ends, never per step. */
function markWaiting(run: Run, waiting: boolean): void {
  if (!run.begun || !run.started.searchAttributes || run.info.parent) return;
  upsertSearchAttributes([
    { key: attributeKeys.phase, value: waiting ? 'waiting-approval' : 'running' },
    { key: attributeKeys.waiting, value: waiting },
  ]);
}

import {
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowCancellationType,
  ChildWorkflowFailure,
  executeChild,
  isCancellation,
  uuid4,
} from '@temporalio/workflow';
import type { BudgetLimits } from '../../contracts/budget';
import { CadreError } from '../../contracts/failures';
import { isJsonObject, textOf } from '../../contracts/json';
import { childIdFor } from '../../contracts/names';
import type { Node } from '../../contracts/node';
import { kindOfNode } from '../../contracts/node';
import type { ChildStart, RunResult } from '../../contracts/run';
import { errorOf, failureOf } from './failure';
import { Loan } from './loan';
import type { Outcome, Scope } from './scope';
import { outcomeOf } from './scope';

/**
 * Runs a node as a child workflow of its own: own history, own retries of its tasks, a lease of the budget. Costs the
 * parent three events more than an inline node. The child asks its root for approvals.
 */
export async function performIsolated(scope: Scope, node: Node): Promise<Outcome> {
  const { run } = scope;
  const { isolate: _here, then: _after, fallback: _else, ...inner } = node;
  const kind = kindOfNode(node);
  const type = kind === 'tool' || kind === 'approval' || kind === 'composition' ? 'compose' : kind;
  const workflowId = childIdFor(
    run.started.workflowId,
    scope.path.split('/').at(-1) ?? kind,
    run.nextChild(),
    // Deterministic, also in a replay from a file, and another one after a reset: see the contract's ids of children.
    uuid4(),
  );
  const loan = new Loan(scope.budget, scope.parallel ?? 1);
  const start = childStart(
    scope,
    loan.limits,
    workflowId,
    type,
    type === 'compose' && kind !== 'compose' ? { pattern: 'compose', composition: inner as Node } : inner,
  );
  run.children.set(workflowId, loan);
  try {
    await run.governor.admit(start, `The start of the child ${workflowId}`);
    const result = await executeChild<(start: ChildStart) => Promise<RunResult>>(type, {
      workflowId,
      args: [start],
      staticSummary: `${type} · ${scope.path}`,
      cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
      ...(run.input.priority !== undefined && { priority: { priorityKey: run.input.priority } }),
    });
    adopt(scope, result);
    return outcomeFromResult(scope, result);
  } catch (error) {
    if (isCancellation(error)) throw error;
    const result = resultInside(error);
    if (result) adopt(scope, result);
    throw errorOf(failureOf(error, { path: scope.path }));
  } finally {
    loan.giveBack();
    run.children.delete(workflowId);
  }
}

function childStart(
  scope: Scope,
  lease: BudgetLimits,
  workflowId: string,
  pattern: ChildStart['pattern'],
  node: Node,
): ChildStart {
  const { input, node: _root, teamBody: _body, ...plan } = scope.run.started;
  const { ref } = scope.run;
  return {
    cadreChild: 1,
    pattern,
    node,
    input: {
      ...input,
      task: scope.task,
      budget: { ...lease },
      timeoutMs: Math.max(1, scope.run.clock.leftMs()),
    },
    plan: { ...plan, workflowId },
    path: scope.path,
    depth: scope.depth,
    ancestry: scope.ancestry,
    from: scope.from,
    causationId: scope.causationId,
    root: { workflowId: ref.rootWorkflowId, firstRunId: ref.rootFirstRunId },
    lease: { ...lease },
    untrusted: scope.untrusted,
    private: scope.private,
    material: scope.material,
    ...(scope.role !== undefined && { role: scope.role }),
    ...(scope.handed && { handed: scope.handed }),
    ...(scope.asPeer !== undefined && { asPeer: scope.asPeer }),
    ...(scope.inlineBytes !== undefined && { inlineBytes: scope.inlineBytes }),
  };
}

/** Books what the child used and keeps what it reports. */
function adopt(scope: Scope, result: RunResult): void {
  const { run } = scope;
  scope.budget.book(result.usage, result.steps);
  for (const [agent, tally] of Object.entries(result.agents)) run.count(agent, tally.usage, tally.steps);
  run.failures.push(...result.failures.slice(0, 20));
  run.artifacts.push(...result.artifacts);
  run.auditHead = result.auditHead ?? run.auditHead;
}

/** An end that an inline node throws is thrown here too: isolation changes where a node runs, not what it means. */
function outcomeFromResult(scope: Scope, result: RunResult): Outcome {
  const because = result.stoppedBecause ?? result.status;
  if (result.status === 'cancelled' && scope.run.work.consideredCancelled) throw new CancelledFailure(because);
  if (result.status === 'budget-exhausted') throw new CadreError('BudgetExhausted', because, { path: scope.path });
  const { output } = result;
  const reference = isJsonObject(output) && typeof output['$ref'] === 'string' ? output : null;
  const body = reference
    ? { blob: textOf(reference['$ref']), bytes: Number(reference['bytes']), head: textOf(reference['head']) }
    : { inline: output };
  const status = result.status === 'completed' || result.status === 'rejected' ? result.status : 'partial';
  return outcomeOf({
    status,
    output: body,
    from: result.from ?? 'child',
    untrusted: result.untrusted ?? null,
    messageId: result.messageId ?? null,
    ...(result.private && { private: true as const }),
    ...(result.stoppedBecause !== undefined && { stoppedBecause: result.stoppedBecause }),
    ...(result.parts !== undefined && { parts: result.parts }),
  });
}

/** A failed run carries its result beside its failure: cost and partial output survive. */
function resultInside(error: unknown): RunResult | null {
  const cause = error instanceof ChildWorkflowFailure ? error.cause : error;
  const carried = cause instanceof ApplicationFailure ? cause.details?.[1] : undefined;
  return isJsonObject(carried) && 'usage' in carried ? (carried as unknown as RunResult) : null;
}

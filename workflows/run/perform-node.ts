import { ContinueAsNew, isCancellation } from '@temporalio/workflow';
import { digestOf, shortDigest } from '../../contracts/digest';
import type { FailureRecord } from '../../contracts/failures';
import { CadreError, chainFailure } from '../../contracts/failures';
import type { Node } from '../../contracts/node';
import { kindOfNode } from '../../contracts/node';
import { own } from '../../contracts/own';
import { joinUntrusted } from '../../contracts/untrusted';
import { continueIfLong } from './continue-run';
import { errorOf, failureOf } from './failure';
import { performIsolated } from './isolated';
import { performApproval } from './perform-approval';
import { performTool } from './perform-tool';
import { patternNamed } from './registry';
import type { Outcome, Scope } from './scope';
import { materialOf, templateValues } from './scope';
import { withTimeLimit } from './time-limit';
import { fillText } from './template';

/** A task that a model worded is taken as it stands: its braces are no templates. */
export const literal = { literal: true } as const;

/**
 * Runs any node at any place of a run: the only way from one pattern into another. Finished paths are returned at once
 * (a continued run goes through its patterns again from the top), `fallback` takes over when the node fails, `then`
 * goes on with its output.
 */
export async function performNode(parent: Scope, node: Node, how: Partial<typeof literal> = {}): Promise<Outcome> {
  const scope = enter(parent, node, how.literal === true);
  const finished = scope.run.done.get(scope.path);
  if (finished) return finished;
  let outcome = await withFallback(parent, scope, node);
  if (node.then && outcome.status === 'completed') outcome = await performNode(after(parent, outcome, node), node.then);
  scope.run.done.set(scope.path, outcome);
  return outcome;
}

/** The same, with a failure as a value: for patterns that go on without a branch (bulkhead). */
export async function attemptNode(
  parent: Scope,
  node: Node,
  how: Partial<typeof literal> = {},
): Promise<{ outcome: Outcome } | { failure: FailureRecord }> {
  try {
    return { outcome: await performNode(parent, node, how) };
  } catch (error) {
    const failure = failureOf(error, { path: `${parent.path}/${nodeName(node)}` });
    parent.run.keepFailure(failure);
    parent.run.note('node-failed', '', parent.path, `${nodeName(node)}: ${failure.kind}: ${failure.message}`);
    return { failure };
  }
}

/** What a node is called in paths and summaries. */
export function nodeName(node: Node): string {
  if (node.name) return node.name;
  const kind = kindOfNode(node);
  if (kind === 'agent' && 'agent' in node && node.agent) return node.agent;
  if ('tool' in node) return node.tool;
  return 'composition' in node && typeof node.composition === 'string' ? node.composition : kind;
}

function enter(parent: Scope, node: Node, isLiteral: boolean): Scope {
  const { run } = parent;
  if (parent.depth >= run.limits.maxDepth) {
    throw new CadreError(
      'DepthExceeded',
      `Nodes are nested deeper than ${run.limits.maxDepth}: ${parent.path}/${nodeName(node)}.`,
    );
  }
  const name = nodeName(node).replace(/[^\w.-]+/g, '-');
  const given = node.task ?? parent.task;
  const task = node.task === undefined || isLiteral ? given : fillText(given, templateValues(parent));
  const budget = node.budget ? parent.budget.lease(`the node ${name}`, node.budget) : parent.budget;
  const path = run.claimPath(parent.path === '' ? name : `${parent.path}/${name}`, parent.pinned);
  if (node.budget) run.journal.budgetOf(path, budget);
  return { ...parent, path, depth: parent.depth + 1, task, budget, ancestry: ancestryOf(parent, node, task) };
}

/** A name may recur; the same agent with the same task on its own path is a cycle (contract §5). */
export function ancestryOf(parent: Scope, node: Node, task: string): string[] {
  if (kindOfNode(node) !== 'agent' || !('agent' in node) || !node.agent) return parent.ancestry;
  const entry = `${node.agent}#${shortDigest(digestOf({ task }), 12)}`;
  if (parent.ancestry.includes(entry)) {
    throw new CadreError(
      'CycleDetected',
      `${node.agent} got the same task again: ${[...parent.ancestry, entry].join(' → ')}.`,
    );
  }
  return [...parent.ancestry, entry];
}

async function withFallback(parent: Scope, scope: Scope, node: Node): Promise<Outcome> {
  const { journal } = scope.run;
  try {
    const failed = journal.failed.get(scope.path);
    if (failed) throw errorOf(failed);
    return await withTimeLimit(node.timeoutMs, scope.path, () => dispatch(scope, node), journal);
  } catch (error) {
    if (!isCancellation(error) && !(error instanceof ContinueAsNew))
      journal.failed.set(scope.path, failureOf(error, { path: scope.path }));
    if (isCancellation(error) || error instanceof ContinueAsNew || !node.fallback) throw error;
    const { fallbacksTaken, patches } = scope.run;
    if (fallbacksTaken.has(scope.path) && patches.has('fallback-tried-once')) throw error;
    const failure = failureOf(error, { path: scope.path });
    scope.run.keepFailure(failure);
    scope.run.note('fallback', '', scope.path, `${failure.kind}: ${failure.message}`);
    try {
      return await performNode({ ...parent, path: scope.path }, node.fallback);
    } catch (second) {
      throw errorOf(chainFailure(failureOf(second, { path: scope.path }), failure));
    }
  }
}

async function dispatch(scope: Scope, node: Node): Promise<Outcome> {
  await continueIfLong(scope);
  if ('tool' in node || 'approval' in node || node.isolate) scope.run.journal.live();
  if (node.isolate || (scope.run.isLong && !('tool' in node) && !('approval' in node)))
    return performIsolated(scope, node);
  if ('pattern' in node) return patternNamed(node.pattern).perform(scope, node as never);
  if ('tool' in node) return performTool(scope, node);
  if ('approval' in node) return performApproval(scope, node);
  if ('composition' in node) return performNode(scope, compositionNamed(scope, node.composition));
  return patternNamed('agent').perform(scope, node as never);
}

export function compositionNamed(scope: Scope, name: string): Node {
  const node = own(scope.run.team.compositions, name);
  if (node) return node;
  const known = Object.keys(scope.run.team.compositions).join(', ') || 'none';
  throw new CadreError(
    'InvalidInput',
    `The team ${scope.run.team.name} has no composition "${name}". It has: ${known}.`,
  );
}

/** Who gave the task of the next node: of what only follows on an outcome, whoever gave what it follows on. */
export function giverOf({ from, handed, depth }: Scope): string {
  return handed?.from === from && handed.depth >= depth - 1 ? handed.givenBy : from;
}

/** The scope of whatever comes after an outcome: its output is material, and what `{{output}}` stands for. */
export function after(scope: Scope, outcome: Outcome, node: Node): Scope {
  return {
    ...scope,
    from: outcome.from,
    handed: { from: outcome.from, givenBy: giverOf(scope), depth: scope.depth },
    causationId: outcome.messageId,
    material: [materialOf(nodeName(node), outcome)],
    untrusted: joinUntrusted([scope.untrusted, outcome.untrusted]),
    private: scope.private || outcome.private === true,
    previous: outcome.output,
  };
}

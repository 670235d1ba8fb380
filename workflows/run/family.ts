import {
  condition,
  defineSignal,
  getExternalWorkflowHandle,
  isCancellation,
  log,
  setHandler,
} from '@temporalio/workflow';
import { actionDigest } from '../../contracts/action-digest';
import type { Approval } from '../../contracts/approval';
import type { BudgetLimits } from '../../contracts/budget';
import { CadreError } from '../../contracts/failures';
import type { ApprovalAsk } from './approvals';
import { checkAskMessage, checkRaise, checkSettledMessage } from './family-checks';
import { partOf } from './loan';
import type { Run } from './run';

// How a run and its child workflows talk: signals by workflow id without run id, so that a continued run is reached.

const askSignal = defineSignal<[unknown]>('cadreApprovalAsk');
const settledSignal = defineSignal<[unknown]>('cadreApprovalSettled');
const topUpSignal = defineSignal<[unknown]>('cadreTopUp');
const internal = 'Between a run and its child workflows; not for people.';

/** On the root: take over the approvals of children, which wait for the outcome. */
export function answerChildren(run: Run): void {
  const answer = async (argument: unknown): Promise<void> => {
    const checked = checkAskMessage(argument);
    // A signal can come from anybody: what is not of this run's own tree is refused, and never touched.
    if (!checked.ok || !checked.value.child.startsWith(`${run.info.workflowId}/`)) {
      return run.reject(askSignal.name, checked.ok ? 'it does not come from a child of this run' : checked.reason);
    }
    const { child, askId, ask } = checked.value;
    try {
      if (!isOurs(run, child)) return await getExternalWorkflowHandle(child).cancel();
      const approval = await run.work.run(() => run.approvals.request(ask));
      await run.governor.admit(approval, `The outcome of approval ${approval.id}`);
      await getExternalWorkflowHandle(child).signal(settledSignal, { askId, approval });
    } catch (error) {
      // The child has ended, or this run is being stopped: either way nobody waits for the answer any more.
      if (!isCancellation(error)) log.warn('an approval outcome did not reach its child', { child, askId });
    }
  };
  setHandler(askSignal, answer, { description: internal });
}

/**
 * A reset brings the asks of children of the past with it. Their parent is gone and nobody waits for what they make:
 * they are ended, so that they neither ask a person nor spend any more.
 */
function isOurs(run: Run, child: string): boolean {
  return [...run.children.keys()].some((ours) => child === ours || child.startsWith(`${ours}/`));
}

/**
 * Why an outcome is not believed. The signal can come from anybody who reaches the server, so it is held to what was
 * asked (the digest of the action, or of the edited one) and to the policy's approvers, as the root does.
 */
function faultOf(run: Run, ask: ApprovalAsk | undefined, approval: Approval): string | null {
  if (!ask) return 'nobody asked for it';
  const { settled, state } = approval;
  if (approval.digest !== actionDigest(ask.subject)) return 'it is about another action';
  if (state !== 'approved' && state !== 'edited') return null;
  if (!settled) return 'it does not say who decided';
  const args = state === 'edited' ? settled.args : ask.subject.args;
  if (!args || settled.digest !== actionDigest({ ...ask.subject, args })) return 'its digest is not that of the action';
  return run.approvals.mayNotDecide(settled.by, approval.group);
}

/** On a child: approvals are asked of the root, which owns their ids, deadlines and settlement. */
export function askRoot(run: Run, rootWorkflowId: string): void {
  const settled = new Map<string, Approval>();
  const asks = new Map<string, ApprovalAsk>();
  let asked = 0;
  const keep = (argument: unknown): void => {
    const checked = checkSettledMessage(argument);
    const fault = checked.ok ? faultOf(run, asks.get(checked.value.askId), checked.value.approval) : checked.reason;
    if (!checked.ok || fault !== null) return run.reject(settledSignal.name, fault ?? 'malformed');
    settled.set(checked.value.askId, checked.value.approval);
  };
  setHandler(settledSignal, keep, { description: internal });
  const raise = (argument: unknown): void => {
    const checked = checkRaise(argument);
    if (checked.ok) raiseBudget(run, checked.value);
    else run.reject(topUpSignal.name, checked.reason);
  };
  setHandler(topUpSignal, raise, { description: internal });
  run.askForApproval = async (ask) => {
    asked += 1;
    const askId = `${run.info.workflowId}#${asked}`;
    asks.set(askId, ask);
    await getExternalWorkflowHandle(rootWorkflowId).signal(askSignal, { child: run.info.workflowId, askId, ask });
    const summary = `approval asked of ${rootWorkflowId}`;
    const answered = await condition(() => settled.has(askId), run.limits.approvalHoldMaxMs, { summary });
    const approval = settled.get(askId);
    if (!answered || !approval)
      throw new CadreError('ApprovalExpired', `The root run ${rootWorkflowId} did not answer.`);
    return approval;
  };
}

/** Raises the run's budget; what its open children may spend of the raise is set aside for them, in equal parts. */
export function raiseBudget(run: Run, more: BudgetLimits): void {
  if (!run.begun) {
    run.raisedEarly.push(more);
    return;
  }
  run.budget.topUp(more);
  const part = partOf(more, Math.max(1, run.children.size));
  for (const loan of run.children.values()) loan.raise(part);
  forwardToChildren(run, topUpSignal.name, part);
}

/** Passes a message on to the open children; one that has just ended is none of our concern. */
export function forwardToChildren(run: Run, name: string, argument: unknown): void {
  for (const child of run.children.keys()) {
    getExternalWorkflowHandle(child)
      .signal(name, argument)
      .catch(() => log.debug('a child had ended before a message reached it', { child, name }));
  }
}

import {
  condition,
  defineSignal,
  getExternalWorkflowHandle,
  isCancellation,
  log,
  setHandler,
} from '@temporalio/workflow';
import type { Approval } from '../../contracts/approval';
import type { BudgetLimits } from '../../contracts/budget';
import { CadreError } from '../../contracts/failures';
import type { ApprovalAsk } from './approvals';
import { partOf } from './loan';
import type { Run } from './run';

// How a run and its child workflows talk: signals by workflow id without run id, so that a continued run is reached.

interface AskMessage {
  child: string;
  askId: string;
  ask: ApprovalAsk;
}
interface SettledMessage {
  askId: string;
  approval: Approval;
}

const askSignal = defineSignal<[AskMessage]>('cadreApprovalAsk');
const settledSignal = defineSignal<[SettledMessage]>('cadreApprovalSettled');
const topUpSignal = defineSignal<[BudgetLimits]>('cadreTopUp');
const internal = 'Between a run and its child workflows; not for people.';

/** On the root: take over the approvals of children, which wait for the outcome. */
export function answerChildren(run: Run): void {
  const answer = async ({ child, askId, ask }: AskMessage): Promise<void> => {
    try {
      if (!isOurs(run, child)) return await getExternalWorkflowHandle(child).cancel();
      const approval = await run.work.run(() => run.approvals.request(ask));
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

/** On a child: approvals are asked of the root, which owns their ids, deadlines and settlement. */
export function askRoot(run: Run, rootWorkflowId: string): void {
  const settled = new Map<string, Approval>();
  let asked = 0;
  const keep = ({ askId, approval }: SettledMessage): void => {
    settled.set(askId, approval);
  };
  setHandler(settledSignal, keep, { description: internal });
  setHandler(topUpSignal, (more) => raiseBudget(run, more), { description: internal });
  run.askForApproval = async (ask) => {
    asked += 1;
    const askId = `${run.info.workflowId}#${asked}`;
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

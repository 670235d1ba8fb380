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

/** On the root: take over the approvals of children, which wait for the outcome. */
export function answerChildren(run: Run): void {
  setHandler(askSignal, async ({ child, askId, ask }) => {
    try {
      const approval = await run.work.run(() => run.approvals.request(ask));
      await getExternalWorkflowHandle(child).signal(settledSignal, { askId, approval });
    } catch (error) {
      // The child has ended, or this run is being stopped: either way nobody waits for the answer any more.
      if (!isCancellation(error)) log.warn('an approval outcome did not reach its child', { child, askId });
    }
  });
}

/** On a child: approvals are asked of the root, which owns their ids, deadlines and settlement. */
export function askRoot(run: Run, rootWorkflowId: string): void {
  const settled = new Map<string, Approval>();
  let asked = 0;
  setHandler(settledSignal, ({ askId, approval }) => {
    settled.set(askId, approval);
  });
  setHandler(topUpSignal, (more) => run.budget.topUp(more));
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

/** Passes a message on to the open children; one that has just ended is none of our concern. */
export function forwardToChildren(run: Run, name: string, argument: unknown): void {
  for (const child of run.children) {
    getExternalWorkflowHandle(child)
      .signal(name, argument)
      .catch(() => log.debug('a child had ended before a message reached it', { child, name }));
  }
}

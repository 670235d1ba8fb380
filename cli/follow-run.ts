import { setTimeout as sleep } from 'node:timers/promises';

import type { RunEnd } from '../client';
import type { Approval, Decision } from '../contracts/approval';
import { askDecision } from './ask-decision';
import type { CliContext } from './context';
import { lazy } from './lazy';
import { readingsOf } from './named-artifacts';
import type { Session } from './session';
import { showApproval, showDecideCommands } from './show-approval';
import { showEvent } from './show-run';
import { watchRun } from './watch-run';

export interface FollowOptions {
  workflowId: string;
  startedAt: Date;
  /** In whose name a person at this terminal decides. */
  by: string;
  /** Decides without asking here, e.g. `demo --approve-as`; undefined = ask as usual. */
  decideFor?: (approval: Approval) => Decision | undefined;
}

const stillOpenPollMs = 1000;

/** Shows a run's progress, asks a person where one is needed, and answers how it ended. */
export async function followRun(ctx: CliContext, session: Session, options: FollowOptions): Promise<RunEnd> {
  const { terminal, lifetime } = ctx;
  const seen = new Set<string>();
  const onApproval = async (approval: Approval): Promise<void> => {
    // A deadline that was moved is another question about the same action.
    const key = `${approval.id} ${approval.deadline}`;
    if (seen.has(key)) return;
    seen.add(key);
    const readings = await readingsOf(ctx, session, options.workflowId, approval);
    showApproval(terminal, options.workflowId, approval, readings);
    await settle(ctx, session, options, approval);
  };
  await watchRun(
    session,
    options.workflowId,
    {
      onEvent: (event) => showEvent(terminal, event, options.startedAt),
      onApproval,
      onNote: (text) => terminal.line(terminal.style('yellow', text)),
    },
    lifetime.signal,
  );
  return lifetime.race(lazy.client().endOf(session.client, options.workflowId));
}

async function settle(ctx: CliContext, session: Session, options: FollowOptions, approval: Approval): Promise<void> {
  const { terminal } = ctx;
  const { workflowId, by } = options;
  const given = options.decideFor?.(approval);
  if (given) {
    await send(ctx, session, workflowId, given);
    return;
  }
  if (!terminal.interactive) {
    showDecideCommands(terminal, workflowId, approval, session.target.namespace);
    terminal.line('Waiting for the decision …');
    return;
  }
  const decision = await askWhileOpen(ctx, session, workflowId, approval, by);
  if (decision && !(await send(ctx, session, workflowId, decision))) {
    showDecideCommands(terminal, workflowId, approval, session.target.namespace);
  }
}

/** Sends a decision; whether the run took it. */
async function send(ctx: CliContext, session: Session, workflowId: string, decision: Decision): Promise<boolean> {
  const { terminal, lifetime } = ctx;
  try {
    await lifetime.race(lazy.client().decide(session.client, workflowId, decision));
    const how = decision.signature ? '' : ' (a claim: unsigned)';
    terminal.line(`Decided: ${decision.decision} by ${decision.by}${how}.`);
    return true;
  } catch (error) {
    lifetime.signal.throwIfAborted();
    // Refused, or decided elsewhere in the same moment: the run says which, and goes on either way.
    terminal.line(terminal.style('yellow', `Not taken: ${(error as Error).message}`));
    return false;
  }
}

/** Asks at the terminal, and stops asking when the approval is settled elsewhere or has expired. */
async function askWhileOpen(
  ctx: CliContext,
  session: Session,
  workflowId: string,
  approval: Approval,
  by: string,
): Promise<Decision | undefined> {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, ctx.lifetime.signal]);
  const watch = async (): Promise<void> => {
    while (!signal.aborted) {
      await sleep(stillOpenPollMs, undefined, { signal });
      const open = await lazy
        .client()
        .queryOpenApprovals(session.client, workflowId)
        .catch(() => undefined);
      if (open && !open.some((one) => one.id === approval.id)) {
        ctx.terminal.line('\nIt was decided elsewhere, or its time is over.');
        over.abort();
      }
    }
  };
  const watching = watch().catch(() => undefined);
  const decision = await askDecision(ctx.terminal, approval, by, signal);
  over.abort();
  await watching;
  ctx.lifetime.signal.throwIfAborted();
  return decision;
}

import type { RunEnd } from '../client';
import type { Approval, Decision } from '../contracts/approval';
import type { JsonObject } from '../contracts/json';
import type { PatternName } from '../contracts/names';
import type { CliContext } from './context';
import { followRun } from './follow-run';
import { lazy } from './lazy';
import type { Session } from './session';
import { showFailure, showResult } from './show-run';

export interface RunOrder {
  type: PatternName;
  input: JsonObject;
  /** Team or composition, for the id. */
  subject: string;
  summary: string;
}

export interface StartedRun {
  workflowId: string;
  runId: string;
  startedAt: Date;
}

/** Starts a run and says where it can be watched. */
export async function startOrder(ctx: CliContext, session: Session, order: RunOrder): Promise<StartedRun> {
  const { type, input, subject, summary } = order;
  const handle = await ctx.lifetime.race(lazy.client().startRun(session.client, { type, input, subject, summary }));
  const run = { workflowId: handle.workflowId, runId: handle.firstExecutionRunId, startedAt: new Date() };
  announce(ctx, session, run);
  return run;
}

export function announce(
  { terminal }: CliContext,
  session: Session,
  run: Pick<StartedRun, 'workflowId' | 'runId'>,
): void {
  terminal.line(`${terminal.style('bold', 'Run')}   ${run.workflowId}`);
  const link = session.link(run.workflowId, run.runId);
  if (link) terminal.line(`${terminal.style('bold', 'UI')}    ${link}`);
  terminal.line();
}

/** Follows a run to its end and shows how it ended. */
export async function seeThrough(
  ctx: CliContext,
  session: Session,
  run: StartedRun,
  options: { by: string; decideFor?: (approval: Approval) => Decision | undefined },
): Promise<RunEnd> {
  const end = await followRun(ctx, session, { ...run, ...options });
  if (end.result) showResult(ctx.terminal, run.workflowId, end.result);
  // A failed run lists the failure among its own; without a result it is all there is.
  else showFailure(ctx.terminal, end.failure);
  return end;
}

import { type Client, QueryNotRegisteredError, QueryRejectedError, WorkflowNotFoundError } from '@temporalio/client';

import type { Approval } from '../contracts/approval';
import { CadreError } from '../contracts/failures';
import type { RunResult } from '../contracts/run';
import { endOfFailure, type RunEnd } from './run-end';
import type { ApprovalPage, EventView, Page, StatusView } from './run-view';

/** A query waits for a worker; without one it would take Temporal's ten seconds. */
const queryWithinMs = 5000;
const describeWithinMs = 5000;

/** Answers a query of a run; `InvalidInput` when there is no such run, undefined when no worker answers in time. */
async function query<T>(client: Client, workflowId: string, name: string, argument?: object): Promise<T | undefined> {
  try {
    return await client.connection.withDeadline(Date.now() + queryWithinMs, () =>
      client.workflow.getHandle(workflowId).query<T, [object?]>(name, ...(argument ? [argument] : [])),
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw noSuchRun(workflowId);
    if (isOtherCode(error)) throw otherCode(workflowId);
    // The run's first task has not registered its handlers yet, or was never picked up.
    if (error instanceof QueryNotRegisteredError || error instanceof QueryRejectedError) return undefined;
    if (isTransient(error)) return undefined;
    throw error;
  }
}

export function noSuchRun(workflowId: string): CadreError {
  return new CadreError('InvalidInput', `There is no run "${workflowId}". List runs with: cadre status`);
}

/** The worker answers, and says that its workflow code is not the one that the run was started with. */
function isOtherCode(error: unknown): boolean {
  return error instanceof Error && /TMPRL1100|nondeterminism/i.test(error.message);
}

function otherCode(workflowId: string): CadreError {
  return new CadreError(
    'InternalError',
    `The run ${workflowId} was started with other workflow code than the worker has, and cannot go on with it: ` +
      'run the version of Cadre that started it, or terminate it and start another (the demo: --fresh).',
  );
}

const grpcTransient = new Set([1, 4, 8, 9, 10, 14]);

/** No worker in time, a server that restarts, a connection that is being made again: worth asking once more. */
export function isTransient(error: unknown): boolean {
  const cause = (error as { cause?: unknown }).cause ?? error;
  const code = (cause as { code?: unknown }).code;
  return typeof code === 'number' && grpcTransient.has(code);
}

export function queryStatus(client: Client, workflowId: string): Promise<StatusView | undefined> {
  return query<StatusView>(client, workflowId, 'status');
}

export function queryEvents(
  client: Client,
  workflowId: string,
  from: number,
  limit = 100,
): Promise<Page<EventView> | undefined> {
  return query<Page<EventView>>(client, workflowId, 'events', { from, limit });
}

/** The approvals of a run, open ones first, at most a hundred; undefined when no worker answers. */
export async function queryApprovals(client: Client, workflowId: string): Promise<Approval[] | undefined> {
  const page = await query<ApprovalPage>(client, workflowId, 'approvals', { from: 0, limit: 100 });
  return page?.items;
}

/** The open approvals of a run; undefined when no worker answers. */
export async function queryOpenApprovals(client: Client, workflowId: string): Promise<Approval[] | undefined> {
  return (await queryApprovals(client, workflowId))?.filter((approval) => approval.state === 'open');
}

export interface RunDescription {
  workflowId: string;
  runId: string;
  /** The first run of the chain, over continue-as-new and resets: with the workflow id, what the store knows a run by. */
  firstRunId: string;
  type: string;
  /** Temporal's status: RUNNING, COMPLETED, FAILED, CANCELLED, TERMINATED, TIMED_OUT, CONTINUED_AS_NEW. */
  execution: string;
  startedAt: Date;
  closedAt: Date | undefined;
  historyEvents: number;
  isChild: boolean;
}

/** What the server itself knows of a run, without any worker. */
export async function describeRun(client: Client, workflowId: string): Promise<RunDescription> {
  try {
    // Without a deadline a call to a server that has gone is tried again for twenty seconds, in silence (I6).
    const info = await client.connection.withDeadline(Date.now() + describeWithinMs, () =>
      client.workflow.getHandle(workflowId).describe(),
    );
    return {
      workflowId: info.workflowId,
      runId: info.runId,
      // An older server does not say it.
      firstRunId: info.raw.workflowExecutionInfo?.firstRunId || info.runId,
      type: info.type,
      execution: info.status.name,
      startedAt: info.startTime,
      closedAt: info.closeTime,
      historyEvents: info.historyLength,
      isChild: info.parentExecution !== undefined,
    };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw noSuchRun(workflowId);
    throw error;
  }
}

/** How a run that has ended ended. Waits when it has not. */
export async function endOf(client: Client, workflowId: string): Promise<RunEnd> {
  try {
    return { result: (await client.workflow.getHandle(workflowId).result()) as RunResult };
  } catch (error) {
    return endOfFailure(error);
  }
}

import type { Client } from '@temporalio/client';

import type { Approval } from '../contracts/approval';
import { patternNames, taskQueue } from '../contracts/names';
import { queryOpenApprovals } from './inspect';

export interface RunRow {
  workflowId: string;
  runId: string;
  type: string;
  execution: string;
  startedAt: Date;
}

export interface RunFilter {
  open?: boolean;
  type?: string;
  /** Keeps only ids that begin with this. */
  idPrefix?: string;
  /** Further condition of Temporal's list filter, e.g. `CadreApprovalPending = true`. */
  where?: string;
  /** At most this many rows; newest first. */
  limit?: number;
}

const listMax = 200;

/** Root runs of Cadre, newest first. The list is eventually consistent: a run appears a moment after its start. */
export async function listRuns(client: Client, filter: RunFilter = {}): Promise<RunRow[]> {
  const types = (filter.type ? [filter.type] : [...patternNames]).map((name) => `'${name}'`).join(', ');
  const conditions = [`TaskQueue = '${taskQueue}'`, `WorkflowType IN (${types})`];
  if (filter.open) conditions.push(`ExecutionStatus = 'Running'`);
  if (filter.idPrefix) conditions.push(`WorkflowId STARTS_WITH '${filter.idPrefix.replaceAll("'", '')}'`);
  if (filter.where) conditions.push(filter.where);
  const limit = filter.limit ?? listMax;
  const rows: RunRow[] = [];
  for await (const info of client.workflow.list({ query: conditions.join(' AND ') })) {
    // Children are shown with their root, and their approvals are the root's.
    if (info.parentExecution) continue;
    const { workflowId, runId, type, status, startTime } = info;
    rows.push({ workflowId, runId, type, execution: status.name, startedAt: startTime });
    if (rows.length >= Math.max(limit, listMax)) break;
  }
  // The server puts those that run first, and the others by when they ended.
  return rows.sort((a, b) => b.startedAt.getTime() - a.startedAt.getTime()).slice(0, limit);
}

export interface OpenApproval {
  workflowId: string;
  approval: Approval;
}

/** The open approvals of all open runs, and the runs that no worker could answer for. */
export async function listOpenApprovals(client: Client): Promise<{ approvals: OpenApproval[]; silent: string[] }> {
  const runs = await waitingRuns(client);
  const approvals: OpenApproval[] = [];
  const silent: string[] = [];
  for (const run of runs) {
    const open = await queryOpenApprovals(client, run.workflowId);
    if (!open) silent.push(run.workflowId);
    for (const approval of open ?? []) approvals.push({ workflowId: run.workflowId, approval });
  }
  return { approvals, silent };
}

/** By search attribute where the namespace has ours; a server without it refuses the filter, and all open runs are asked. */
function waitingRuns(client: Client): Promise<RunRow[]> {
  return listRuns(client, { open: true, where: 'CadreApprovalPending = true' }).catch(() =>
    listRuns(client, { open: true }),
  );
}

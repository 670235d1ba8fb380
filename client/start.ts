import { randomBytes } from 'node:crypto';

import type { Client, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';

import type { JsonObject } from '../contracts/json';
import { type PatternName, taskQueue, workflowIdFor } from '../contracts/names';

export interface StartRequest {
  type: PatternName;
  /** The one JSON object a run takes (contract §3), as a person would type it. */
  input: JsonObject;
  /** Team or composition for the id; ids are public and never hold text of the task. */
  subject: string;
  /** An id of the caller's own; starting the same id twice while it is open gives the open run. */
  workflowId?: string;
  /** One line for the Temporal UI. */
  summary?: string;
}

const summaryCharsMax = 180;

/** Starts a run exactly as `temporal workflow start` with the same JSON would: no headers, no interceptors. */
export function startRun(client: Client, request: StartRequest): Promise<WorkflowHandleWithFirstExecutionRunId> {
  const { type, input, subject } = request;
  const workflowId = request.workflowId ?? workflowIdFor(type, subject, randomBytes(4).toString('hex'));
  const { priority, fairnessKey } = input;
  return client.workflow.start(type, {
    workflowId,
    taskQueue,
    args: [input],
    workflowIdConflictPolicy: request.workflowId ? 'USE_EXISTING' : 'FAIL',
    staticSummary: (request.summary ?? `${type} · ${subject}`).slice(0, summaryCharsMax),
    priority: {
      priorityKey: typeof priority === 'number' ? priority : 3,
      ...(typeof fairnessKey === 'string' ? { fairnessKey } : {}),
    },
  });
}

import type { Client, WorkflowExecutionDescription } from '@temporalio/client';

import { activityPollers, type Poller } from './pollers';

/** A call of a run that no worker takes: its queue has none that polls it (I6). */
export interface UnservedCall {
  workflowId: string;
  /** Activity type, e.g. `callModel`. */
  activity: string;
  /** Absent when the server does not say it. */
  queue?: string;
  /** Since when it waits to be taken. */
  since: Date;
}

/** A worker that lives takes a call in far less; one that has just started may need as long. */
const patienceMs = 3_000;
const answerWithinMs = 5_000;
const workflowsMax = 20;
const scheduled = 1;

type Pending = NonNullable<NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number]>;
type Time = Pending['scheduledTime'];

/**
 * The calls of a run and of its open children that have waited for a worker for a while, on queues that nobody polls.
 * `lives` tells workers that are known to be gone from those that poll.
 */
export async function unservedCalls(
  client: Client,
  workflowId: string,
  lives: (poller: Poller) => boolean = () => true,
): Promise<UnservedCall[]> {
  const waiting = await waitingCalls(client, workflowId);
  const queues = [...new Set(waiting.map(({ queue }) => queue))];
  const served = new Map<string | undefined, boolean>();
  for (const queue of queues)
    served.set(queue, queue !== undefined && (await activityPollers(client, queue)).some(lives));
  return waiting.filter(({ queue }) => !served.get(queue));
}

async function waitingCalls(client: Client, root: string): Promise<UnservedCall[]> {
  const found: UnservedCall[] = [];
  const ids = [root];
  for (const workflowId of ids) {
    const { raw } = await client.connection.withDeadline(Date.now() + answerWithinMs, () =>
      client.workflow.getHandle(workflowId).describe(),
    );
    for (const call of raw.pendingActivities ?? []) {
      const since = dateOf(call.nextAttemptScheduleTime ?? call.scheduledTime);
      if (Number(call.state) !== scheduled || !since || Date.now() - since.getTime() < patienceMs) continue;
      const queue = call.activityOptions?.taskQueue?.name;
      found.push({ workflowId, activity: call.activityType?.name ?? '?', since, ...(queue ? { queue } : {}) });
    }
    for (const child of raw.pendingChildren ?? [])
      if (child.workflowId && ids.length < workflowsMax) ids.push(child.workflowId);
  }
  return found;
}

function dateOf(time: Time): Date | undefined {
  return time ? new Date(Number(time.seconds ?? 0) * 1000 + (time.nanos ?? 0) / 1e6) : undefined;
}

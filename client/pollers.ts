import type { Client } from '@temporalio/client';

import { taskQueue } from '../contracts/names';

const answerWithinMs = 3000;
/** A poll lasts up to a minute; a worker that has ended is still listed for a while, one that lives was heard of lately. */
const heardOfLatelyMs = 70_000;
const queueTypes = { workflow: 1, activity: 2 } as const;

export interface Poller {
  identity: string;
  /** Milliseconds since the server last heard of it. */
  silentMs: number;
}

/** The workers that poll the queue for workflow tasks, the latest first. */
export function workflowPollers(client: Client, queue: string = taskQueue): Promise<Poller[]> {
  return pollersOf(client, queue, 'workflow');
}

/** The workers that poll the queue for activities, the latest first. */
export function activityPollers(client: Client, queue: string): Promise<Poller[]> {
  return pollersOf(client, queue, 'activity');
}

async function pollersOf(client: Client, queue: string, type: keyof typeof queueTypes): Promise<Poller[]> {
  const answer = await client.connection.withDeadline(Date.now() + answerWithinMs, () =>
    client.workflowService.describeTaskQueue({
      namespace: client.options.namespace,
      taskQueue: { name: queue, kind: 1 },
      taskQueueType: queueTypes[type],
    }),
  );
  const now = Date.now();
  return (answer.pollers ?? [])
    .map((poller) => ({
      identity: poller.identity ?? '',
      silentMs: now - Number(poller.lastAccessTime?.seconds ?? 0) * 1000,
    }))
    .filter((poller) => poller.silentMs < heardOfLatelyMs)
    .sort((a, b) => a.silentMs - b.silentMs);
}

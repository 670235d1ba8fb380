import type { Client } from '@temporalio/client';

import { taskQueue } from '../contracts/names';

const answerWithinMs = 3000;
/** A poll lasts up to a minute; a worker that has ended is still listed for a while, one that lives was heard of lately. */
const heardOfLatelyMs = 70_000;

export interface Poller {
  identity: string;
  /** Milliseconds since the server last heard of it. */
  silentMs: number;
}

/** The workers that poll the queue for workflow tasks, the latest first. */
export async function workflowPollers(client: Client, queue: string = taskQueue): Promise<Poller[]> {
  const answer = await client.connection.withDeadline(Date.now() + answerWithinMs, () =>
    client.workflowService.describeTaskQueue({
      namespace: client.options.namespace,
      taskQueue: { name: queue, kind: 1 },
      taskQueueType: 1,
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

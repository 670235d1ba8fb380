import { Connection } from '@temporalio/client';

import { taskQueue } from '../../../contracts/names';
import { isGoneHere } from '../../worker-identity';
import type { ConnectSettings } from '../probe-server';
import type { DoctorCheck } from './doctor-check';

const answerWithinMs = 5_000;
/** As long as a poll lasts, and a little more. */
const heardOfLatelyMs = 70_000;
const activityQueue = 2;

/**
 * Whether somebody serves the queues that agents of the registered teams name: a call on another one waits for a worker
 * until its time is over. Never rejects.
 */
export async function checkQueues(
  settings: ConnectSettings,
  namespace: string,
  queues: readonly string[],
): Promise<DoctorCheck[]> {
  if (queues.length === 0) return [];
  const name = 'Queues of agents';
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({ ...settings, connectTimeout: answerWithinMs });
    const open = connection;
    const isServed = (queue: string) => served(open, namespace, queue);
    if (!(await isServed(taskQueue))) {
      const found = `no worker runs now; ${queues.join(', ')} are served by \`cadre dev\` and \`cadre run\``;
      return [{ name, status: 'ok', found }];
    }
    const idle: string[] = [];
    for (const queue of queues) if (!(await isServed(queue))) idle.push(queue);
    if (idle.length === 0) return [{ name, status: 'ok', found: queues.join(', ') }];
    const found = `nobody serves ${idle.join(', ')}: calls of their agents wait`;
    return [{ name, status: 'warn', found, mend: `npx cadre worker --queue ${idle.join(' ')}` }];
  } catch (error) {
    const found = `not known (${error instanceof Error ? error.message : String(error)})`;
    return [{ name, status: 'warn', found, mend: 'ask again when the server answers' }];
  } finally {
    await connection?.close().catch(() => undefined);
  }
}

async function served(connection: Connection, namespace: string, queue: string): Promise<boolean> {
  const answer = await connection.withDeadline(Date.now() + answerWithinMs, () =>
    connection.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: queue, kind: 1 },
      taskQueueType: activityQueue,
    }),
  );
  return (answer.pollers ?? []).some(
    ({ identity, lastAccessTime }) =>
      Date.now() - Number(lastAccessTime?.seconds ?? 0) * 1000 < heardOfLatelyMs && !isGoneHere(identity ?? ''),
  );
}

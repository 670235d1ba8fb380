import type { UnservedCall } from '../client';
import { queueForZone, zones } from '../contracts/names';
import { isGoneHere } from '../workers/worker-identity';
import { lazy } from './lazy';
import type { Session } from './session';

/** The calls of a run and its children that no living worker takes; none when the server cannot say. */
export async function unservedOf(session: Session, workflowId: string): Promise<UnservedCall[]> {
  const calls = lazy.client().unservedCalls(session.client, workflowId, ({ identity }) => !isGoneHere(identity));
  return calls.catch(() => []);
}

/** What waits where, and the command that ends the wait (I6). */
export function unservedText({ activity, queue, since }: UnservedCall): string {
  const seconds = Math.round((Date.now() - since.getTime()) / 1000);
  const where = queue === undefined ? 'its queue' : `the queue ${queue}`;
  return `a worker: ${activity} has waited for ${seconds} s on ${where}, which nobody serves; start one: ${mend(queue)}`;
}

function mend(queue: string | undefined): string {
  if (queue === undefined) return 'npx cadre worker';
  const zone = zones.find((name) => queueForZone(name, zones) === queue);
  return zone ? `npx cadre worker --zone ${zone}` : `npx cadre worker --queue ${queue}`;
}

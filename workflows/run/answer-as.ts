import { CadreError } from '../../contracts/failures';
import { own } from '../../contracts/own';
import { mayReach, peerTarget } from '../../contracts/peers';
import { converse } from './agent-loop';
import type { Conversation } from './conversation';
import type { Outcome, Scope } from './scope';
import { outcomeOf } from './scope';
import { giverOf } from './perform-node';
import { openConversation, opening, wordsOf } from './talk';

export interface AgentFields {
  agent?: string;
}

export async function answerOf(scope: Scope, agent: string): Promise<Outcome> {
  acceptsFrom(scope, agent);
  const place = scope.path.split('/').at(-1)?.replace(/~\d+$/, '');
  const talk = openConversation(scope, agent, place === agent ? scope.path : undefined);
  const { output, status, stoppedBecause } = await scope.run.slots.within(
    agent,
    placesOf(talk),
    talk.clock.leftMs(),
    talk.path,
    () => converse(talk, opening(scope), { role: scope.role ?? 'agent' }),
  );
  return outcomeOf({
    output,
    status,
    ...wordsOf(talk),
    ...(talk.head !== null && { head: talk.head }),
    ...(stoppedBecause !== undefined && { stoppedBecause }),
  });
}

/** An agent that is already at work above needs no second place: it would wait for itself. */
function placesOf(talk: Conversation): number | undefined {
  const above = talk.scope.ancestry.slice(0, -1).some((entry) => entry.startsWith(`${talk.agent}#`));
  return above ? undefined : talk.view.maxConcurrency;
}

function acceptsFrom(scope: Scope, agent: string): void {
  const { agents } = scope.run.team;
  const accepts = agents[agent]?.acceptsDelegationFrom;
  const assigner = scope.from;
  const row = own(agents, assigner);
  if (!accepts || row === undefined || accepts.includes(assigner)) return;
  // A stage works on what the one before made; its task is of the composition.
  const giver = giverOf(scope);
  const isGiven = own(agents, giver) === undefined || accepts.includes(giver);
  if (giver !== assigner && isGiven && scope.run.patches.has('composition-gives-the-task')) return;
  // What follows on one's own work, such as undoing it, nobody else gave.
  if (assigner === agent && scope.run.patches.has('own-work-accepted')) return;
  // Whom a peer may ask or tell, the routing table says; what it says of delegation is another matter.
  if (scope.asPeer && mayReach(row, peerTarget(scope.asPeer, agent)) && scope.run.patches.has('routing-table-accepts'))
    return;
  throw new CadreError('MessageRejected', `${agent} accepts tasks from ${accepts.join(', ')}, not from ${assigner}.`, {
    agent,
    path: scope.path,
  });
}

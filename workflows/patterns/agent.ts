/**
 * agent: one agent does the task.
 *
 *   task ──▶ model ──▶ tools ──▶ model … ──▶ answer
 *
 * Stops at its answer, its last step, its budget or its time. When no model of the agent answers, the agents named as
 * its fallback get the same task.
 */
import type { FailureRecord } from '../../contracts/failures';
import { CadreError, chainFailure, failures } from '../../contracts/failures';
import { own } from '../../contracts/own';
import { field } from '../../contracts/pattern-fields';
import { mayReach, peerTarget } from '../../contracts/peers';
import { converse } from '../run/agent-loop';
import type { Conversation } from '../run/conversation';
import { errorOf, failureOf } from '../run/failure';
import type { Pattern } from '../run/registry';
import type { Outcome, Scope } from '../run/scope';
import { outcomeOf } from '../run/scope';
import { openConversation, opening } from '../run/talk';

interface AgentFields {
  agent?: string;
}

export const agentPattern: Pattern<AgentFields> = {
  name: 'agent',
  about: 'One agent does the task.',
  fields: { agent: field.agent('The agent that does the task.', { needed: true, examples: ['jira'] }) },
  example: { task: 'Summarise what changed last week' },
  async perform(scope, { agent }) {
    const name = agent ?? Object.keys(scope.run.team.agents)[0];
    if (name === undefined) throw new CadreError('InvalidInput', 'The team has no agents.');
    const candidates = [name, ...(scope.run.team.agents[name]?.fallback ?? [])];
    let before: FailureRecord | null = null;
    for (const [index, candidate] of candidates.entries()) {
      try {
        return await answerOf(scope, candidate);
      } catch (error) {
        const failure = failureOf(error, { agent: candidate, path: scope.path });
        const another = candidates[index + 1];
        const chained: FailureRecord = before ? chainFailure(failure, before) : failure;
        if (another === undefined || failures[failure.kind].next !== 'fallback') throw errorOf(chained);
        scope.run.keepFailure(failure);
        before = chained;
        scope.run.note('fallback', another, scope.path, `takes over from ${candidate}: ${failure.message}`);
      }
    }
    throw new CadreError('ModelUnavailable', `No agent of ${candidates.join(', ')} answered.`);
  },
};

async function answerOf(scope: Scope, agent: string): Promise<Outcome> {
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
    from: agent,
    untrusted: talk.untrusted,
    stored: true,
    ...(talk.private && { private: true as const }),
    messageId: talk.messageId,
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
  // Whom a peer may ask or tell, the routing table says; what it says of delegation is another matter.
  if (scope.asPeer && mayReach(row, peerTarget(scope.asPeer, agent)) && scope.run.patches.has('routing-table-accepts'))
    return;
  throw new CadreError('MessageRejected', `${agent} accepts tasks from ${accepts.join(', ')}, not from ${assigner}.`, {
    agent,
    path: scope.path,
  });
}

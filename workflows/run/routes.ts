import type { AnswerChoice } from '../../contracts/activities';
import type { Node, Route } from '../../contracts/node';
import { own } from '../../contracts/own';
import { nodeName } from './perform-node';
import { converse } from './agent-loop';
import type { Outcome, Scope } from './scope';
import { materialOf, outcomeOf } from './scope';
import type { RouteChoice, RouteFacts, SettledRoute } from './settle-route';
import { matchedCapabilities } from './settle-route';
import { type openConversation, wordsOf } from './talk';

export const defaultMinConfidence = 0.5;

export async function returned(
  talk: ReturnType<typeof openConversation>,
  outcome: Outcome,
  parts: Outcome['parts'],
): Promise<Outcome> {
  const { output } = await converse(talk, [materialOf('answer of the specialist', outcome)], {
    role: 'agent',
    noTools: true,
  });
  return outcomeOf({
    output,
    ...wordsOf(talk),
    status: outcome.status,
    ...(parts !== undefined && { parts }),
  });
}

export function asRoute(given: Route | Node): Route {
  return 'node' in given ? given : { name: nodeName(given), node: given };
}

/** What the model is told of a route; how busy its agent is, the activity adds (I1). */
export function choiceOf(scope: Scope, { name, when, node }: Route): AnswerChoice {
  const agent = agentOf(node);
  return { name, description: when ?? describe(scope, node), ...(agent !== undefined && { agent }) };
}

export function factsOf(scope: Scope, { name, when, node }: Route): RouteFacts {
  const agent = agentOf(node);
  const view = agent === undefined ? undefined : own(scope.run.team.agents, agent);
  return {
    name,
    ...(when !== undefined && { when }),
    ...(agent !== undefined && { agent }),
    capabilities: view?.capabilities ?? [],
    ...(view?.maxConcurrency !== undefined && { maxConcurrency: view.maxConcurrency }),
  };
}

/** The choice explained: what the model said, what the agent can do of what is asked, and how busy everybody was. */
export function partsOf(
  scope: Scope,
  choice: RouteChoice,
  { taken, among, load, because }: SettledRoute,
  facts: readonly RouteFacts[],
  minConfidence: number,
) {
  const fact = facts.find(({ name }) => name === taken);
  return {
    ...choice,
    minConfidence,
    taken: taken ?? 'fallback',
    because,
    among,
    load,
    capabilities: matchedCapabilities(fact?.capabilities ?? [], choice.capabilities ?? [], scope.task),
  };
}

const agentOf = (node: Node): string | undefined => ('agent' in node ? node.agent : undefined);

function describe(scope: Scope, node: Node): string {
  const name = agentOf(node);
  const agent = name === undefined ? undefined : own(scope.run.team.agents, name);
  return agent ? [agent.description, ...agent.capabilities].join(' · ') : nodeName(node);
}

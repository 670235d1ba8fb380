/**
 * router: one choice, then the whole task goes to the chosen specialist.
 *
 *   task ──▶ choose ──▶ specialist owns the task ──▶ its own answer
 *                 └ not sure enough ──▶ fallback
 *
 * The router sees names and descriptions of the routes and how busy each is; it hands the task over unchanged. Of routes
 * that fit alike the least busy one takes it; the more urgent the run, the less that counts. Below `minConfidence`, or
 * with a name that is no route, the task goes to `fallback`; without one the run ends saying what was unclear.
 */
import type { AnswerChoice } from '../../contracts/activities';
import { CadreError } from '../../contracts/failures';
import type { Node, Route, RouterFields } from '../../contracts/node';
import { own } from '../../contracts/own';
import { field } from '../../contracts/pattern-fields';
import { nodeName, performNode } from '../run/perform-node';
import { converse } from '../run/agent-loop';
import type { Pattern } from '../run/registry';
import type { Outcome, Scope } from '../run/scope';
import { materialOf, outcomeOf } from '../run/scope';
import type { RouteChoice, RouteFacts, SettledRoute } from '../run/settle-route';
import { matchedCapabilities, settleRoute } from '../run/settle-route';
import { askFor, openConversation, opening } from '../run/talk';

const defaultMinConfidence = 0.5;

export const routerPattern: Pattern<RouterFields> = {
  name: 'router',
  about: 'One agent chooses who gets the task.',
  fields: {
    router: field.agent('The agent that chooses.', { needed: true }),
    routes: field.shape('routes', 'Where the task may go.', { needed: true }),
    minConfidence: field.share('Below this the fallback takes it.'),
    fallback: field.node('Takes what no route takes with enough confidence.'),
    returnToRouter: field.flag('The router sees the answer; otherwise the specialist owns it.'),
  },
  example: {
    router: 'desk',
    routes: [{ when: 'money', node: { agent: 'billing' } }, { agent: 'tech' }],
    task: 'My invoice is wrong',
  },
  async perform(scope, fields) {
    const routes = (fields.routes ?? []).map(asRoute);
    if (fields.router === undefined || routes.length === 0)
      throw new CadreError('InvalidInput', `The router ${scope.path} needs "router" and "routes".`);
    const talk = openConversation(scope, fields.router);
    const choices = routes.map((route) => choiceOf(scope, route));
    const choice = await askFor<RouteChoice>(talk, 'route', opening(scope), choices);
    const minConfidence = fields.minConfidence ?? defaultMinConfidence;
    const { priority } = scope.run.input;
    const facts = routes.map((route) => factsOf(scope, route));
    const settled = settleRoute(choice, facts, talk.load, { minConfidence, priority });
    const route = routes.find(({ name }) => name === settled.taken);
    const parts = partsOf(scope, choice, settled, facts, minConfidence);
    scope.run.planView = () => parts;
    scope.run.note(
      'route-chosen',
      fields.router,
      scope.path,
      `${parts.taken} (${choice.confidence}): ${choice.reason} ${settled.because}`,
    );
    const node = route ? route.node : fields.fallback;
    if (!node)
      throw new CadreError(
        'InvalidInput',
        `The task fits no route: ${choice.reason} (best: ${choice.route}, ${choice.confidence} of ${minConfidence}). Say more, or give the router a "fallback".`,
        { path: scope.path },
      );
    // What takes the place of a route takes the place of the node as well: it is not tried a second time.
    if (!route) scope.run.fallbacksTaken.add(scope.path);
    const handedOver: Scope = { ...scope, from: fields.router, causationId: talk.messageId };
    const outcome = await performNode(handedOver, node);
    if (!fields.returnToRouter) return { ...outcome, parts };
    return returned(talk, outcome, parts);
  },
};

async function returned(
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
    from: talk.agent,
    untrusted: talk.untrusted,
    stored: true,
    ...(talk.private && { private: true as const }),
    messageId: talk.messageId,
    status: outcome.status,
    ...(parts !== undefined && { parts }),
  });
}

function asRoute(given: Route | Node): Route {
  return 'node' in given ? given : { name: nodeName(given), node: given };
}

/** What the model is told of a route; how busy its agent is, the activity adds (I1). */
function choiceOf(scope: Scope, { name, when, node }: Route): AnswerChoice {
  const agent = agentOf(node);
  return { name, description: when ?? describe(scope, node), ...(agent !== undefined && { agent }) };
}

function factsOf(scope: Scope, { name, when, node }: Route): RouteFacts {
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
function partsOf(
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

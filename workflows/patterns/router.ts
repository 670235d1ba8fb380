/**
 * router: one choice, then the whole task goes to the chosen specialist.
 *
 *   task ──▶ choose ──▶ specialist owns the task ──▶ its own answer
 *                 └ not sure enough ──▶ fallback
 *
 * The router sees names and descriptions of the routes; it hands the task over unchanged. Below `minConfidence`, or
 * with a name that is no route, the task goes to `fallback`; without one the run ends saying what was unclear.
 */
import { CadreError } from '../../contracts/failures';
import type { Node, Route, RouterFields } from '../../contracts/node';
import { field } from '../../contracts/pattern-fields';
import { nodeName, performNode } from '../run/perform-node';
import { converse } from '../run/agent-loop';
import type { Pattern } from '../run/registry';
import type { Outcome, Scope } from '../run/scope';
import { materialOf, outcomeOf } from '../run/scope';
import { askFor, openConversation, opening } from '../run/talk';

interface Choice {
  route: string;
  confidence: number;
  reason: string;
}

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
    const choices = routes.map(({ name, when, node }) => ({ name, description: when ?? describe(scope, node) }));
    const choice = await askFor<Choice>(talk, 'route', opening(scope), choices);
    const minConfidence = fields.minConfidence ?? defaultMinConfidence;
    const route = routes.find(({ name }) => name === choice.route);
    const sure = route !== undefined && choice.confidence >= minConfidence;
    const parts = { ...choice, minConfidence, taken: sure ? route.name : 'fallback' };
    scope.run.planView = () => parts;
    scope.run.note(
      'route-chosen',
      fields.router,
      scope.path,
      `${parts.taken} (${choice.confidence}): ${choice.reason}`,
    );
    const node = sure ? route.node : fields.fallback;
    if (!node)
      throw new CadreError(
        'InvalidInput',
        `The task fits no route: ${choice.reason} (best: ${choice.route}, ${choice.confidence} of ${minConfidence}). Say more, or give the router a "fallback".`,
        { path: scope.path },
      );
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

function describe(scope: Scope, node: Node): string {
  const agent = 'agent' in node && node.agent ? scope.run.team.agents[node.agent] : undefined;
  return agent ? [agent.description, ...agent.capabilities].join(' · ') : nodeName(node);
}

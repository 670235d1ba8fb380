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
import { CadreError } from '../../contracts/failures';
import type { RouterFields } from '../../contracts/node';
import { field } from '../../contracts/pattern-fields';
import { performNode } from '../run/perform-node';
import type { Pattern } from '../run/registry';
import type { Scope } from '../run/scope';
import type { RouteChoice } from '../run/settle-route';
import { settleRoute } from '../run/settle-route';
import { askFor, openConversation, opening } from '../run/talk';
import { returned, asRoute, choiceOf, factsOf, partsOf, defaultMinConfidence } from '../run/routes';

export const routerPattern: Pattern<RouterFields> = {
  name: 'router',
  about: 'One agent chooses who gets the task.',
  fields: {
    router: field.agent('The agent that chooses.', { needed: true }),
    routes: field.shape('routes', 'Where the task may go.', { needed: true }),
    minConfidence: field.share('Below this confidence the fallback takes the task; 0.5 by default.'),
    fallback: field.node('Takes what no route takes with enough confidence, and what the chosen route fails at.'),
    returnToRouter: field.flag(
      'The router words the answer; by default the answer is the one of the node that took the task.',
    ),
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

/** What the router's model says. */
export interface RouteChoice {
  route: string;
  confidence: number;
  reason: string;
  /** Other routes that would do the task. */
  alternatives?: { route: string; confidence: number }[];
  /** Capabilities the task asks for, as the model sees it. */
  capabilities?: string[];
}

/** What is known of a route besides its name. */
export interface RouteFacts {
  name: string;
  when?: string;
  /** The agent it goes to; without one its load is not known. */
  agent?: string;
  capabilities: readonly string[];
  /** Conversations the agent is meant to have at a time. */
  maxConcurrency?: number;
}

export interface SettledRoute {
  /** Null: nothing fits well enough. */
  taken: string | null;
  /** The routes that fit alike, the taken one among them. */
  among: string[];
  /** Conversations of each route's agent over all runs when the choice was made; empty when nobody counted. */
  load: Record<string, number>;
  because: string;
}

const priorityDefault = 3;
/**
 * How much less sure a route may be and still count as fitting alike, by priority. The most urgent run gets what fits
 * best, however busy; the less urgent one is, the sooner it makes room.
 */
const yields: Readonly<Record<number, number>> = { 1: 0, 2: 0.02, 3: 0.05, 4: 0.1, 5: 0.2 };
// 0.9 - 0.05 is not 0.85 in binary.
const tolerance = 1e-9;

/**
 * The route that is taken: of those that fit alike the one whose agent is least busy, and among equally busy ones the one
 * that fits best. From the answer and the counts that came with it, so that a replay decides alike (I3); without counts
 * the model's choice stands.
 */
export function settleRoute(
  choice: RouteChoice,
  routes: readonly RouteFacts[],
  counted: Readonly<Record<string, number>> | null,
  { minConfidence, priority = priorityDefault }: { minConfidence: number; priority?: number | undefined },
): SettledRoute {
  const chosen = routes.find(({ name }) => name === choice.route);
  if (!chosen) return { taken: null, among: [], load: {}, because: `"${choice.route}" is no route` };
  const load = Object.fromEntries(
    routes.flatMap(({ name, agent }) =>
      agent !== undefined && counted && Object.hasOwn(counted, agent) ? [[name, counted[agent] ?? 0]] : [],
    ),
  );
  if (choice.confidence < minConfidence)
    return {
      taken: null,
      among: [],
      load,
      because: `${chosen.name} fits with ${choice.confidence}, below ${minConfidence}`,
    };
  const least = Math.max(minConfidence, choice.confidence - (yields[priority] ?? 0)) - tolerance;
  const fits = routes
    .map((route) => ({ ...route, confidence: confidenceOf(route, chosen, choice), busy: load[route.name] }))
    .filter((route): route is typeof route & { busy: number } => route.confidence >= least && route.busy !== undefined);
  const ranked = fits.sort(
    (a, b) =>
      Number(isFull(a)) - Number(isFull(b)) ||
      a.busy - b.busy ||
      b.confidence - a.confidence ||
      Number(b.name === chosen.name) - Number(a.name === chosen.name) ||
      (a.name < b.name ? -1 : 1),
  );
  const [first] = ranked;
  if (load[chosen.name] === undefined || !first || ranked.length === 1)
    return { taken: chosen.name, among: [chosen.name], load, because: `${chosen.name} fits best` };
  const names = ranked.map(({ name }) => name).sort();
  return { taken: first.name, among: names, load, because: reasonFor(first, ranked) };
}

function confidenceOf(route: RouteFacts, chosen: RouteFacts, { confidence, alternatives = [] }: RouteChoice): number {
  if (route.name === chosen.name || isAlike(route, chosen)) return confidence;
  const said = alternatives.filter((other) => other.route === route.name).map((other) => other.confidence);
  // Nothing is surer than what the model has chosen.
  return said.length === 0 ? -1 : Math.min(confidence, Math.max(...said));
}

/** Declared for the same: the same capabilities, and nothing that says when one is to be preferred. */
function isAlike(a: RouteFacts, b: RouteFacts): boolean {
  const keys = [a, b].map(({ capabilities }) => [...new Set(capabilities)].sort().join('\n'));
  return a.capabilities.length > 0 && keys[0] === keys[1] && a.when === b.when;
}

const isFull = ({ busy, maxConcurrency }: { busy: number; maxConcurrency?: number }): boolean =>
  maxConcurrency !== undefined && busy >= maxConcurrency;

function reasonFor(first: { name: string; busy: number }, ranked: readonly { name: string; busy: number }[]): string {
  const counts = ranked.map(({ name, busy }) => `${name} ${busy}`).join(', ');
  const least = ranked.every(({ busy }) => busy === first.busy) ? 'fits best of those' : 'is least busy of those';
  return `${first.name} ${least} that fit alike (conversations at work: ${counts})`;
}

/**
 * The capabilities of the taken agent that the task asks for: those the model named, else those whose words all occur in
 * the task.
 */
export function matchedCapabilities(declared: readonly string[], named: readonly string[], task: string): string[] {
  const asked = new Set(named.map((name) => name.trim().toLowerCase()));
  const matched = declared.filter((name) => asked.has(name.toLowerCase()));
  if (matched.length > 0) return matched;
  const words = new Set(wordsOf(task));
  return declared.filter((name) => wordsOf(name).length > 0 && wordsOf(name).every((word) => words.has(word)));
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

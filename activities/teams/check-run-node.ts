import { CadreError } from '../../contracts/failures';
import type { PatternName } from '../../contracts/names';
import type { Node } from '../../contracts/node';
import { pathText } from '../../contracts/schemas/explain-issues';
import { sentenceOf, type ParsedInput } from '../../contracts/schemas/inputs';
import type { AgentConfig, Team } from '../../contracts/team';
import { privateLeaks } from './check-flow';
import { checkNode } from './check-node';
import { worldOf } from './check-references';
import { unpricedModels } from './check-rules';
import { childNodes, compositionNamed, agentsIn } from './node-parts';
import { Findings, Place } from './team-faults';

/**
 * Checks the node of a run against its team: every name, depth, the flow of private material, and whether a limit in
 * dollars can be kept. Throws `InvalidInput` with all that is wrong. Aliases of agents in the node are replaced.
 */
export function checkRunNode(type: PatternName, team: Team, node: Node, input: ParsedInput): void {
  const findings = new Findings();
  const place = new Place(findings, '', () => undefined);
  const agents = new Map(Object.entries(team.agents).map(([name]) => [name, { value: {}, place }]));
  const compositions = new Map(Object.entries(team.compositions).map(([name, value]) => [name, { value, place }]));
  checkNode(worldOf({ agents, compositions, lost: new Set(), incomplete: false }, team), node, place);
  const problems = findings.faults.map(({ path, message, hint }) =>
    sentenceOf(`input of "${type}"`, {
      path: path === '' ? [] : [path],
      message,
      ...(hint === undefined ? {} : { hint }),
    }),
  );
  problems.push(...flowProblems(team, node, input.privacy === 'private'), ...priceProblems(team, node, input));
  if (problems.length === 0) return;
  throw new CadreError('InvalidInput', problems.join('\n'));
}

function flowProblems(team: Team, node: Node, isPrivate: boolean): string[] {
  return privateLeaks(team, node, isPrivate ? 'the input' : null).map(
    ({ agent, from }) =>
      `"${agent}" would get private material (of ${from}), and all its models are remote: give it a model of locality local.`,
  );
}

function priceProblems(team: Team, node: Node, input: ParsedInput): string[] {
  if (input.budget?.usd === undefined) return [];
  const models = new Set(agentsOfRun(team, node).flatMap((agent) => unpricedModels(team, agent)));
  if (models.size === 0) return [];
  return [
    `"${pathText(['budget', 'usd'])}" cannot be kept: the price of ${[...models].join(', ')} is not known. Set usdPerMillionTokens of the model, or limit tokens.`,
  ];
}

/** All agents a node may put to work, compositions and fallbacks included. */
function agentsOfRun(team: Team, node: Node): AgentConfig[] {
  const names = new Set<string>();
  const seen = new Set<string>();
  const walk = (one: Node): void => {
    agentsIn(one).forEach((name) => names.add(name));
    const named = compositionNamed(one);
    if (named !== undefined && !seen.has(named) && Object.hasOwn(team.compositions, named)) {
      seen.add(named);
      walk(team.compositions[named] as Node);
    }
    for (const child of childNodes(one)) walk(child.node);
  };
  walk(node);
  for (const name of names)
    if (Object.hasOwn(team.agents, name)) team.agents[name]?.fallback.forEach((other) => names.add(other));
  return [...names].flatMap((name) => (Object.hasOwn(team.agents, name) ? [team.agents[name] as AgentConfig] : []));
}

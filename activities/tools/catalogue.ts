import { configuredEffect, isGranted } from '../../contracts/authority';
import { digestOf } from '../../contracts/digest';
import { CadreError } from '../../contracts/failures';
import { matchesPattern } from '../../contracts/pattern-match';
import type { AgentConfig, Effect, Team } from '../../contracts/team';
import type { CatalogTool } from '../deps';
import { modelNames, type NamedTarget } from './model-names';
import type { SourceDirectory } from './source-directory';
import { peerToolsOf } from './peer-tools';
import { toolLimits } from './tool-limits';
import type { SourceTool } from './tool-source';

type Offered = NamedTarget & { tool: SourceTool; effect: Effect };

export interface CatalogueOptions {
  signal: AbortSignal;
  /** Hears what is left out. */
  warn: (sentence: string) => void;
  /** Names of the engine's own tools that this agent gets. */
  engine: readonly string[];
}

/** The tools one agent may call, in a stable order, under the names its model sees. */
export async function catalogueOf(
  directory: SourceDirectory,
  team: Team,
  agent: AgentConfig,
  { signal, warn, engine }: CatalogueOptions,
): Promise<CatalogTool[]> {
  const offered: Offered[] = [];
  const aliases = aliasesOf(team, agent);
  for (const source of Object.keys(team.tools).sort()) {
    if (!mayGrant(team, agent, source)) continue;
    const tools = directory.sourceOf(team, source);
    for (const tool of await tools.list(signal)) {
      const target = `${source}.${tool.name}`;
      if (!isGranted(grantView(team), agent.name, target)) continue;
      if (tool.disabled !== undefined) warn(tool.disabled);
      else
        offered.push({
          target,
          source,
          bare: tool.name,
          tool,
          effect: effectOf(team, target, tool.reported),
          ...aliasFor(aliases, target),
        });
    }
    for (const [name, reason] of tools.refused()) warn(`The tool ${source}.${name} was refused, because ${reason}.`);
  }
  for (const [alias, target] of aliases) {
    const consulted = target.startsWith('agent:') ? team.agents[target.slice('agent:'.length)] : undefined;
    if (consulted)
      offered.push({
        target,
        source: 'agent',
        bare: consulted.name,
        tool: consultTool(alias, consulted),
        effect: 'read',
        alias,
      });
  }
  offered.push(...peerToolsOf(team, agent).filter(({ target }) => offered.every((one) => one.target !== target)));
  offered.push(...implicit(team, directory, engine, offered));
  offered.sort((a, b) => (a.target < b.target ? -1 : 1));
  if (offered.length > toolLimits.toolsPerAgent) {
    throw new CadreError(
      'InvalidTeam',
      `The agent ${agent.name} is granted ${offered.length} tools; at most ${toolLimits.toolsPerAgent} fit into a prompt. List fewer.`,
    );
  }
  const names = modelNames(offered);
  return offered.map(({ target, tool, effect }) => ({
    name: names.get(target) ?? tool.name,
    target,
    description: tool.description,
    input: tool.input,
    definition: tool.definition,
    effect,
  }));
}

/** The effect that counts: our configuration, tightened by what the source reports. */
export function effectOf(team: Team, target: string, reported: Effect): Effect {
  const sources = Object.fromEntries(
    Object.entries(team.tools).map(([name, { effects, kind }]) => [name, { effects, builtin: kind === 'builtin' }]),
  );
  return configuredEffect({ sources }, target, reported);
}

/** Aliases that the agent lists, in the order of its list: name → target. */
function aliasesOf(team: Team, agent: AgentConfig): Map<string, string> {
  const aliases = new Map<string, string>();
  for (const grant of agent.tools) {
    const alias = Object.hasOwn(team.toolAliases, grant) ? team.toolAliases[grant] : undefined;
    if (alias) aliases.set(grant, 'tool' in alias ? alias.tool : `agent:${alias.agent}`);
  }
  return aliases;
}

function aliasFor(aliases: ReadonlyMap<string, string>, target: string): { alias?: string } {
  for (const [alias, aliased] of aliases) if (aliased === target) return { alias };
  return {};
}

/** Whether some grant of the agent can reach a source at all: servers nobody needs are not started. */
function mayGrant(team: Team, agent: AgentConfig, source: string): boolean {
  return agent.tools.some((grant) => {
    const alias = Object.hasOwn(team.toolAliases, grant) ? team.toolAliases[grant] : undefined;
    if (alias) return 'tool' in alias && alias.tool.startsWith(`${source}.`);
    const dot = grant.indexOf('.');
    return matchesPattern(dot < 0 ? grant : grant.slice(0, dot), source) || grant.startsWith('*');
  });
}

const grantView = (team: Team) => ({ agents: team.agents, aliases: team.toolAliases });

/** What the engine gives without being asked, unless the agent lists the same tool from a source of its team. */
function implicit(
  team: Team,
  directory: SourceDirectory,
  engine: readonly string[],
  listed: readonly Offered[],
): Offered[] {
  const same = new Set(
    listed.filter(({ source }) => team.tools[source]?.kind === 'builtin').map(({ tool }) => tool.definition),
  );
  return directory.engineTools
    .filter((tool) => engine.includes(tool.name) && !same.has(tool.definition))
    .map((tool) => ({ target: `cadre.${tool.name}`, source: 'cadre', bare: tool.name, tool, effect: 'read' as const }));
}

/** Another agent behind a tool's name: the model cannot tell the difference. */
function consultTool(alias: string, agent: AgentConfig): SourceTool {
  const input = {
    type: 'object',
    properties: { task: { type: 'string', description: 'What you want to know or have done, complete in itself.' } },
    required: ['task'],
    additionalProperties: false,
  };
  const { description } = agent;
  return {
    name: alias,
    description,
    input,
    reported: 'read',
    definition: digestOf({ name: alias, description, input }),
  };
}

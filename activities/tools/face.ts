import type { Logger } from 'pino';
import { configuredEffect, implicitTools, isGranted } from '../../contracts/authority';
import { digestOf } from '../../contracts/digest';
import { CadreError } from '../../contracts/failures';
import { limits } from '../../contracts/limits';
import { matchesPattern } from '../../contracts/pattern-match';
import type { AgentConfig, Effect, Team } from '../../contracts/team';
import type { CatalogTool, Environment, ToolFace, ToolInvocation, ToolOutcome } from '../deps';
import type { Store } from '../stores';
import type { Roots } from './jail';
import { builtins } from './builtins';
import { ConnectionPool } from './mcp/connection-pool';
import { PinnedDefinitions } from './mcp/pinned-definitions';
import { modelNames, type NamedTarget } from './model-names';
import { SourceDirectory } from './source-directory';
import { toolLimits } from './tool-limits';
import type { SourceTool, SourceTools } from './tool-source';

export interface ToolFaceOptions {
  env: Environment;
  roots: Roots;
  log: Logger;
  store: Store;
  now?: () => Date;
  /** Whether an operator's team declares exactly this source; then an inline team may use it too (I9). */
  isOperatorSource?: (sourceDigest: string) => boolean;
  /** Largest answer of a foreign server, in bytes; `toolLimits.answerBytes` when absent. */
  answerBytes?: number;
  idleMs?: number;
}

/** The face, with what tests and `doctor` look at. */
export interface OpenToolFace extends ToolFace {
  /** Processes of MCP servers that run now. */
  serverPids(): number[];
}

/** One face for all tools of this worker. Keeps connections open between calls: `close` ends them and their processes. */
export function makeToolFace(options: ToolFaceOptions): OpenToolFace {
  const { env, roots, log, store, now = () => new Date() } = options;
  const pool = new ConnectionPool({ log, ...pick(options, 'answerBytes'), ...pick(options, 'idleMs') });
  const directory = new SourceDirectory({
    around: { env, roots, log, store, now },
    pool,
    pinned: new PinnedDefinitions(store.toolPins, now),
    isOperatorSource: options.isOperatorSource ?? (() => false),
    ...pick(options, 'answerBytes'),
  });
  return {
    toolsFor: (team, agent, signal) => catalogue(directory, team, agent, signal, log),
    describe: async (team, target, signal) => {
      const { tool } = await findTool(directory, team, target, signal);
      return { definition: tool.definition, input: tool.input, effect: effectOf(team, target, tool.reported) };
    },
    invoke: (invocation) => invoke(directory, invocation),
    takesKey: (team, tool) => takesKey(team, tool),
    close: () => pool.close(),
    serverPids: () => pool.pids(),
  };
}

/** Left for recording the end of a call before Temporal would cut it off. */
const recordingMs = 5_000;

type Offered = NamedTarget & { tool: SourceTool; effect: Effect };

async function catalogue(
  directory: SourceDirectory,
  team: Team,
  agent: AgentConfig,
  signal: AbortSignal,
  log: Logger,
): Promise<CatalogTool[]> {
  const offered: Offered[] = [];
  const aliases = aliasesOf(team, agent);
  for (const source of Object.keys(team.tools).sort()) {
    if (!mayGrant(team, agent, source)) continue;
    const tools = directory.sourceOf(team, source);
    for (const tool of await tools.list(signal)) {
      const target = `${source}.${tool.name}`;
      if (!isGranted(grantView(team), agent.name, target)) continue;
      if (tool.disabled !== undefined) log.warn({ agent: agent.name, tool: target }, tool.disabled);
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
    for (const [name, reason] of tools.refused())
      log.warn({ source, tool: name, reason }, 'a tool of a server was refused');
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
  offered.push(...implicit(directory));
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

/** Throws `UnknownTool` or `ToolNotAllowed` with the reason when the tool cannot be called now. */
async function findTool(
  directory: SourceDirectory,
  team: Team,
  target: string,
  signal: AbortSignal,
): Promise<{ tools: SourceTools; tool: SourceTool }> {
  const dot = target.indexOf('.');
  const name = target.slice(dot + 1);
  const tools = Object.hasOwn(implicitTools, target)
    ? directory.engine
    : directory.sourceOf(team, target.slice(0, dot));
  const tool = (await tools.list(signal)).find((candidate) => candidate.name === name);
  if (!tool) {
    const reason = tools.refused().get(name);
    const said = reason ? `was refused, because ${reason}` : 'is not offered by its source';
    throw new CadreError(reason ? 'ToolNotAllowed' : 'UnknownTool', `The tool ${target} ${said}.`);
  }
  if (tool.disabled !== undefined) throw new CadreError('ToolNotAllowed', tool.disabled);
  return { tools, tool };
}

async function invoke(directory: SourceDirectory, invocation: ToolInvocation): Promise<ToolOutcome> {
  const { team, tool: target, args, agent, run, signal, idempotencyKey } = invocation;
  const { tools, tool } = await findTool(directory, team, target, signal);
  const { name } = tool;
  const configured = team.tools[target.slice(0, target.indexOf('.'))];
  const outcome = await tools.call({
    team,
    tool: name,
    args,
    effect: effectOf(team, target, tool.reported),
    agent,
    run,
    signal,
    timeoutMs: Math.min(configured?.timeoutMs ?? limits.toolCallTimeoutMs, limits.toolCallTimeoutMs - recordingMs),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  });
  const trusted = configured?.trusted?.some((pattern) => matchesPattern(pattern, name)) ?? false;
  return trusted ? { ...outcome, sources: [] } : outcome;
}

function takesKey(team: Team, target: string): boolean {
  const dot = target.indexOf('.');
  const name = target.slice(dot + 1);
  const source = team.tools[target.slice(0, dot)];
  if (!source) return false;
  if (source.kind === 'builtin' && builtins[source.builtin]?.some((tool) => tool.name === name && tool.keyed))
    return true;
  if (source.kind === 'http' && source.operations[name]?.keyHeader !== undefined) return true;
  return source.keyed?.some((pattern) => matchesPattern(pattern, name)) ?? false;
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

function effectOf(team: Team, target: string, reported: Effect): Effect {
  const sources = Object.fromEntries(
    Object.entries(team.tools).map(([name, { effects, kind }]) => [name, { effects, builtin: kind === 'builtin' }]),
  );
  return configuredEffect({ sources }, target, reported);
}

function implicit(directory: SourceDirectory): Offered[] {
  return directory.engineTools.map((tool) => ({
    target: `cadre.${tool.name}`,
    source: 'cadre',
    bare: tool.name,
    tool,
    effect: 'read' as const,
  }));
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

function pick<K extends 'answerBytes' | 'idleMs'>(options: ToolFaceOptions, key: K): Partial<Record<K, number>> {
  const value = options[key];
  return value === undefined ? {} : ({ [key]: value } as Partial<Record<K, number>>);
}

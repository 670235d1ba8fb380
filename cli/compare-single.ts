import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { JsonObject } from '../contracts/json';
import type { RunResult } from '../contracts/run';
import type { AgentConfig, Team, ToolSource } from '../contracts/team';
import type { Config } from '../workers/config';
import type { RunOrder } from './carry-out';
import type { Target } from './resolve-target';

const agentName = 'single';

/**
 * Writes the team of one agent that a team is compared with: all tools of its read-only agents, their instructions one
 * after another, the models of the first, the output of whoever writes the answer. Elevated agents are left out, so that
 * a comparison changes nothing outside. The folder is one of this home's, where every worker of it finds the team.
 */
export async function writeSingleTeam(
  config: Config,
  { team, composition }: Target,
): Promise<{ name: string; without: string[] }> {
  const readers = Object.values(team.agents).filter((agent) => agent.trust === 'read-only');
  const without = Object.values(team.agents)
    .filter((agent) => agent.trust === 'elevated')
    .map((agent) => agent.name);
  const name = `${team.name}-single`;
  const folder = path.join(config.home, 'teams', name);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // Every JSON document is a YAML document.
  await writeFile(
    path.join(folder, 'team.yaml'),
    `${JSON.stringify(singleTeam(team, name, readers, composition), null, 2)}\n`,
  );
  return { name, without };
}

function singleTeam(
  team: Team,
  name: string,
  readers: readonly AgentConfig[],
  composition: string | undefined,
): JsonObject {
  const [first] = readers;
  const output = writerOf(team, composition)?.output;
  const task = composition === undefined ? undefined : team.compositions[composition]?.task;
  const steps = readers.reduce((sum, agent) => sum + agent.maxSteps, 0);
  const agent: JsonObject = {
    name: agentName,
    description: 'Does alone what the team does together',
    instructions: readers.map((one) => one.instructions).join('\n\n'),
    model: first?.models ?? ['auto'],
    tools: [...new Set(readers.flatMap((one) => one.tools))],
    maxSteps: Math.min(400, Math.max(1, steps)),
    ...(output ? { output } : {}),
  };
  const tools = Object.fromEntries(
    Object.entries(team.tools).map(([source, config]) => [source, sourceAsWritten(config)]),
  );
  const models = Object.fromEntries(
    Object.entries(team.models).map(([key, { timeoutMs, ...model }]) => [
      key,
      { ...model, ...inMs('timeout', timeoutMs) },
    ]),
  );
  return {
    apiVersion: 'cadre/v1',
    kind: 'Team',
    metadata: { name },
    spec: {
      models,
      tools,
      agents: [agent],
      toolAliases: toolAliasesOf(team),
      compositions: { [agentName]: { agent: agentName, ...(task === undefined ? {} : { task }) } },
    },
  };
}

/** A source as a person would write it: the snapshot has the same things under other keys. */
function sourceAsWritten(source: ToolSource): JsonObject {
  const { kind, zone, effects, keyed, trusted, timeoutMs, ...own } = source;
  const common = {
    zone,
    effects,
    ...(keyed ? { keyed } : {}),
    ...(trusted ? { trusted } : {}),
    ...inMs('timeout', timeoutMs),
  };
  if (kind === 'builtin') return { builtin: source.builtin, ...source.options, ...common };
  return { [kind]: own, ...common };
}

function inMs(key: string, ms: number | undefined): JsonObject {
  return ms === undefined ? {} : { [key]: `${ms}ms` };
}

function toolAliasesOf(team: Team): JsonObject {
  return Object.fromEntries(Object.entries(team.toolAliases).filter(([, alias]) => 'tool' in alias));
}

/** The agent whose answer is the composition's: of the first node that names a writer, the one that has the last word. */
function writerOf(team: Team, composition: string | undefined): AgentConfig | undefined {
  const name = writerIn(composition === undefined ? team.compositions : team.compositions[composition]);
  return name === undefined ? undefined : team.agents[name];
}

function writerIn(node: unknown): string | undefined {
  if (typeof node !== 'object' || node === null) return undefined;
  const { synthesizer, supervisor, author } = node as Record<string, unknown>;
  const own = [synthesizer, supervisor, author].find((name) => typeof name === 'string');
  if (own !== undefined) return own;
  for (const member of Object.values(node)) {
    const name = writerIn(member);
    if (name !== undefined) return name;
  }
  return undefined;
}

/** The same task for the team of one; a task that the composition brought along is part of that team. */
export function singleOrder(order: RunOrder, name: string): RunOrder {
  const { team, input, task, background, requestedBy } = order.input;
  const kept = Object.fromEntries(
    Object.entries({ team, input, task, background, requestedBy }).filter(([, value]) => value !== undefined),
  );
  return {
    type: 'compose',
    subject: name,
    input: { ...(kept as JsonObject), team: name, composition: agentName },
    summary: `single agent · ${order.summary}`,
  };
}

const tokensOf = ({ usage }: RunResult): number => usage.inputTokens + usage.outputTokens;

export interface Comparison {
  teamTokens: number;
  singleTokens: number;
  /** How many times the tokens of the single agent the team used; null when that used none. */
  multiple: number | null;
  singleStatus: RunResult['status'];
}

export function compare(team: RunResult, single: RunResult): Comparison {
  const [teamTokens, singleTokens] = [tokensOf(team), tokensOf(single)];
  return {
    teamTokens,
    singleTokens,
    multiple: singleTokens > 0 ? teamTokens / singleTokens : null,
    singleStatus: single.status,
  };
}

export function comparisonText({ teamTokens, singleTokens, multiple, singleStatus }: Comparison): string {
  const times = multiple === null ? 'no multiple: the single agent used none' : `${multiple.toFixed(2)} times`;
  return `Tokens: team ${teamTokens}, single agent ${singleTokens} (${singleStatus}): ${times}.`;
}

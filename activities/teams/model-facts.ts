import type { Zone } from '../../contracts/names';
import type { AgentConfig, ModelConfig, Team, ToolSource } from '../../contracts/team';
import { defaultModels } from '../models/default-models';
import { isLocalModel } from '../models/model-settings';
import { costUsd } from '../models/price';

const loopback = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\]|::1|host\.docker\.internal)$/i;

/** Whether an address is on this machine; false when it cannot be told (a `${VARIABLE}` in it). */
export function isLoopback(url: string | undefined): boolean {
  if (url === undefined || url.includes('${')) return false;
  try {
    return loopback.test(new URL(url).hostname);
  } catch {
    return false;
  }
}

/**
 * Where a model's answers are made, as far as its entry tells: `auto` may turn out to be either and is judged again by
 * `callModel`, when it is settled.
 */
export function localityOf(model: ModelConfig): 'local' | 'remote' | 'unsettled' {
  if (isLocalModel(model)) return 'local';
  return model.provider === 'auto' ? 'unsettled' : 'remote';
}

/** Whether private material may reach an agent: one of its models is local, or may turn out to be. */
export function mayReadPrivate(team: Pick<Team, 'models'>, agent: Pick<AgentConfig, 'models'>): boolean {
  return agent.models.some((name) => {
    const model = Object.hasOwn(team.models, name) ? team.models[name] : undefined;
    return model !== undefined && localityOf(model) !== 'remote';
  });
}

/** Whether each call of a model has a known price in dollars. */
export function hasPrice(model: ModelConfig): boolean {
  const { provider } = model;
  const named =
    provider === 'openai' || provider === 'anthropic' || provider === 'google' ? defaultModels[provider] : '';
  return (
    costUsd({ ...model, model: model.model ?? named }, { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 }) !==
    null
  );
}

const localBuiltins = ['files', 'git', 'exports', 'report', 'review', 'sources', 'memory', 'board'];

/** The zone of a tool source that names none: builtins that stay on the machine are local, what has an address is not. */
export function defaultZone(source: { mcp?: { url?: string }; http?: { baseUrl: string }; builtin?: unknown }): Zone {
  if (typeof source.builtin === 'string') return localBuiltins.includes(source.builtin) ? 'local' : 'tools';
  const url = source.http?.baseUrl ?? source.mcp?.url;
  return url === undefined || isLoopback(url) ? 'tools' : 'external';
}

/** The sources a grant reaches into: its own, that of its alias, or none for an agent. */
export function sourceOfGrant(team: Pick<Team, 'tools' | 'toolAliases'>, grant: string): string | undefined {
  const alias = Object.hasOwn(team.toolAliases, grant) ? team.toolAliases[grant] : undefined;
  if (alias && !('tool' in alias)) return undefined;
  const name = (alias ? alias.tool : grant).split('.')[0] ?? '';
  return Object.hasOwn(team.tools, name) ? name : undefined;
}

export function zoneOf(team: { tools: Record<string, ToolSource> }, source: string): Zone | undefined {
  return Object.hasOwn(team.tools, source) ? team.tools[source]?.zone : undefined;
}

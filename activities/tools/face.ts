import type { Logger } from 'pino';
import { implicitTools } from '../../contracts/authority';
import { CadreError } from '../../contracts/failures';
import { limits } from '../../contracts/limits';
import { matchesPattern } from '../../contracts/pattern-match';
import type { Team } from '../../contracts/team';
import type { Environment, ToolFace, ToolInvocation, ToolOutcome } from '../deps';
import type { Store } from '../stores';
import { RecentMap } from '../stores/recent-map';
import type { Roots } from './jail';
import { builtins } from './builtins';
import { catalogueOf, effectOf } from './catalogue';
import { engineToolsFor } from './engine-tools';
import { ConnectionPool } from './mcp/connection-pool';
import { PinnedDefinitions } from './mcp/pinned-definitions';
import { SourceDirectory } from './source-directory';
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
  // A catalogue is made for every step: each sentence is logged once.
  const said = new RecentMap<string, true>(saidMax);
  const warn = (sentence: string): void => {
    if (said.get(sentence)) return;
    said.set(sentence, true);
    log.warn(sentence);
  };
  const directory = new SourceDirectory({
    around: { env, roots, log, store, now },
    pool,
    pinned: new PinnedDefinitions(store.toolPins, now),
    isOperatorSource: options.isOperatorSource ?? (() => false),
    ...pick(options, 'answerBytes'),
  });
  return {
    toolsFor: async (team, agent, signal, place) => {
      const engine = engineToolsFor(
        agent,
        place !== undefined && (await store.boards.at(place.root, place.path)) !== null,
      );
      return catalogueOf(directory, team, agent, { signal, warn, engine });
    },
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

const saidMax = 500;
/** Left for recording the end of a call before Temporal would cut it off. */
const recordingMs = 5_000;

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
  const { team, tool: target, args, agent, run, origin, signal, idempotencyKey } = invocation;
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
    ...(origin && { origin }),
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

function pick<K extends 'answerBytes' | 'idleMs'>(options: ToolFaceOptions, key: K): Partial<Record<K, number>> {
  const value = options[key];
  return value === undefined ? {} : ({ [key]: value } as Partial<Record<K, number>>);
}

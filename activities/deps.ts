import type { Logger } from 'pino';
import type { AgentConfig, Effect, Team } from '../contracts/team';
import type { JsonSchema } from '../contracts/json';
import type { ModelConfig } from '../contracts/team';
import type { ModelProvider } from '../contracts/model';
import type { Store } from './stores';

/** Environment variables by name; only workers/config.ts reads the process's own. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A tool as one agent's model sees it. */
export interface CatalogTool {
  /** The name the model sees: the alias when there is one, else the tool's own name, made unique per agent. */
  name: string;
  /** `source.tool` or `agent:<name>`. */
  target: string;
  description: string;
  input: JsonSchema;
  /** Digest over name, description and schema as pinned at first use. */
  definition: string;
  /** Configured effect, tightened by the server's annotations. */
  effect: Effect;
}

/** What running a tool gives, before bodies are moved to the store. */
export interface ToolOutcome {
  value: import('../contracts/json').Json;
  isError: boolean;
  /** Untrusted sources of the result, e.g. `mail:<id>`; empty only for tools whose words are our own. */
  sources: string[];
  artifacts?: { name: string; mime: string; body: Uint8Array }[];
}

/** Where a call comes from, as the activity itself knows it: what tools of shared state label their writes with. */
export interface CallOrigin {
  /** The same in every attempt at this call, and after a reset (I4). */
  key: string;
  /** Head of the thread that asks; null for a tool node. */
  thread: string | null;
  /** What the request says the call was made from; the thread in the store may know more (I8). */
  untrusted: import('../contracts/untrusted').UntrustedSet | null;
  /** The thread, the agent or the run is private. */
  private: boolean;
}

export interface ToolInvocation {
  team: Team;
  agent: string;
  tool: string;
  args: import('../contracts/json').JsonObject;
  /** Idempotency key for effects; absent for reads. */
  idempotencyKey?: string;
  signal: AbortSignal;
  /** `root` is `<root workflow id>#<its first run id>`: the tree of runs whose bodies the tool may read. */
  run: { workflowId: string; rootWorkflowId: string; root: string; path: string; step: number };
  /** Tools of shared state refuse to work without it. */
  origin?: CallOrigin;
}

/** One face for all tools: MCP servers, HTTP calls, builtins and, by alias, other agents. */
export interface ToolFace {
  /** The tools an agent may call, in a stable order; on the board of `place`, those of the board as well. */
  toolsFor(
    team: Team,
    agent: AgentConfig,
    signal: AbortSignal,
    place?: { root: string; path: string },
  ): Promise<CatalogTool[]>;
  /**
   * One tool of a team as it is now, just before it is called; other servers are not asked. Throws `ToolNotAllowed` or
   * `UnknownTool` with the reason when it is refused, changed since it was pinned, or gone.
   */
  describe(
    team: Team,
    tool: string,
    signal: AbortSignal,
  ): Promise<Pick<CatalogTool, 'definition' | 'effect' | 'input'>>;
  invoke(invocation: ToolInvocation): Promise<ToolOutcome>;
  /** Whether a lost outcome may be asked for again with the same key. */
  takesKey(team: Team, tool: string): boolean;
  close(): Promise<void>;
}

/** Finds the provider of a model entry; `auto` is settled here, and what it settled on is reported by `name`. */
export interface ModelDirectory {
  resolve(
    team: Team,
    modelName: string,
    signal: AbortSignal,
    /** What the run was started with in place of the team's models. */
    asked?: string,
  ): Promise<{ provider: ModelProvider; config: ModelConfig }>;
}

/** Everything the activities are made of, put together by workers/. */
export interface ActivityDeps {
  store: Store;
  tools: ToolFace;
  models: ModelDirectory;
  env: Environment;
  log: Logger;
  now: () => Date;
  /** The model that this worker was told to use for all; runs that it prepares keep it. */
  forcedModel?: string;
  namespace: string;
  /** Zones that have a queue of their own. */
  separatedZones: readonly string[];
  /** Loads a team by name from the worker's team folders, digest included (activities/teams). */
  teams: import('./teams').TeamCatalog;
  /** What the runs of a workflow recorded, for rebuilding what the store has lost. */
  histories: import('./recover-run').HistoryReader;
  /** Starts runs that are nobody's children: consumers of events, and events that follow from them. */
  starter: import('./events/run-starter').RunStarter;
  /** Whether the namespace knows our search attributes; probed once per worker. */
  probeSearchAttributes: () => Promise<boolean>;
}

import type { BudgetLimits } from './budget';
import type { Json, JsonObject, JsonSchema } from './json';
import type { Zone } from './names';
import type { Node } from './node';

export const effects = ['read', 'write', 'irreversible'] as const;
/** What a tool does to the world outside; decides retry and approval. */
export type Effect = (typeof effects)[number];
export type Trust = 'read-only' | 'elevated';
export type Privacy = 'public' | 'private';
export type Locality = 'local' | 'remote';

/** The stricter of two effect classes: a server's annotations can only tighten ours. */
export function stricterEffect(a: Effect, b: Effect): Effect {
  return effects.indexOf(a) >= effects.indexOf(b) ? a : b;
}

export const providerNames = [
  'auto',
  'openai',
  'anthropic',
  'google',
  'openai-compatible',
  'scripted',
  'offline',
] as const;
/** What a person may ask for by name in place of a team's models: alone, or as `provider/model`. */
export const askableProviders = ['auto', 'offline', 'openai', 'anthropic', 'google', 'ollama'] as const;
export type ProviderName = (typeof providerNames)[number];

/** A model a team names. Strings may hold `${ENV_NAME}`, filled in inside activities only. */
export interface ModelConfig {
  provider: ProviderName;
  model?: string;
  baseUrl?: string;
  apiKey?: string;
  tier?: 'small' | 'mid' | 'high';
  locality?: Locality;
  usdPerMillionTokens?: { input: number; cachedInput?: number; output: number };
  temperature?: number;
  seed?: number;
  maxOutputTokens?: number;
  timeoutMs?: number;
  /** Whether replies are read as a stream; on by default where the provider can. */
  stream?: boolean;
  structuredOutput?: 'json_schema' | 'json_object' | 'prompt';
  /** Script file of the `scripted` provider, relative to the team. */
  script?: string;
}

interface ToolSourceBase {
  zone: Zone;
  /** Tool name pattern → effect; an unlisted tool of a foreign server counts as `irreversible`. */
  effects: Record<string, Effect>;
  /** Tools (name patterns) that take the idempotency key, so that a lost outcome may be asked for again. */
  keyed?: string[];
  /** Tools (name patterns) whose results are our own words and carry no untrusted source. */
  trusted?: string[];
  timeoutMs?: number;
}
export interface McpToolSource extends ToolSourceBase {
  kind: 'mcp';
  command?: string;
  args?: string[];
  env?: Record<string, string>;
  url?: string;
  headers?: Record<string, string>;
}
export interface BuiltinToolSource extends ToolSourceBase {
  kind: 'builtin';
  builtin: string;
  options: JsonObject;
}
export interface HttpToolSource extends ToolSourceBase {
  kind: 'http';
  baseUrl: string;
  headers?: Record<string, string>;
  operations: Record<
    string,
    { method: string; path: string; description: string; input: JsonSchema; keyHeader?: string }
  >;
}
/** Where tools come from: one entry of `spec.tools`. */
export type ToolSource = McpToolSource | BuiltinToolSource | HttpToolSource;

export interface AgentConfig {
  name: string;
  description: string;
  instructions: string;
  models: string[];
  /** Grants: `source.tool`, `source.pattern*`, or an alias. */
  tools: string[];
  capabilities: string[];
  trust: Trust;
  exposure: 'internal' | 'external';
  privacy: Privacy;
  queue?: string;
  memory: { read: string[]; write: string[] };
  output?: JsonSchema;
  budget: BudgetLimits;
  maxSteps: number;
  timeoutMs: number;
  fallback: string[];
  circuitBreaker?: { failureThreshold: number; recoveryTimeoutMs: number; fallback: string };
  maxConcurrency?: number;
  skills: { name: string; description: string; body: string }[];
  acceptsDelegationFrom?: string[];
  consults: { agent: string; for: string }[];
  notifies: { agent: string; when: string }[];
  eventSubscriptions: {
    subject: string;
    action?: string;
    emits?: string[];
    allOf?: string[];
    ordered?: boolean;
    attempts?: number;
  }[];
  peerChannels: string[];
  meetingAvailability?: Json;
}

export type ToolAlias = { tool: string } | { agent: string };

export interface ApprovalRule {
  effect?: Effect;
  /** Tool pattern (`source.tool*`); a rule that names one goes before a rule that names an effect. */
  tool?: string;
  /** `auto` lets named `write` tools run without a person; it never covers `irreversible` or untrusted calls. */
  auto?: boolean;
  group?: string;
  timeoutMs: number;
  onTimeout: 'reject' | 'escalate' | 'hold';
  escalateTo?: string;
}
export interface Policy {
  approvers: Record<string, string[]>;
  approvals: ApprovalRule[];
  requireSignature: boolean;
}

/** A team as it is snapshotted: everything a run needs, files inlined, keys camelCase, durations in milliseconds. */
export interface Team {
  name: string;
  eventPrefix: string;
  /** True for a team given in a run's input: such a team can never be elevated (I9). */
  inline: boolean;
  models: Record<string, ModelConfig>;
  tools: Record<string, ToolSource>;
  agents: Record<string, AgentConfig>;
  compositions: Record<string, Node>;
  toolAliases: Record<string, ToolAlias>;
  events: Json[];
  schedules: Json[];
  /** Seed snippets that stand beside agents: task trees, boards, compensation, memory entries. */
  documents: Record<string, Json>;
  policy: Policy;
}

/** What the workflow sees of an agent: enough to enforce authority, nothing that makes a prompt. */
export interface AgentView {
  description: string;
  capabilities: string[];
  tools: string[];
  trust: Trust;
  privacy: Privacy;
  queue?: string;
  budget: BudgetLimits;
  maxSteps: number;
  timeoutMs: number;
  fallback: string[];
  maxOutputTokens: number;
  /** The model names in their order, for summaries. */
  models: string[];
  /** True when the agent declares an output schema. */
  typed: boolean;
  acceptsDelegationFrom?: string[];
  maxConcurrency?: number;
  consults?: AgentConfig['consults'];
  notifies?: AgentConfig['notifies'];
  eventSubscriptions?: AgentConfig['eventSubscriptions'];
  peerChannels?: string[];
  meetingAvailability?: Json;
}
export interface ToolSourceView {
  zone: Zone;
  effects: Record<string, Effect>;
  builtin: boolean;
}

/** The workflow's view of a team (≤ `limits.teamViewBytes`), recorded in history by `prepareRun`. */
export interface TeamView {
  name: string;
  digest: string;
  inline: boolean;
  agents: Record<string, AgentView>;
  sources: Record<string, ToolSourceView>;
  aliases: Record<string, ToolAlias>;
  compositions: Record<string, Node>;
  policy: Policy;
  /** Digest of the policy: part of every approval's digest. */
  policyVersion: string;
  /** Absent in runs that were started before events were routed. */
  eventPrefix?: string;
  events?: Json[];
}

import type { Json } from '../../contracts/json';
import { limits } from '../../contracts/limits';
import { slug } from '../../contracts/names';
import type { ToolSourceShape } from '../../contracts/schemas/team';
import type { ApprovalRule, Policy, Team, ToolSource } from '../../contracts/team';
import { buildAgent } from './build-agent';
import { defaultZone } from './model-facts';
import type { SortedDocuments } from './sort-documents';
import { agentNamed, type Placed, type TeamDraft } from './team-draft';
import type { TeamFiles } from './team-folder';

/** Turns a draft into the snapshot: plain JSON, files inlined, defaults filled in. References are not checked here. */
export async function buildTeam(draft: TeamDraft, sorted: SortedDocuments, files: TeamFiles): Promise<Team> {
  const agentOf = (name: string): string => agentNamed(draft, name) ?? name;
  const toolAliases: Team['toolAliases'] = {};
  for (const [name, { value }] of draft.aliases) {
    toolAliases[name] = 'agent' in value ? { agent: agentOf(value.agent) } : value;
  }
  const tools: Team['tools'] = {};
  for (const [name, { value }] of draft.tools) tools[name] = buildSource(value);
  const agents: Team['agents'] = {};
  for (const name of draft.agents.keys()) {
    agents[name] = await buildAgent(draft, { tools, toolAliases }, name, files);
  }
  return {
    name: draft.name,
    eventPrefix: draft.eventPrefix,
    inline: draft.inline,
    models: { ...fromPlaced(draft.models), ...(draft.models.has('auto') ? {} : { auto: { provider: 'auto' } }) },
    tools,
    agents,
    compositions: fromPlaced(draft.compositions),
    toolAliases,
    events: draft.events.map(({ value }) => ({
      subject: value.subject,
      consumers: value.consumers.map((consumer) => ({ ...consumer, agent: agentOf(consumer.agent) })),
    })),
    schedules: draft.schedules.map(({ value }) => value as Json),
    documents: documentsOf(sorted, agentOf),
    policy: buildPolicy(draft),
  };
}

function fromPlaced<T>(placed: ReadonlyMap<string, Placed<T>>): Record<string, T> {
  return Object.fromEntries([...placed].map(([name, { value }]) => [name, value]));
}

function buildSource(shape: ToolSourceShape): ToolSource {
  const common = {
    zone: shape.zone ?? defaultZone(shape),
    effects: shape.effects ?? {},
    ...(shape.keyed ? { keyed: shape.keyed } : {}),
    ...(shape.trusted ? { trusted: shape.trusted } : {}),
    ...(shape.timeout === undefined ? {} : { timeoutMs: shape.timeout }),
  };
  if (shape.kind === 'mcp') return { kind: 'mcp', ...shape.mcp, ...common };
  if (shape.kind === 'http') return { kind: 'http', ...shape.http, ...common };
  const { kind, builtin, zone: _z, effects: _e, keyed: _k, trusted: _t, timeout: _m, ...options } = shape;
  return { kind, builtin, options: options, ...common };
}

function buildPolicy(draft: TeamDraft): Policy {
  const policy: Policy = { approvers: {}, approvals: [], requireSignature: false };
  for (const { value } of draft.policies) {
    Object.assign(policy.approvers, value.approvers);
    policy.requireSignature ||= value.requireSignature ?? false;
    for (const { timeout, onTimeout, ...rule } of value.approvals ?? []) {
      const full: ApprovalRule = {
        ...rule,
        timeoutMs: timeout ?? limits.approvalTimeoutMs,
        onTimeout: onTimeout ?? 'reject',
      };
      policy.approvals.push(full);
    }
  }
  return policy;
}

/** Snippets that stand beside the agents, under `<kind>` or `<kind>/<name>`. */
function documentsOf(sorted: SortedDocuments, agentOf: (name: string) => string): Record<string, Json> {
  const documents: Record<string, Json> = {};
  for (const { document } of sorted.taskTrees) {
    documents[`taskTree/${document.metadata.name}`] = renameAgents(document.spec as unknown as Json, agentOf);
  }
  for (const { document } of sorted.blackboards) {
    documents[`blackboard/${document.taskId}`] = renameAgents(document, agentOf);
  }
  for (const { document } of sorted.meetings) {
    const participants = document.participants.map(agentOf);
    documents[`meeting/${slug(document.title)}`] = { ...document, participants };
  }
  const memory: Json[] = [];
  const compensation: Json[] = [];
  for (const { spec } of sorted.specs) {
    if (spec.memory) memory.push(spec.memory);
    compensation.push(...(spec.compensation ?? []));
    if (spec.circuitBreaker) documents['circuitBreaker'] = spec.circuitBreaker;
  }
  if (memory.length > 0) documents['memory'] = memory;
  if (compensation.length > 0) documents['compensation'] = compensation;
  return documents;
}

/** Replaces the values of `agent` and `owner` anywhere in a snippet. */
function renameAgents(value: Json, agentOf: (name: string) => string): Json {
  if (Array.isArray(value)) return value.map((item) => renameAgents(item, agentOf));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      (key === 'agent' || key === 'owner') && typeof item === 'string' ? agentOf(item) : renameAgents(item, agentOf),
    ]),
  );
}

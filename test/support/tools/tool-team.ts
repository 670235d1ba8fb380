import type { AgentConfig, Team, ToolSource } from '../../../contracts/team';

export function agentWith(over: Partial<AgentConfig> & { name: string }): AgentConfig {
  return {
    description: `The agent ${over.name}.`,
    instructions: 'Use your tools.',
    models: ['main'],
    tools: [],
    capabilities: [],
    trust: 'read-only',
    exposure: 'internal',
    privacy: 'public',
    memory: { read: [], write: [] },
    budget: {},
    maxSteps: 5,
    timeoutMs: 60_000,
    fallback: [],
    skills: [],
    consults: [],
    notifies: [],
    eventSubscriptions: [],
    peerChannels: [],
    ...over,
  };
}

/** A team over some tool sources, with one agent that is granted all of them unless others are given. */
export function teamOver(tools: Record<string, ToolSource>, over: Partial<Team> = {}): Team {
  return {
    name: 'tooling',
    eventPrefix: 'tooling',
    inline: false,
    models: { main: { provider: 'scripted' } },
    tools,
    agents: { worker: agentWith({ name: 'worker', tools: Object.keys(tools), trust: 'elevated' }) },
    compositions: {},
    toolAliases: {},
    events: [],
    schedules: [],
    documents: {},
    policy: { approvers: {}, approvals: [], requireSignature: false },
    ...over,
  };
}

export const builtin = (
  name: string,
  options: Record<string, string> = {},
  effects: ToolSource['effects'] = {},
): ToolSource => ({
  kind: 'builtin',
  builtin: name,
  options,
  zone: 'tools',
  effects,
});

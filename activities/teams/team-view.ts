import { digestOf } from '../../contracts/digest';
import { CadreError } from '../../contracts/failures';
import { limits } from '../../contracts/limits';
import { withMergeSchemas } from './merge-schemas';
import type { AgentConfig, AgentView, Team, TeamView, ToolSourceView } from '../../contracts/team';

/**
 * The workflow's view of a team: names, tools, effects, budgets, policy, and nothing that makes a prompt. Throws
 * `InvalidTeam` above `limits.teamViewBytes`: the view is recorded in the history of every run.
 */
export function teamViewOf(team: Team, digest: string): TeamView {
  const view: TeamView = {
    name: team.name,
    digest,
    inline: team.inline,
    agents: mapValues(team.agents, (agent) => agentViewOf(team, agent)),
    sources: mapValues(team.tools, ({ zone, effects, kind }): ToolSourceView => ({
      zone,
      effects,
      builtin: kind === 'builtin',
    })),
    aliases: team.toolAliases,
    compositions: mapValues(team.compositions, (node) => withMergeSchemas(node, team)),
    policy: team.policy,
    policyVersion: digestOf(team.policy),
    eventPrefix: team.eventPrefix,
    ...(team.events.length > 0 && { events: team.events }),
  };
  const bytes = Buffer.byteLength(JSON.stringify(view));
  if (bytes <= limits.teamViewBytes) return view;
  throw new CadreError(
    'InvalidTeam',
    `The team "${team.name}" is too large for one run: what every run records of it takes ${bytes} bytes of at most ${limits.teamViewBytes}. Split it into several teams, or shorten descriptions and tool lists.`,
  );
}

function mapValues<T, R>(record: Readonly<Record<string, T>>, make: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, make(value)]));
}

function agentViewOf(team: Team, agent: AgentConfig): AgentView {
  const outputs = agent.models.map((name) => team.models[name]?.maxOutputTokens ?? limits.maxOutputTokens);
  return {
    description: agent.description,
    capabilities: agent.capabilities,
    tools: agent.tools,
    trust: agent.trust,
    privacy: agent.privacy,
    ...(agent.queue === undefined ? {} : { queue: agent.queue }),
    budget: agent.budget,
    maxSteps: agent.maxSteps,
    timeoutMs: agent.timeoutMs,
    fallback: agent.fallback,
    maxOutputTokens: Math.max(...outputs),
    models: agent.models,
    typed: agent.output !== undefined,
    ...(agent.acceptsDelegationFrom === undefined ? {} : { acceptsDelegationFrom: agent.acceptsDelegationFrom }),
    ...(agent.maxConcurrency === undefined ? {} : { maxConcurrency: agent.maxConcurrency }),
    ...(agent.consults.length > 0 && { consults: agent.consults }),
    ...(agent.notifies.length > 0 && { notifies: agent.notifies }),
    ...(agent.eventSubscriptions.length > 0 && { eventSubscriptions: agent.eventSubscriptions }),
    ...(agent.peerChannels.length > 0 && { peerChannels: agent.peerChannels }),
    ...(agent.meetingAvailability !== undefined && { meetingAvailability: agent.meetingAvailability }),
  };
}

import type { AgentConfig, Team } from '../../contracts/team';
import type { JsonSchema } from '../../contracts/json';
import { limits } from '../../contracts/limits';
import type { AgentShape } from '../../contracts/schemas/team';
import { sourceOfGrant, zoneOf } from './model-facts';
import { agentNamed, type TeamDraft } from './team-draft';
import { namesFile, readSchemaFile, readSkill, type TeamFiles } from './team-folder';
import type { Place } from './team-faults';

/** Fills an agent's defaults and puts its files inline. Agents it names are replaced by what their aliases stand for. */
export async function buildAgent(
  draft: TeamDraft,
  sources: Pick<Team, 'tools' | 'toolAliases'>,
  name: string,
  files: TeamFiles,
): Promise<AgentConfig> {
  const { value: shape, place } = draft.agents.get(name) as { value: AgentShape; place: Place };
  const { defaults } = draft;
  const agentOf = (other: string): string => agentNamed(draft, other) ?? other;
  const tools = shape.tools ?? [];
  const output = await outputOf(shape, place, files);
  const breaker = shape.circuitBreaker ?? defaults.circuitBreaker;
  const maxConcurrency = shape.maxConcurrency ?? defaults.maxConcurrency;
  const description = shape.description ?? '';
  return {
    name,
    description,
    instructions: await instructionsOf(name, shape, place, files),
    models: shape.model ?? defaults.model ?? ['auto'],
    tools,
    capabilities: shape.capabilities ?? [],
    trust: shape.trust ?? 'read-only',
    exposure: shape.exposure ?? defaults.exposure ?? defaultExposure(sources, tools),
    privacy: shape.privacy ?? defaults.privacy ?? 'public',
    ...(shape.queue === undefined ? {} : { queue: shape.queue }),
    memory: { read: shape.memory?.read ?? [], write: shape.memory?.write ?? [] },
    ...(output === undefined ? {} : { output }),
    budget: { ...defaults.budget, ...shape.budget },
    maxSteps: shape.maxSteps ?? shape.budget?.steps ?? defaults.maxSteps ?? limits.maxSteps,
    timeoutMs: shape.timeout ?? shape.budget?.wallClockMs ?? defaults.timeout ?? limits.stepTimeoutMs,
    fallback: (shape.fallback ?? []).map(agentOf),
    ...(breaker === undefined ? {} : { circuitBreaker: { ...breaker, fallback: agentOf(breaker.fallback) } }),
    ...(maxConcurrency === undefined ? {} : { maxConcurrency }),
    skills: await skillsOf(shape, place, files),
    ...(shape.acceptsDelegationFrom ? { acceptsDelegationFrom: shape.acceptsDelegationFrom.map(agentOf) } : {}),
    consults: (shape.consults ?? []).map((one) => ({ ...one, agent: agentOf(one.agent) })),
    notifies: (shape.notifies ?? []).map((one) => ({ ...one, agent: agentOf(one.agent) })),
    eventSubscriptions: shape.eventSubscriptions ?? [],
    peerChannels: shape.peerChannels ?? [],
    ...(shape.meetingAvailability === undefined ? {} : { meetingAvailability: shape.meetingAvailability }),
  };
}

/** A tool-less agent for a name that is used and nowhere declared. */
export const genericAgent: AgentShape = {};

function defaultExposure(
  team: Pick<Team, 'tools' | 'toolAliases'>,
  grants: readonly string[],
): 'internal' | 'external' {
  const outside = grants.some((grant) => {
    const source = sourceOfGrant(team, grant);
    return source !== undefined && zoneOf(team, source) === 'external';
  });
  return outside ? 'external' : 'internal';
}

async function instructionsOf(name: string, shape: AgentShape, place: Place, files: TeamFiles): Promise<string> {
  const { instructions, description } = shape;
  if (instructions === undefined) {
    return `You are the agent "${name}" of a team.${description === undefined ? '' : ` ${description}`} Do the task you are given.`;
  }
  if (!namesFile(instructions)) return instructions;
  return (await files.text(instructions, place.at('instructions'))) ?? '';
}

async function outputOf(shape: AgentShape, place: Place, files: TeamFiles): Promise<JsonSchema | undefined> {
  const { output } = shape;
  if (typeof output !== 'string') return output;
  if (namesFile(output)) return readSchemaFile(files, output, place.at('output'));
  place.at('output').fault('must be a JSON Schema, or a file of the team that ends in .json');
  return undefined;
}

async function skillsOf(shape: AgentShape, place: Place, files: TeamFiles): Promise<AgentConfig['skills']> {
  const skills: AgentConfig['skills'] = [];
  for (const [index, folder] of (shape.skills ?? []).entries()) {
    const skill = await readSkill(files, folder, place.at('skills', index));
    if (skill) skills.push(skill);
  }
  return skills;
}

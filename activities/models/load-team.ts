import { CadreError } from '../../contracts/failures';
import type { AgentConfig, Team } from '../../contracts/team';
import type { Store } from '../stores';
import { RecentMap } from '../stores/recent-map';

const rememberedMax = 50;

/** Gives a run's team by digest. Throws `BlobMissing` when the store does not hold it. */
export type LoadTeam = (digest: string) => Promise<Team>;

/** A snapshot never changes under its digest, so a worker reads it once. */
export function makeLoadTeam(teams: Store['teams']): LoadTeam {
  const remembered = new RecentMap<string, Team>(rememberedMax);
  return async (digest) => {
    const known = remembered.get(digest);
    if (known) return known;
    const { body } = await teams.get(digest);
    const team = body as unknown as Team;
    remembered.set(digest, team);
    return team;
  };
}

export function agentOf(team: Team, name: string): AgentConfig {
  const agent = Object.hasOwn(team.agents, name) ? team.agents[name] : undefined;
  if (agent) return agent;
  const known = Object.keys(team.agents).join(', ');
  throw new CadreError('UnknownAgent', `The team ${team.name} has no agent "${name}". It has: ${known}.`);
}

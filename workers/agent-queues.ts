import type { TeamCatalog } from '../activities/teams';
import type { Team } from '../contracts/team';

/** Queues of agents that one process serves besides its own: each is a worker with pollers of its own (I5). */
const agentQueuesMax = 16;

/** The queues that a team's agents name. */
export function queuesOfTeam(team: Pick<Team, 'agents'>): string[] {
  return [...new Set(Object.values(team.agents).flatMap(({ queue }) => queue ?? []))].sort();
}

/** The queues that the agents of all registered teams name. A faulty team is told when it is asked for by its name. */
export async function agentQueues(teams: Pick<TeamCatalog, 'list' | 'load'>): Promise<string[]> {
  const queues = new Set<string>();
  for (const name of await teams.list()) {
    const loaded = await teams.load(name).catch(() => undefined);
    for (const queue of loaded ? queuesOfTeam(loaded.team) : []) queues.add(queue);
  }
  return [...queues].sort();
}

/** As many of them as one process serves, the wanted ones first, and those that are left to other workers. */
export function servedHere(
  all: readonly string[],
  wanted: readonly string[] = [],
): { served: string[]; left: string[] } {
  const ordered = [...new Set([...wanted, ...all])];
  return { served: ordered.slice(0, agentQueuesMax), left: ordered.slice(agentQueuesMax) };
}

import type { Logger } from 'pino';

import type { Config } from './config';
import { teamsOf } from './teams';

/** A team that takes events, with the prefix of its subjects. */
export interface EventTeam {
  name: string;
  eventPrefix: string;
}

const keptMs = 5_000;

/**
 * The teams of this worker that have consumers or subscriptions. Read again every few seconds, so that a new entry in a
 * team file is enough. A team that does not load is left out, and the log says so.
 */
export function makeEventTeams(config: Config, log: Logger): () => Promise<EventTeam[]> {
  const catalog = teamsOf(config);
  let known: { teams: Promise<EventTeam[]>; readAtMs: number } | undefined;
  const read = async (): Promise<EventTeam[]> => {
    const found: EventTeam[] = [];
    for (const name of await catalog.list()) {
      try {
        const { team } = await catalog.load(name);
        const subscribes = Object.values(team.agents).some((agent) => agent.eventSubscriptions.length > 0);
        if (team.events.length > 0 || subscribes) found.push({ name, eventPrefix: team.eventPrefix });
      } catch (error) {
        log.debug({ err: error, team: name }, 'A team that does not load takes no events.');
      }
    }
    return found;
  };
  return () => {
    const nowMs = performance.now();
    if (!known || nowMs - known.readAtMs > keptMs) known = { teams: read(), readAtMs: nowMs };
    return known.teams;
  };
}

import { hintFor } from '../contracts/schemas/nearest-name';
import type { Config } from '../workers/config';
import { CliError } from './cli-error';
import { exitCodes } from './exit-codes';
import { lazy } from './lazy';

/** Throws a usage error with the nearest name when no team of this folder has the name. */
export async function demandTeam(config: Config, name: string): Promise<void> {
  const teams = await lazy.teams().teamsOf(config).list();
  if (teams.includes(name)) return;
  throw new CliError(
    `There is no team named "${name}" here (${hintFor(name, teams, 'teams')}).`,
    'the name of a folder with a team.yaml, below agents/ or here',
    exitCodes.usage,
  );
}

import { realpathSync } from 'node:fs';
import path from 'node:path';

import { makeTeamCatalog, type TeamCatalog } from '../activities/teams';
import type { Config } from './config';

/** Folder of the teams that ship with Cadre. */
export const shippedTeams = realpathSync(path.join(__dirname, '..', 'agents'));

/** The teams of a working directory: its own first, then those that commands wrote under the home, then what ships. */
export function teamsOf({
  cwd,
  home,
  team,
  teamFolders,
}: Pick<Config, 'cwd' | 'home' | 'team' | 'teamFolders'>): TeamCatalog {
  return makeTeamCatalog({
    folders: [...teamFolders, path.join(cwd, 'agents'), cwd, path.join(home, 'teams'), shippedTeams],
    ...(team === undefined ? {} : { defaultTeam: team }),
  });
}

import { existsSync } from 'node:fs';
import path from 'node:path';

import {
  InvalidTeamError,
  loadTeam,
  permissionMatrix,
  type PermissionMatrix,
  renderMatrix,
  type TeamFault,
} from '../activities/teams';
import { builtins } from '../activities/tools';
import type { Effect, Team } from '../contracts/team';
import type { Config } from './config';
import { teamsOf } from './teams';

export type Validation =
  | { valid: true; team: Team; matrix: PermissionMatrix; notices: string[]; text: string }
  | { valid: false; faults: readonly TeamFault[]; message: string };

/** Loads a team by name or path; all its faults, or who may do what and what needs a person. */
export async function validateTeam(config: Config, name: string): Promise<Validation> {
  const place = path.resolve(config.cwd, name);
  try {
    const { team, notices } = existsSync(place) ? await loadTeam(place) : await teamsOf(config).load(name);
    const matrix = permissionMatrix(team, { catalogue: builtinCatalogue(team) });
    const notes = notices.map((notice) => `notice: ${notice}`);
    return { valid: true, team, matrix, notices, text: [renderMatrix(matrix), ...notes].join('\n') };
  } catch (error) {
    const faults = InvalidTeamError.faultsOf(error);
    if (faults.length === 0) throw error;
    return { valid: false, faults, message: (error as Error).message };
  }
}

/** The tools of builtin sources with the effects they report; foreign servers are not started to ask them. */
function builtinCatalogue(team: Team): Record<string, Effect> {
  const entries = Object.entries(team.tools).flatMap(([source, config]) =>
    config.kind === 'builtin'
      ? (builtins[config.builtin] ?? []).map((tool) => [`${source}.${tool.name}`, tool.effect] as const)
      : [],
  );
  return Object.fromEntries(entries);
}

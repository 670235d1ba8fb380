import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InvalidTeamError, loadTeam, type TeamFault } from '../../../activities/teams';

const made: string[] = [];

/** Writes files into a new folder; `removeTempTeams` takes it away. */
export function tempTeam(files: Readonly<Record<string, string>>, name = 'sample'): string {
  const base = mkdtempSync(path.join(tmpdir(), 'cadre-team-'));
  made.push(base);
  const folder = path.join(base, name);
  mkdirSync(folder);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  return folder;
}

export function removeTempTeams(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** The faults of a team, one text for each: `team.yaml:3 spec.agents[0].tools`. Fails when it loads. */
export async function faultsOf(files: Readonly<Record<string, string>>): Promise<TeamFault[]> {
  try {
    await loadTeam(tempTeam(files));
  } catch (error) {
    return [...InvalidTeamError.faultsOf(error)];
  }
  throw new Error('The team loaded, and it should have faults.');
}

import { existsSync, statSync } from 'node:fs';
import path from 'node:path';

import type { JsonObject } from '../contracts/json';
import type { Node } from '../contracts/node';
import { patternTable } from '../contracts/pattern-table';
import type { Team } from '../contracts/team';
import type { Config } from '../workers/config';
import { CliError } from './cli-error';
import { exitCodes } from './exit-codes';
import { lazy } from './lazy';

/** What a person named on the command line: a team, and one of its compositions unless a type was given. */
export interface Target {
  team: Team;
  teamName: string;
  composition: string | undefined;
  /** The team's own folder, when it was named by its path. */
  folder: string | undefined;
}

type Catalog = ReturnType<ReturnType<typeof lazy.teams>['teamsOf']>;

/**
 * Finds `team`, `team/composition`, `composition`, the path of a team folder, or that with a composition. Faults of the named team are thrown as
 * they are; a composition is looked for in every team that loads.
 */
export async function resolveTarget(config: Config, name: string, wantsComposition: boolean): Promise<Target> {
  const at = name.lastIndexOf('/');
  const whole = teamFolder(config.cwd, name);
  // `./my-team/answer`, where there is no such folder but one of the team.
  const folder = whole ?? (/^[./]|\/.*\//.test(name) && at > 0 ? teamFolder(config.cwd, name.slice(0, at)) : undefined);
  const inFolder = whole || !folder ? undefined : name.slice(at + 1);
  const catalog = lazy.teams().teamsOf(folder ? { ...config, teamFolders: [folder] } : config);
  const teams = await catalog.list();
  const teamName = folder ? path.basename(folder) : name;
  if (teams.includes(teamName))
    return targetOf(await load(catalog, teamName), teamName, inFolder, folder, wantsComposition);
  const [first = '', ...rest] = name.split('/');
  if (rest.length > 0 && teams.includes(first)) {
    return targetOf(await load(catalog, first), first, rest.join('/'), undefined, wantsComposition);
  }
  return byComposition(catalog, name, teams);
}

async function load(catalog: Catalog, name: string): Promise<Team> {
  return (await catalog.load(name)).team;
}

function teamFolder(cwd: string, name: string): string | undefined {
  const folder = path.resolve(cwd, name);
  const looksLikePath = name.startsWith('.') || path.isAbsolute(name) || existsSync(path.join(folder, 'team.yaml'));
  return looksLikePath && existsSync(folder) && statSync(folder).isDirectory() ? folder : undefined;
}

function targetOf(
  team: Team,
  teamName: string,
  wanted: string | undefined,
  folder: string | undefined,
  wantsComposition: boolean,
): Target {
  const base = { team, teamName, folder };
  if (!wantsComposition) return { ...base, composition: wanted };
  const names = Object.keys(team.compositions);
  if (wanted !== undefined && !names.includes(wanted)) {
    throw usage(
      `The team ${teamName} has no composition "${wanted}"; it has ${list(names)}.`,
      `npx cadre run ${teamName}/${names[0] ?? 'NAME'} "…"`,
    );
  }
  const [first] = names;
  if (wanted === undefined && names.length > 1 && !names.includes(teamName)) {
    throw usage(
      `The team ${teamName} has several compositions: ${list(names)}.`,
      `npx cadre run ${teamName}/${first ?? ''} "…"`,
    );
  }
  if (first === undefined) {
    throw usage(
      `The team ${teamName} has no composition, so it is not said how its agents work together.`,
      `npx cadre run ${teamName} "…" --type supervisor`,
    );
  }
  return { ...base, composition: wanted ?? (names.includes(teamName) ? teamName : first) };
}

async function byComposition(catalog: Catalog, name: string, teams: string[]): Promise<Target> {
  const found: Target[] = [];
  for (const teamName of teams) {
    const team = await load(catalog, teamName).catch(() => undefined);
    if (team && Object.hasOwn(team.compositions, name))
      found.push({ team, teamName, composition: name, folder: undefined });
  }
  const preferred = found.find((one) => one.teamName === catalog.defaultTeam) ?? found[0];
  if (!preferred) {
    throw usage(
      `There is no team and no composition named "${name}"; teams here are ${list(teams)}.`,
      'npx cadre init my-team',
    );
  }
  if (found.length > 1 && preferred.teamName !== catalog.defaultTeam) {
    const names = found.map((one) => `${one.teamName}/${name}`);
    throw usage(`Several teams have a composition "${name}": ${list(names)}.`, `npx cadre run ${names[0] ?? ''} "…"`);
  }
  return preferred;
}

/** What a run gets when the person says no task: `own` is the composition's, which needs no saying; else a schedule's. */
export function taskWithout({
  team,
  composition,
}: Target): { own: true } | { own: false; scheduled: string | undefined } {
  const node: Node | undefined = composition === undefined ? undefined : team.compositions[composition];
  if (node?.task !== undefined || (node && 'pattern' in node && patternTable[node.pattern].defaultTask !== undefined))
    return { own: true };
  const schedules = team.schedules as JsonObject[];
  const task = schedules.find((schedule) => schedule['composition'] === composition)?.['task'];
  return { own: false, scheduled: typeof task === 'string' ? task : undefined };
}

const list = (names: readonly string[]): string => (names.length > 0 ? names.join(', ') : 'none');
const usage = (message: string, next: string): CliError => new CliError(message, next, exitCodes.usage);

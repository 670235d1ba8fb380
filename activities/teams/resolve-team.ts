import { CadreError } from '../../contracts/failures';
import type { Json } from '../../contracts/json';
import type { PatternName } from '../../contracts/names';
import type { Node } from '../../contracts/node';
import type { ParsedInput } from '../../contracts/schemas/inputs';
import type { Team } from '../../contracts/team';
import { inlineTeamOf } from './load-team';
import { agentsIn } from './node-parts';
import type { TeamCatalog } from './team-catalog';

export interface ResolvedTeam {
  team: Team;
  notices: string[];
}

/**
 * The team of a run: the one its input names or holds, else the worker's default team, else the one that has the
 * composition the input names. Null when the input gives nothing of that: then the run gets generic agents.
 */
export async function resolveTeam(teams: TeamCatalog, input: ParsedInput): Promise<ResolvedTeam | null> {
  const { team } = input;
  if (typeof team === 'string') return teams.load(team);
  if (team !== undefined) return inlineTeamOf(team);
  if (teams.defaultTeam !== undefined) return teams.load(teams.defaultTeam);
  const { composition } = input;
  return typeof composition === 'string' ? teamWith(teams, composition) : null;
}

async function teamWith(teams: TeamCatalog, composition: string): Promise<ResolvedTeam> {
  const found: ResolvedTeam[] = [];
  for (const name of await teams.list()) {
    // A faulty team among many is told when it is asked for by its name.
    const loaded = await teams.load(name).catch(() => null);
    if (loaded && Object.hasOwn(loaded.team.compositions, composition)) found.push(loaded);
  }
  const [only] = found;
  if (only && found.length === 1) return only;
  const names = found.map(({ team }) => team.name).join(', ');
  throw new CadreError(
    'InvalidInput',
    found.length === 0
      ? `No team here has a composition "${composition}": name the "team", or start one of ${(await teams.list()).join(', ') || 'your own'}.`
      : `Several teams have a composition "${composition}" (${names}): say which by "team".`,
  );
}

/** A team of tool-less generic agents, one for each name a run uses. */
export async function adHocTeam(type: PatternName, input: ParsedInput, node?: Node): Promise<ResolvedTeam> {
  const { agent } = input;
  const names = node ? agentsIn(node) : type === 'agent' ? [typeof agent === 'string' ? agent : 'agent'] : [];
  const agents: Json = Object.fromEntries(names.map((name) => [name, {}]));
  const { team } = await inlineTeamOf({ name: 'ad-hoc', agents });
  const listed = names.join(', ');
  const notices =
    names.length === 0
      ? []
      : [
          `No team was named: ${listed} ${names.length === 1 ? 'is a generic agent' : 'are generic agents'} without tools.`,
        ];
  return { team, notices };
}

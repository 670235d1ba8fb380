import { CliError } from './cli-error';
import type { CliContext } from './context';
import { exitCodes } from './exit-codes';
import { lazy } from './lazy';

/**
 * The team an event is for: the one that was named, `CADRE_TEAM`, or the only one whose event prefix fits the subject.
 * Throws a usage error that lists the teams when that does not settle it.
 */
export async function eventTeam(ctx: CliContext, named: string | undefined, subject?: string): Promise<string> {
  const config = ctx.config();
  // CADRE_TEAM may also be the path of a team.
  const given = named ?? lazy.teams().teamsOf(config).defaultTeam;
  if (given !== undefined) return given;
  const log = lazy.log().makeLog({ ...config, logLevel: 'error' });
  const teams = await lazy.eventTeams().makeEventTeams(config, log)();
  const fitting = teams.filter(({ eventPrefix }) => subject === undefined || subject.startsWith(`${eventPrefix}.`));
  const [only] = fitting;
  if (only && fitting.length === 1) return only.name;
  const list = teams.map(({ name, eventPrefix }) => `${name} (${eventPrefix})`).join(', ');
  const found = list === '' ? 'no team here has consumers or subscriptions' : `teams with consumers are ${list}`;
  throw new CliError(`It is not clear which team this is for: ${found}.`, '--team <name>', exitCodes.usage);
}

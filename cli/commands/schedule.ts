import type { Command } from 'commander';

import type { Team } from '../../contracts/team';
import { CliError } from '../cli-error';
import type { CliContext } from '../context';
import { exitCodes } from '../exit-codes';
import { lazy } from '../lazy';
import { plannedMeeting, plannedRuns } from '../planned-runs';
import { Session } from '../session';
import { formatTable } from '../terminal';

export function registerSchedule(program: Command, ctx: CliContext): void {
  const schedule = program
    .command('schedule')
    .summary('runs that start by themselves')
    .description('Makes Temporal Schedules of the `schedules:` of a team; runs then start by themselves.');
  schedule
    .command('apply')
    .summary('make the schedules of a team be what its file says')
    .argument('<team>', 'team whose schedules are applied')
    .option('--prune', 'remove those that the file no longer has')
    .option('--json', 'print the result as one JSON document')
    .action((team: string, { prune = false }: { prune?: boolean }) => apply(ctx, team, prune));
  schedule
    .command('list')
    .summary('the schedules there are, and when they run next')
    .argument('[team]', 'only those of a team')
    .option('--json', 'print the result as one JSON document')
    .action((team: string | undefined) => list(ctx, team));
  schedule
    .command('delete')
    .summary('remove schedules of a team')
    .argument('<team>', 'team')
    .argument('[name...]', 'names of the schedules')
    .option('--all', 'all schedules of the team')
    .option('--json', 'print the result as one JSON document')
    .action((team: string, names: string[], { all = false }: { all?: boolean }) => remove(ctx, team, names, all));
  schedule
    .command('meeting')
    .summary('hold a meeting of a team at a time')
    .argument('<team>', 'team')
    .argument('<title>', 'title of the meeting, as its document says')
    .requiredOption('--at <time>', 'when, with the offset: 2026-12-01T10:00:00+01:00')
    .option('--json', 'print the result as one JSON document')
    .action((team: string, title: string, { at }: { at: string }) => meeting(ctx, team, title, at));
}

/** A schedule is kept by the server: one must run already, and it must be the one that is meant. */
async function opened(ctx: CliContext): Promise<Session> {
  return new Session(ctx, { start: false }).open();
}

async function loaded(ctx: CliContext, name: string): Promise<Team> {
  return (await lazy.teams().teamsOf(ctx.config()).load(name)).team;
}

async function apply(ctx: CliContext, name: string, prune: boolean): Promise<void> {
  const planned = plannedRuns(name, await loaded(ctx, name));
  const { client } = await opened(ctx);
  const changes = await ctx.lifetime.race(lazy.client().applySchedules(client, name, planned, { prune }));
  const { terminal } = ctx;
  terminal.result({ team: name, changes });
  if (terminal.json) return;
  if (changes.length === 0) terminal.line(`The team ${name} has no schedules.`);
  else terminal.line(formatTable(['schedule', 'change', 'id'], changes.map((one) => [one.name, one.change, one.id]))); // prettier-ignore
  if (changes.some(({ change }) => change === 'undeclared')) {
    terminal.line(`What is no longer declared goes on; remove it with: npx cadre schedule apply ${name} --prune`);
  }
}

async function list(ctx: CliContext, team: string | undefined): Promise<void> {
  const { client } = await opened(ctx);
  const schedules = await ctx.lifetime.race(lazy.client().listSchedules(client, team));
  const { terminal } = ctx;
  terminal.result({ schedules });
  if (terminal.json) return;
  if (schedules.length === 0) {
    terminal.line('Nothing is scheduled. Make it so with: npx cadre schedule apply <team>');
    return;
  }
  const rows = schedules.map((one) => [one.team, one.name, one.paused ? 'paused' : (one.next?.toISOString() ?? 'never again'), one.id]); // prettier-ignore
  terminal.line(formatTable(['team', 'schedule', 'next', 'id'], rows));
}

async function remove(ctx: CliContext, team: string, names: string[], all: boolean): Promise<void> {
  if (all === names.length > 0) {
    throw new CliError('It is not said which schedules go: names, or --all.', `npx cadre schedule list ${team}`, exitCodes.usage); // prettier-ignore
  }
  const { client } = await opened(ctx);
  const { deleteSchedule, listSchedules } = lazy.client();
  const chosen = all ? (await listSchedules(client, team)).map(({ name }) => name) : names;
  const missing: string[] = [];
  for (const name of chosen) if (!(await ctx.lifetime.race(deleteSchedule(client, team, name)))) missing.push(name);
  const removed = chosen.filter((name) => !missing.includes(name));
  ctx.terminal.result({ team, removed, missing });
  for (const name of removed) ctx.terminal.line(`Removed ${name}. Runs that it has started go on.`);
  if (missing.length > 0) {
    throw new CliError(`The team ${team} has no schedule ${missing.join(', ')}.`, `npx cadre schedule list ${team}`, exitCodes.usage); // prettier-ignore
  }
}

async function meeting(ctx: CliContext, name: string, title: string, at: string): Promise<void> {
  const planned = plannedMeeting(name, await loaded(ctx, name), title, at);
  const { client } = await opened(ctx);
  const change = await ctx.lifetime.race(lazy.client().applyOne(client, name, planned));
  ctx.terminal.result({ team: name, ...change, at: new Date(at).toISOString() });
  ctx.terminal.line(`"${title}" is held at ${at} (${change.change}): ${change.id}`);
}

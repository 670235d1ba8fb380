import type { PlannedRun } from '../client';
import { isJsonObject, type Json, type JsonObject, textOf } from '../contracts/json';
import { slug } from '../contracts/names';
import type { Team } from '../contracts/team';
import { CliError } from './cli-error';
import { exitCodes } from './exit-codes';

/** What the `schedules:` of a team mean: a composition, or one agent, with the input it starts with. */
export function plannedRuns(teamName: string, team: Team): PlannedRun[] {
  return team.schedules.flatMap((schedule) => (isJsonObject(schedule) ? [plannedRun(teamName, schedule)] : []));
}

function plannedRun(team: string, schedule: JsonObject): PlannedRun {
  const { name, cron, timezone, composition, agent, task, input, budget, timeoutMs, paused } = schedule;
  const what = { composition, agent, task, input, budget, timeout: seconds(timeoutMs) };
  const given = Object.entries(what).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  return {
    name: textOf(name),
    when: { cron: textOf(cron), ...(typeof timezone === 'string' ? { timezone } : {}) },
    type: composition === undefined ? 'agent' : 'compose',
    input: { team, ...Object.fromEntries(given), requestedBy: `schedule:${textOf(name)}` },
    ...(typeof paused === 'boolean' ? { paused } : {}),
    kind: 'declared',
  };
}

const seconds = (ms: Json | undefined): number | undefined =>
  typeof ms === 'number' ? Math.max(1, Math.round(ms / 1000)) : undefined;

/** A meeting document of the team, held once at a time. Throws a usage error that lists the meetings there are. */
export function plannedMeeting(teamName: string, team: Team, title: string, when: string): PlannedRun {
  const key = `meeting/${slug(title)}`;
  const document = Object.hasOwn(team.documents, key) ? team.documents[key] : undefined;
  if (!isJsonObject(document)) {
    const meetings = Object.values(documentsOf(team)).map((one) => `"${one}"`);
    throw new CliError(
      `The team ${teamName} has no meeting "${title}"; it has ${meetings.join(', ') || 'none'}.`,
      `npx cadre schedule meeting ${teamName} ${meetings[0] ?? '"…"'} --at 2026-12-01T10:00:00+01:00`,
      exitCodes.usage,
    );
  }
  return {
    name: `meeting-${slug(title)}`,
    when: { at: timeFrom(when) },
    type: 'meeting',
    input: { team: teamName, ...document, requestedBy: 'schedule:meeting' },
    kind: 'meeting',
  };
}

function documentsOf(team: Team): string[] {
  return Object.entries(team.documents)
    .filter(([key]) => key.startsWith('meeting/'))
    .map(([key, value]) => (isJsonObject(value) && typeof value['title'] === 'string' ? value['title'] : key));
}

/** A time with its offset: without one it would be another moment on each machine. */
function timeFrom(text: string): Date {
  const at = new Date(text);
  const whole =
    /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(at.getTime());
  if (whole && at.getTime() > Date.now()) return at;
  throw new CliError(
    whole ? `--at is in the past: ${text}.` : '--at takes a time with its offset.',
    '--at 2026-12-01T10:00:00+01:00',
    exitCodes.usage,
  );
}

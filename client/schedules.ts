import {
  type Client,
  type ScheduleDescription,
  ScheduleNotFoundError,
  type ScheduleOptions,
  ScheduleOverlapPolicy,
} from '@temporalio/client';

import { digestOf } from '../contracts/digest';
import { idPart } from '../contracts/event';
import { CadreError } from '../contracts/failures';
import type { JsonObject } from '../contracts/json';
import { type PatternName, taskQueue } from '../contracts/names';

/** A run that starts by itself: again and again by a cron expression, or once at a time. */
export interface PlannedRun {
  name: string;
  when: { cron: string; timezone?: string } | { at: Date };
  type: PatternName;
  input: JsonObject;
  paused?: boolean;
  /** `declared`: an entry of the team's `schedules:`. Others are left alone when what is no longer declared is removed. */
  kind: 'declared' | 'meeting';
}

export interface ScheduleChange {
  id: string;
  name: string;
  /** `undeclared`: it is there and no longer declared; `prune` removes it. */
  change: 'created' | 'updated' | 'unchanged' | 'removed' | 'undeclared';
}

export interface ScheduleRow {
  id: string;
  team: string;
  name: string;
  kind: string;
  paused: boolean;
  next: Date | undefined;
}

/** Runs that were missed by no more than this, since the server was down, are made up for. */
const catchupWindow = '1h';
const listMax = 1_000;

export const scheduleIdFor = (team: string, name: string): string => `schedule/${idPart(team)}/${idPart(name)}`;

/**
 * Makes the schedules of a team be what is declared: those that are missing are made, changed ones are changed, the others
 * are not touched, so that it can be said again at any time. A run that is still going when the next is due is not joined
 * by a second one. With `prune`, declared ones of the past are removed. Throws `InvalidInput` for a time the server refuses.
 */
export async function applySchedules(
  client: Client,
  team: string,
  planned: readonly PlannedRun[],
  { prune = false }: { prune?: boolean } = {},
): Promise<ScheduleChange[]> {
  const changes: ScheduleChange[] = [];
  for (const one of planned) changes.push(await applyOne(client, team, one));
  const kept = new Set(changes.map(({ id }) => id));
  for (const { id, name, kind } of await listSchedules(client, team)) {
    if (kept.has(id) || kind !== 'declared') continue;
    if (prune) await client.schedule.getHandle(id).delete();
    changes.push({ id, name, change: prune ? 'removed' : 'undeclared' });
  }
  return changes;
}

/** Makes or changes one schedule, and leaves all others as they are. */
export async function applyOne(client: Client, team: string, planned: PlannedRun): Promise<ScheduleChange> {
  const { name, kind } = planned;
  const id = scheduleIdFor(team, name);
  const declared = digestOf({ ...planned, when: 'at' in planned.when ? planned.when.at.toISOString() : planned.when });
  const options = optionsFor(id, team, planned, declared);
  const before = await describe(client, id);
  try {
    if (!before) {
      await client.schedule.create({ ...options, scheduleId: id, memo: { cadreTeam: team, cadreSchedule: name, cadreKind: kind } }); // prettier-ignore
      return { id, name, change: 'created' };
    }
    if (before.action.memo?.['cadreDeclared'] === declared) return { id, name, change: 'unchanged' };
    // Whether it is paused is the operator's, unless the team says something of it.
    await client.schedule.getHandle(id).update(({ state }) => ({
      ...options,
      state: { ...options.state, paused: planned.paused ?? state.paused },
    }));
    return { id, name, change: 'updated' };
  } catch (error) {
    throw asInvalid(error, name);
  }
}

/** The schedules of a team, or of all. The server lists a new one a moment after it was made. */
export async function listSchedules(client: Client, team?: string): Promise<ScheduleRow[]> {
  const rows: ScheduleRow[] = [];
  for await (const { scheduleId, memo, state, info } of client.schedule.list()) {
    const { cadreTeam, cadreSchedule, cadreKind } = memo ?? {};
    if (typeof cadreTeam !== 'string' || typeof cadreSchedule !== 'string') continue;
    if (team !== undefined && cadreTeam !== team) continue;
    const kind = typeof cadreKind === 'string' ? cadreKind : 'declared';
    const [next] = info.nextActionTimes;
    rows.push({ id: scheduleId, team: cadreTeam, name: cadreSchedule, kind, paused: state.paused, next });
    if (rows.length >= listMax) break;
  }
  return rows.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** False when there is no such schedule. */
export async function deleteSchedule(client: Client, team: string, name: string): Promise<boolean> {
  try {
    await client.schedule.getHandle(scheduleIdFor(team, name)).delete();
    return true;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return false;
    throw error;
  }
}

async function describe(client: Client, id: string): Promise<ScheduleDescription | undefined> {
  try {
    return await client.schedule.getHandle(id).describe();
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
}

function optionsFor(id: string, team: string, planned: PlannedRun, declared: string) {
  const { name, when, type, input, paused } = planned;
  const once = 'at' in when;
  const timezone = once ? 'UTC' : (when.timezone ?? 'UTC');
  return {
    spec: { cronExpressions: [once ? cronOf(when.at) : when.cron], timezone },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow },
    state: { ...(paused === undefined ? {} : { paused }), ...(once ? { remainingActions: 1 } : {}) },
    action: {
      type: 'startWorkflow',
      workflowType: type,
      workflowId: id,
      taskQueue,
      args: [input],
      memo: { cadreDeclared: declared },
      staticSummary: `${type} · ${team} · ${name}`.slice(0, 180),
    },
  } satisfies Omit<ScheduleOptions, 'scheduleId'>;
}

/** `second minute hour day month weekday year` of one moment, in UTC. */
function cronOf(at: Date): string {
  const clock = [at.getUTCSeconds(), at.getUTCMinutes(), at.getUTCHours()];
  return [...clock, at.getUTCDate(), at.getUTCMonth() + 1, '*', at.getUTCFullYear()].join(' ');
}

/** The SDK makes a TypeError of what the server calls an invalid argument; a bad field of a cron expression is one. */
function asInvalid(error: unknown, name: string): unknown {
  if (!(error instanceof TypeError)) return error;
  return new CadreError('InvalidInput', `The server refuses the schedule "${name}": ${error.message}.`);
}

import type { Json } from './json';
import { isJsonObject } from './json';

/** When an agent can attend: days of the week (0 is Sunday) and minutes of the day, in a time zone. */
export interface AttendanceWindow {
  days: number[];
  /** `from` after `to` is a night: it belongs to the day it begins on. */
  hours: { from: number; to: number }[];
  timezone: string;
}
export type Availability = 'always' | 'never' | AttendanceWindow;

/** From `fromMs` on (milliseconds since 1970) a zone's clocks are `minutes` ahead of UTC. In order of time. */
export type ZoneOffsets = { fromMs: number; minutes: number }[];

const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const minutesOfDay = 1_440;

/** Reads `meetingAvailability` of an agent; a text is what is wrong with it, as the end of a sentence. */
export function readAvailability(value: Json | undefined): { availability: Availability } | { fault: string } {
  if (value === undefined || value === 'always') return { availability: 'always' };
  if (value === 'never') return { availability: 'never' };
  if (!isJsonObject(value)) return { fault: 'must be "always", "never" or {days, hours, timezone}' };
  const { days, hours, timezone, ...others } = value;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) return { fault: `has an unknown key "${unknown}"; known are days, hours and timezone` };
  const onDays = days === undefined ? [0, 1, 2, 3, 4, 5, 6] : readDays(days);
  if (!onDays) return { fault: 'needs days such as ["mon", "tue"] or "mon-fri"' };
  const atHours = hours === undefined ? [{ from: 0, to: minutesOfDay }] : readHours(hours);
  if (!atHours) return { fault: 'needs hours such as "09:00-17:00", or a list of them' };
  if (timezone !== undefined && typeof timezone !== 'string')
    return { fault: 'needs a timezone such as "Europe/Berlin"' };
  return { availability: { days: onDays, hours: atHours, timezone: timezone ?? 'UTC' } };
}

function readDays(value: Json): number[] | null {
  const parts = textsOf(value).flatMap((text) => text.split(','));
  const found = parts.map((part) => daysOf(part));
  return parts.length === 0 || found.includes(null) ? null : [...new Set(found.flatMap((days) => days ?? []))].sort();
}

/** A text or a list of texts; what is neither counts as one that cannot be read. */
function textsOf(value: Json): string[] {
  return (Array.isArray(value) ? value : [value]).map((part) => (typeof part === 'string' ? part : '?'));
}

/** `mon`, `Monday`, `mon-fri`; `fri-mon` goes round the weekend. */
function daysOf(text: string): number[] | null {
  const [first, last, ...rest] = text.split('-').map((name) => dayOf(name));
  if (first === undefined || first < 0 || rest.length > 0) return null;
  if (last === undefined) return [first];
  if (last < 0) return null;
  return Array.from({ length: ((last - first + 7) % 7) + 1 }, (_none, index) => (first + index) % 7);
}

function dayOf(text: string): number {
  const name = text.trim().toLowerCase();
  return /^[a-z]{3,9}$/.test(name) ? dayNames.indexOf(name.slice(0, 3)) : -1;
}

function readHours(value: Json): AttendanceWindow['hours'] | null {
  const spans = textsOf(value).map((text) => spanOf(text));
  return spans.length === 0 || spans.includes(null) ? null : spans.flatMap((span) => span ?? []);
}

function spanOf(text: string): { from: number; to: number } | null {
  const match = /^\s*(\d{1,2})(?::(\d{2}))?\s*-\s*(\d{1,2})(?::(\d{2}))?\s*$/.exec(text);
  if (!match) return null;
  const from = Number(match[1]) * 60 + Number(match[2] ?? 0);
  const to = Number(match[3]) * 60 + Number(match[4] ?? 0);
  const areTimes =
    from < minutesOfDay && to <= minutesOfDay && Number(match[2] ?? 0) < 60 && Number(match[4] ?? 0) < 60;
  return areTimes && from !== to ? { from, to } : null;
}

/** Whether somebody can attend at a moment. Pure arithmetic over the recorded offsets: the same in every replay (I3). */
export function isAvailable(availability: Availability, atMs: number, offsets: ZoneOffsets): boolean {
  if (typeof availability === 'string') return availability === 'always';
  const offset = offsets.filter(({ fromMs }) => fromMs <= atMs).at(-1) ?? offsets[0];
  if (!offset) return false;
  const local = Math.floor(atMs / 60_000) + offset.minutes;
  const minute = ((local % minutesOfDay) + minutesOfDay) % minutesOfDay;
  // 1970 began on a Thursday.
  const today = (((Math.floor(local / minutesOfDay) + 4) % 7) + 7) % 7;
  const isOn = (day: number): boolean => availability.days.includes((day + 7) % 7);
  return availability.hours.some(({ from, to }) =>
    from < to
      ? isOn(today) && minute >= from && minute < to
      : (isOn(today) && minute >= from) || (isOn(today - 1) && minute < to),
  );
}

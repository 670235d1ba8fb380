import { CadreError } from '../../../contracts/failures';
import { readDate } from './text/read-date';
import { isTimezone, wallToUtcMs, zonedToEpochMs } from '../../zoned-time';
import type { ExportRecord } from './record';

export interface WindowRequest {
  /** One calendar day, `YYYY-MM-DD`, in `timezone`. */
  date?: string;
  /** First day, or first instant. */
  from?: string;
  /** Last day (to its end), or the instant before which. */
  to?: string;
  timezone?: string;
}

export interface TimeWindow {
  /** ISO instants; null is open. `to` itself is outside. */
  from: string | null;
  to: string | null;
  timezone: string;
}

const day = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Throws `ToolFailed` with a sentence for the model when a date or zone cannot be understood. */
export function timeWindow({ date, from, to, timezone = 'UTC' }: WindowRequest): TimeWindow {
  if (!isTimezone(timezone))
    throw new CadreError('ToolFailed', `"${timezone}" is no time zone. Give an IANA name such as Europe/Berlin.`);
  if (date !== undefined && (from !== undefined || to !== undefined)) {
    throw new CadreError('ToolFailed', 'Give either date, or from and to, not both.');
  }
  const start = date ?? from;
  const end = date ?? to;
  const window = {
    from: start === undefined ? null : instantOf(start, 0, timezone),
    to: end === undefined ? null : instantOf(end, 1, timezone),
    timezone,
  };
  if (window.from && window.to && window.from > window.to)
    throw new CadreError('ToolFailed', `The window ends (${window.to}) before it begins (${window.from}).`);
  return window;
}

/** True when anything happened to the record inside the window. */
export function isActiveIn({ activity }: ExportRecord, { from, to }: TimeWindow): boolean {
  if (from === null && to === null) return true;
  return activity.some((at) => (from === null || at >= from) && (to === null || at < to));
}

function instantOf(text: string, dayShift: 0 | 1, timezone: string): string {
  const parts = day.exec(text.trim());
  if (!parts) {
    const at = readDate(text, { timezone });
    if (at) return at;
    throw new CadreError('ToolFailed', `"${text}" is no date. Give YYYY-MM-DD or an ISO 8601 instant.`);
  }
  const midnight = { hour: 0, minute: 0, second: 0 };
  const named = { year: Number(parts[1]), month: Number(parts[2]), day: Number(parts[3]), ...midnight };
  const utc = wallToUtcMs(named);
  if (Number.isNaN(utc)) throw new CadreError('ToolFailed', `"${text}" is no day of the calendar.`);
  const shifted = new Date(utc + dayShift * 86_400_000);
  const wall = {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    ...midnight,
  };
  return new Date(zonedToEpochMs(wall, timezone)).toISOString();
}

/** A wall-clock reading, month 1–12. */
export interface WallTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  millisecond?: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Throws a RangeError for a zone that this runtime does not know. */
function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    if (formats.size > 500) formats.clear();
    formats.set(zone, format);
  }
  return format;
}

export function isTimezone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** What a clock in the zone shows at an instant, to the second, read as if it were UTC. */
export function wallAsUtcMs(epochMs: number, zone: string): number {
  const parts: Record<string, number> = {};
  for (const part of formatOf(zone).formatToParts(epochMs)) parts[part.type] = Number(part.value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** Epoch milliseconds of a wall time in a zone; inside a skipped hour, the instant after the jump. */
export function zonedToEpochMs(wall: WallTime, zone: string): number {
  const asUtc = wallToUtcMs(wall);
  if (zone === 'UTC') return asUtc;
  const whole = asUtc - (wall.millisecond ?? 0);
  let guess = whole;
  for (let round = 0; round < 3; round++) {
    const error = whole - wallAsUtcMs(guess, zone);
    if (error === 0) break;
    guess += error;
  }
  return guess + (wall.millisecond ?? 0);
}

/** The wall time read as UTC; NaN when it is no real date (31 February, 25 o'clock). */
export function wallToUtcMs(wall: WallTime): number {
  const { year, month, day, hour, minute, second, millisecond = 0 } = wall;
  const inRange = year >= 1900 && year < 2200 && hour < 24 && minute < 60 && second <= 60;
  if (!inRange) return Number.NaN;
  const at = new Date(Date.UTC(year, month - 1, day, hour, minute, second, millisecond));
  return at.getUTCMonth() === month - 1 && day > 0 ? at.getTime() : Number.NaN;
}

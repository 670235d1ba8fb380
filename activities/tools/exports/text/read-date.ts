import { monthOf } from './month-names';
import { wallToUtcMs, zonedToEpochMs } from '../../../zoned-time';

export interface DateReading {
  /** Which of two small numbers comes first in `02/03/2026`; default day first. */
  order?: 'day-first' | 'month-first';
  /** IANA zone of a date that names none; default UTC. */
  timezone?: string;
}

const iso =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?)?$/;
const clock = /(\d{1,2}):(\d{2})(?::(\d{2}))?/;
const cjkClock = /(\d{1,2})\s*[時时点시]\s*(\d{1,2})\s*[分분](?:\s*(\d{1,2})\s*[秒초])?/;
const dottedClock = /(?:klo|kl\.?)\s*(\d{1,2})\.(\d{2})(?:\.(\d{2}))?/i;
const cjkDate = /(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]/;
const afternoon = /(?<![\p{L}\d])p\.?\s?m(?:\.|(?!\p{L}))|\d\s*pm\b|午後|下午|오후/iu;
const morning = /(?<![\p{L}\d])a\.?\s?m(?:\.|(?!\p{L}))|\d\s*am\b|午前|上午|오전/iu;
const zoneOffsetsMinutes: Record<string, number> = {
  UTC: 0, GMT: 0, Z: 0, UT: 0, WET: 0, WEST: 60, BST: 60, CET: 60, CEST: 120, MEZ: 60, MESZ: 120, EET: 120, EEST: 180, MSK: 180,
  IST: 330, JST: 540, KST: 540, EST: -300, EDT: -240, CST: -360, CDT: -300, MST: -420, MDT: -360, PST: -480, PDT: -420,
}; // prettier-ignore

/**
 * ISO 8601 in UTC of a date as exports write it: ISO, RFC 5322, Jira's `02/Mar/26 9:15 AM`, Chat's
 * `Monday, March 2, 2026 at 9:15:23 AM UTC` with its narrow spaces, and their forms in other languages.
 * null when it cannot be read without guessing more than the order of day and month.
 */
export function readDate(text: string, reading: DateReading = {}): string | null {
  const plain = text
    .replace(/[\u00a0\u2000-\u200a\u202f\u3000]/g, ' ')
    .replace(/[\u200e\u200f\u2212]/g, (c) => (c === '\u2212' ? '-' : ''))
    .trim();
  if (plain.length === 0 || plain.length > 120) return null;
  const timezone = reading.timezone ?? 'UTC';
  const exact = iso.exec(plain);
  if (exact) return readIso(exact, timezone);
  if (/^\d{10}$|^\d{13}$/.test(plain)) return toIso(Number(plain) * (plain.length === 10 ? 1000 : 1));
  const time = clock.exec(plain) ?? cjkClock.exec(plain) ?? dottedClock.exec(plain);
  const before = time ? plain.slice(0, time.index) : plain;
  const after = time ? plain.slice(time.index + time[0].length) : '';
  const day =
    readDay(before, reading.order) ?? readDay(`${before} ${after.replace(/[+-]\d{4}\b/, ' ')}`, reading.order);
  if (!day) return null;
  let hour = Number(time?.[1] ?? 0);
  if (afternoon.test(plain) && hour < 12) hour += 12;
  else if (morning.test(plain) && !afternoon.test(plain) && hour === 12) hour = 0;
  const wall = { ...day, hour, minute: Number(time?.[2] ?? 0), second: Number(time?.[3] ?? 0) };
  const offset = offsetMinutes(after);
  if (offset !== undefined) return toIso(wallToUtcMs(wall) - offset * 60_000);
  return Number.isNaN(wallToUtcMs(wall)) ? null : toIso(zonedToEpochMs(wall, timezone));
}

function readIso(match: RegExpExecArray, timezone: string): string | null {
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone] = match;
  const wall = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    millisecond: Number(fraction.slice(0, 3).padEnd(3, '0')),
  };
  const asUtc = wallToUtcMs(wall);
  if (Number.isNaN(asUtc)) return null;
  const offset = zone === undefined ? undefined : offsetMinutes(zone);
  return toIso(offset === undefined ? zonedToEpochMs(wall, timezone) : asUtc - offset * 60_000);
}

/** Minutes east of UTC named after the clock time; undefined when none is named. */
function offsetMinutes(after: string): number | undefined {
  const signed = /(?:UTC|GMT)?\s*([+-])(\d{1,2}):?(\d{2})?(?!\d)/.exec(after);
  if (signed) return (signed[1] === '-' ? -1 : 1) * (Number(signed[2]) * 60 + Number(signed[3] ?? 0));
  for (const [word] of after.matchAll(/[A-Z]{1,5}/g)) {
    if (Object.hasOwn(zoneOffsetsMinutes, word)) return zoneOffsetsMinutes[word];
  }
  return undefined;
}

function readDay(text: string, order: DateReading['order']): { year: number; month: number; day: number } | undefined {
  const cjk = cjkDate.exec(text);
  if (cjk) return { year: Number(cjk[1]), month: Number(cjk[2]), day: Number(cjk[3]) };
  const numbers = [...text.matchAll(/\d+/g)].map(([digits]) => digits);
  // The weekday comes first and may look like a month (French `mar.` is a Tuesday): the last month word counts.
  const named = [...text.matchAll(/\p{L}+/gu)].map(([word]) => monthOf(word)).filter((month) => month !== undefined);
  const month = named.at(-1);
  if (month !== undefined) {
    const [first, second] = numbers;
    if (first === undefined || second === undefined) return undefined;
    if (first.length === 4) return { year: Number(first), month, day: Number(second) };
    return { year: fullYear(second), month, day: Number(first) };
  }
  const [a, b, c] = numbers;
  if (a === undefined || b === undefined || c === undefined) return undefined;
  if (a.length === 4) return { year: Number(a), month: Number(b), day: Number(c) };
  const monthFirst = Number(a) > 12 ? false : Number(b) > 12 ? true : order === 'month-first';
  return { year: fullYear(c), month: Number(monthFirst ? a : b), day: Number(monthFirst ? b : a) };
}

/** RFC 5322 §4.3: two digits below 50 are of this century, three digits count from 1900. */
function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length <= 2) return year + (year < 50 ? 2000 : 1900);
  return digits.length === 3 ? year + 1900 : year;
}

function toIso(epochMs: number): string | null {
  return Number.isNaN(epochMs) ? null : new Date(epochMs).toISOString();
}

/** Tells day-first from month-first by the dates of one file; undefined when every one of them fits both. */
export function dateOrderOf(texts: Iterable<string>): 'day-first' | 'month-first' | undefined {
  for (const text of texts) {
    const [, a, b] = /^\s*(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}/.exec(text) ?? [];
    if (a === undefined || b === undefined) continue;
    if (Number(a) > 12) return 'day-first';
    if (Number(b) > 12) return 'month-first';
    if (/^\s*\d{1,2}\./.test(text)) return 'day-first';
  }
  return undefined;
}

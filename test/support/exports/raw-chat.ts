import { filesBelow, objectAround, rawText } from './raw-files';
import type { RawRecord } from './raw-files';

/** Every message of a Chat export, by its message_id, found in the raw text. */
export function rawMessages(root: string): Map<string, RawRecord> {
  const found = new Map<string, RawRecord>();
  for (const file of filesBelow(root)) {
    if (!file.endsWith('messages.json')) continue;
    const raw = rawText(root, file);
    for (const match of raw.text.matchAll(/"message_id"\s*:\s*("(?:[^"\\\n]|\\.)*")/g)) {
      const id = JSON.parse(match[1] ?? '""') as string;
      const hit = objectAround(raw.text, match.index, (value) => value['message_id'] === id && typeof value['created_date'] === 'string');
      if (!hit || found.has(id)) continue;
      const stamps = [hit.value['created_date'], hit.value['updated_date']].map((text) => (typeof text === 'string' ? longDateMs(text) : Number.NaN));
      const times = stamps.filter((time) => !Number.isNaN(time));
      found.set(id, { id, file: raw.name, byteStart: raw.byteAt(hit.start), byteEnd: raw.byteAt(hit.end), times, createdMs: stamps[0] ?? Number.NaN });
    }
  }
  return found;
} // prettier-ignore

const locales = ['en-US', 'en-GB', 'de', 'fr', 'es', 'pt', 'it', 'nl', 'ja', 'fi', 'pl', 'ru'];
const years = new Map<string, Map<string, number>>();

/** Dates are not parsed: those of the whole year are written out in every language and looked up. */
function datesOf(year: string): Map<string, number> {
  let dates = years.get(year);
  if (dates) return dates;
  dates = new Map();
  years.set(year, dates);
  for (const locale of locales) {
    const format = new Intl.DateTimeFormat(locale, {
      weekday: 'long',
      year: 'numeric',
      month: 'long',
      day: 'numeric',
      timeZone: 'UTC',
    });
    for (let day = 0; day < 366; day++) {
      const time = Date.UTC(Number(year), 0, 1 + day);
      dates.set(format.format(time), time);
    }
  }
  return dates;
}

function longDateMs(text: string): number {
  const dates = datesOf(/\d{4}/.exec(text)?.[0] ?? '1970');
  for (let length = text.length; length > 8; length--) {
    const day = dates.get(text.slice(0, length));
    if (day === undefined) continue;
    const [, hour, minute, second] = /(\d{1,2})\D+(\d{2})\D+(\d{2})/.exec(text.slice(length)) ?? [];
    const half = /\b([AP])M\b/.exec(text)?.[1];
    const hours = half ? (Number(hour) % 12) + (half === 'P' ? 12 : 0) : Number(hour);
    return day + ((hours * 60 + Number(minute)) * 60 + Number(second)) * 1000;
  }
  return Number.NaN;
}

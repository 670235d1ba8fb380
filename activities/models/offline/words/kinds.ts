import type { Json } from '../../../../contracts/json';

/** What a value is, seen from the value alone. */
const isoDate = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?)?$/;
const months = 'january february march april may june july august september october november december'.split(' ');
const monthNames = months.map((month) => `${month}|${month.slice(0, 3)}`).join('|');
const dayFirst = new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th)?\\.?\\s+(${monthNames})\\.?,?\\s+(\\d{4})\\b`, 'i');
const monthFirst = new RegExp(`\\b(${monthNames})\\.?\\s+(\\d{1,2})(?:st|nd|rd|th)?,?\\s+(\\d{4})\\b`, 'i');

function calendarDay(year: string, month: number, day: string): string | undefined {
  const text = `${year}-${String(month).padStart(2, '0')}-${day.padStart(2, '0')}`;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? text : undefined;
}
function monthOf(name: string): number {
  return months.findIndex((month) => month.startsWith(name.slice(0, 3).toLowerCase())) + 1;
}

/** The calendar day (YYYY-MM-DD) a value names, as it is written there: no zone is applied. */
export function dayOf(value: Json | undefined): string | undefined {
  if (typeof value !== 'string' || value.length < 8 || value.length > 60) return undefined;
  const text = value.trim();
  if (isoDate.test(text)) return calendarDay(text.slice(0, 4), Number(text.slice(5, 7)), text.slice(8, 10));
  const first = dayFirst.exec(text);
  if (first) return calendarDay(first[3] ?? '', monthOf(first[2] ?? ''), first[1] ?? '');
  const second = monthFirst.exec(text);
  return second ? calendarDay(second[3] ?? '', monthOf(second[1] ?? ''), second[2] ?? '') : undefined;
}

/** Days named in running text, in order of appearance, each once. */
export function daysIn(text: string): string[] {
  const found: { at: number; day: string }[] = [];
  const add = (at: number, day: string | undefined): void => {
    if (day !== undefined) found.push({ at, day });
  };
  for (const hit of text.matchAll(/(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)/g))
    add(hit.index, calendarDay(hit[1] ?? '', Number(hit[2]), hit[3] ?? ''));
  for (const hit of text.matchAll(new RegExp(dayFirst.source, 'gi')))
    add(hit.index, calendarDay(hit[3] ?? '', monthOf(hit[2] ?? ''), hit[1] ?? ''));
  for (const hit of text.matchAll(new RegExp(monthFirst.source, 'gi')))
    add(hit.index, calendarDay(hit[3] ?? '', monthOf(hit[1] ?? ''), hit[2] ?? ''));
  return [...new Set(found.sort((a, b) => a.at - b.at).map((hit) => hit.day))];
}

export function isUri(value: Json | undefined): value is string {
  return typeof value === 'string' && /^[a-z][a-z0-9+.-]{1,20}:\/\/\S+$/i.test(value);
}

/** `name@host`, alone or as the end of `Name <name@host>`. */
export function isAddress(value: Json | undefined): value is string {
  return typeof value === 'string' && value.length < 320 && /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/.test(value);
}

/** Something that looks like the place of a file. */
export function isPathLike(value: Json | undefined): boolean {
  if (typeof value !== 'string' || value.length === 0 || value.length > 1024 || /[\s<>|"]/.test(value)) return false;
  if (isUri(value) || isAddress(value)) return false;
  return (
    /^\.{1,2}$|^~?[\\/]|^[A-Za-z]:[\\/]|[\\/]|^[\w-]+(?:\.[\w-]+)*\.[A-Za-z][A-Za-z0-9]{0,7}$/.test(value) &&
    !/^\d+\/\d+$/.test(value)
  );
}

/** A name made for machines: no spaces, and a digit in it (`AB-12`, `a1b2c3d`, `2026/17`). */
export function isIdLike(value: Json | undefined): value is string {
  return (
    typeof value === 'string' &&
    value.length >= 2 &&
    value.length <= 200 &&
    !/\s/.test(value) &&
    /\d/.test(value) &&
    !isoDate.test(value) &&
    !isUri(value)
  );
}

/** A person's name as people write it: two to four capitalised words. */
export function isPersonName(value: Json | undefined): value is string {
  return (
    typeof value === 'string' &&
    value.length < 80 &&
    /^\p{Lu}[\p{L}'’.-]*(?: (?:(?:de|da|del|van|von|der|den|la|le|bin|al) )*\p{Lu}[\p{L}'’.-]*){1,3}$/u.test(value)
  );
}

/** Machine-made names in running text: a letter prefix, a joint and digits (`AB-12`, `LOAN#77`), or long mixed tokens. */
export function idsIn(text: string): string[] {
  const hits =
    text.match(
      /(?<![\w-])(?:\p{L}[\p{L}\p{N}]*[-_#:]\d[\p{N}A-Za-z]*(?:[-_]\p{N}+)*|\p{Lu}{1,5}\d{2,}|[0-9a-f]{7,64})(?![\w])/gu,
    ) ?? [];
  return [...new Set(hits.filter((hit) => /\d/.test(hit)))];
}

/** Places of files named in running text. */
export function pathsIn(text: string): string[] {
  const tokens = text.split(/[\s"'`«»“”()[\]{}<>,;]+/).map((token) => token.replace(/[.:!?]+$/, ''));
  return [
    ...new Set(
      tokens.filter(
        (token) =>
          token.length > 2 && isPathLike(token) && !/^\d+(?:\.\d+)*$/.test(token) && !/^[ei]\.[eg]$/i.test(token),
      ),
    ),
  ];
}

/** What the text puts between quotation marks: words somebody wants looked up as they are. */
export function quotedIn(text: string): string[] {
  return [...text.matchAll(/[«“"`]([^«»“”"`\n]{2,120})[»”"`]/g)]
    .map((hit) => (hit[1] ?? '').trim())
    .filter((quoted) => quoted !== '');
}

/** Number in a value, also when it is written as text. */
export function numberOf(value: Json | undefined): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && /^\s*-?\d+(?:\.\d+)?\s*$/.test(value)) return Number(value);
  return undefined;
}

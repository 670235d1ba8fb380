import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { filesBelow } from './raw-files';
import type { RawRecord } from './raw-files';

/** Every message of mbox files, by Message-ID (or the digest that stands for one), found in the raw bytes. */
export function rawMails(root: string): Map<string, RawRecord> {
  const found = new Map<string, RawRecord>();
  const seen = new Set<string>();
  for (const file of filesBelow(root)) {
    const text = readFileSync(file, 'latin1');
    const starts = [...text.matchAll(/^From [^\n]*\d\d?:\d\d[^\n]*\n(?=[!-9;-~]+[ \t]*:)/gm)];
    starts.forEach((match, index) => {
      const end = starts[index + 1]?.index ?? text.length;
      const message = text.slice(match.index + match[0].length, nextSeparator(text, match.index + match[0].length, end));
      const key = createHash('sha256').update(message.trimEnd(), 'latin1').digest('hex');
      if (seen.has(key)) return;
      seen.add(key);
      const head = message.slice(0, Math.max(0, message.search(/\r?\n\r?\n/))).replace(/\r?\n[ \t]+/g, ' ');
      const own = /^message-id:\s*<([^>\s]+)>/im.exec(head)?.[1] ?? `sha256-${createHash('sha256').update(message.replace(/[\r\n]+$/, ''), 'latin1').digest('hex').slice(0, 16)}`;
      let id = own;
      for (let copy = 2; found.has(id); copy++) id = `${own}#${copy}`;
      const time = dateOf(head, match[0]);
      found.set(id, { id, file: path.relative(root, file) || path.basename(file), byteStart: match.index, byteEnd: match.index + match[0].length + message.length, times: Number.isNaN(time) ? [] : [time], createdMs: time });
    });
  }
  return found;
} // prettier-ignore

/** A separator whose message has no header begins a broken message, which still ends the one before. */
function nextSeparator(text: string, from: number, to: number): number {
  const at = text
    .slice(from, to)
    .search(/^From \d+@xxx [A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d [+-]\d{4} \d{4}\r?$/m);
  return at < 0 ? to : from + at;
}

function dateOf(head: string, separator: string): number {
  const stated =
    /^date:[ \t]*(.+)$/im
      .exec(head)?.[1]
      ?.replace(/\(.*?\)/g, '')
      .trim() ?? '';
  const withZone = /[+-]\d{4}|[A-Z]{1,4}$/.test(stated) ? stated : `${stated} UTC`;
  const time = stated ? Date.parse(withZone) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  const [, month, day, clock, year] =
    /([A-Z][a-z]{2}) +(\d+) (\d+:\d+:\d+)(?: [+-]0000)? (\d{4})/.exec(separator) ?? [];
  return month ? Date.parse(`${day} ${month} ${year} ${clock} UTC`) : Number.NaN;
}

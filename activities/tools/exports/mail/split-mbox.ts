import { createReadStream } from 'node:fs';

export interface RawMail {
  /** The separator line; empty for a file that is one message. */
  fromLine: string;
  /** The message as it is in the file, after the separator; its head only when `truncated`. */
  raw: Buffer;
  /** Bytes in the file: from the separator line to the next one. */
  start: number;
  end: number;
  truncated: boolean;
}

const chunkBytes = 1024 * 1024;
const separator = Buffer.from('\nFrom ');
/** Longest separator line plus the header line after it that are looked at. */
const lookaheadBytes = 2048;
/** A clock time and a year, in either order, as every writer of mbox puts them there. */
const datedSeparator = /^From .*\d{1,2}:\d{2}(?::\d{2})?\b.*\b\d{4}\b|^From .*\b\d{4}\b.*\d{1,2}:\d{2}(?::\d{2})?/;
const headerLine = /^(?:[\x21-\x39\x3b-\x7e]+[ \t]*:|>From )/;

/**
 * Splits an mbox of any size while it streams; at most one message (and `messageBytesMax` of it) is in memory.
 * A line is a separator when it begins with `From `, holds a time and a year, and a header line follows: writers
 * that forget to escape `From ` in a body, or to leave a blank line before a separator, are then both read right.
 */
export async function* splitMbox(file: string, messageBytesMax: number, signal?: AbortSignal): AsyncGenerator<RawMail> {
  const stream = createReadStream(file, { highWaterMark: chunkBytes, signal });
  let held = Buffer.alloc(0);
  let heldStart = 0;
  let dropped = false;
  let searched = 0;
  const message = (end: number): RawMail => {
    const raw = held.subarray(0, Math.min(end, messageBytesMax));
    return {
      ...splitFromLine(raw),
      start: heldStart,
      end: heldStart + end,
      truncated: dropped || end > messageBytesMax,
    };
  };
  let lost = 0;
  for await (const chunk of stream) {
    held = Buffer.concat([held, chunk as Buffer]);
    for (;;) {
      const next = nextSeparator(held, searched, false);
      if (next.at < 0) {
        searched = next.resume;
        break;
      }
      const found = message(next.at + 1);
      yield { ...found, end: found.end + lost };
      heldStart += next.at + 1 + lost;
      held = held.subarray(next.at + 1);
      [searched, lost, dropped] = [0, 0, false];
    }
    // The tail of an over-long message is forgotten, all but what a separator may have begun in.
    if (held.length > messageBytesMax + 2 * lookaheadBytes && searched > messageBytesMax) {
      const tail = held.subarray(searched);
      lost += searched - messageBytesMax;
      held = Buffer.concat([held.subarray(0, messageBytesMax), tail]);
      searched = messageBytesMax;
      dropped = true;
    }
  }
  for (;;) {
    const next = nextSeparator(held, searched, true);
    const end = next.at < 0 ? held.length : next.at + 1;
    const found = message(end);
    if (held.length > 0) yield { ...found, end: found.end + lost };
    if (next.at < 0) return;
    heldStart += end + lost;
    held = held.subarray(end);
    [searched, lost, dropped] = [0, 0, false];
  }
}

/** Position of the line feed before the next separator; −1 and where to search again when there is none yet. */
function nextSeparator(held: Buffer, from: number, isLast: boolean): { at: number; resume: number } {
  for (let at = held.indexOf(separator, from); at >= 0; at = held.indexOf(separator, at + 1)) {
    if (!isLast && held.length - at < lookaheadBytes) return { at: -1, resume: at };
    const [line = '', following = ''] = held.toString('latin1', at + 1, at + lookaheadBytes).split(/\r?\n/, 2);
    if (datedSeparator.test(line) && headerLine.test(following)) return { at, resume: at };
  }
  return { at: -1, resume: Math.max(from, held.length - separator.length) };
}

function splitFromLine(held: Buffer): { fromLine: string; raw: Buffer } {
  if (held.toString('latin1', 0, 5) !== 'From ') return { fromLine: '', raw: held };
  const lineEnd = held.indexOf(0x0a);
  if (lineEnd < 0) return { fromLine: held.toString('latin1'), raw: held.subarray(held.length) };
  return { fromLine: held.toString('latin1', 0, lineEnd).trimEnd(), raw: held.subarray(lineEnd + 1) };
}

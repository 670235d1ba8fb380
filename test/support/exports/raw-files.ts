import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

// This file and its neighbours `raw-*` and `check-report` are the independent witness of what an export holds.
// They share no code with the readers and use other means wherever there are any.

/** A record found in the raw bytes. */
export interface RawRecord {
  id: string;
  file: string;
  byteStart: number;
  byteEnd: number;
  /** Epoch milliseconds; NaN is left out. */
  times: number[];
  createdMs: number;
  status?: string;
}

export interface RawText {
  name: string;
  text: string;
  /** Byte in the file of a character of `text`. */
  byteAt(index: number): number;
}

export function filesBelow(root: string): string[] {
  if (statSync(root).isFile()) return [root];
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/** The file as text, by its byte-order mark; UTF-8 without one. */
export function rawText(root: string, file: string): RawText {
  const bytes = readFileSync(file);
  const name = path.relative(root, file) || path.basename(file);
  if (bytes[0] === 0xff && bytes[1] === 0xfe) {
    return { name, text: bytes.subarray(2).toString('utf16le'), byteAt: (index) => 2 + index * 2 };
  }
  const skip = bytes[0] === 0xef && bytes[1] === 0xbb ? 3 : 0;
  const text = bytes.subarray(skip).toString('utf8');
  let [lastIndex, lastByte] = [0, skip];
  const byteAt = (index: number): number => {
    if (index < lastIndex) [lastIndex, lastByte] = [0, skip];
    lastByte += Buffer.byteLength(text.slice(lastIndex, index));
    lastIndex = index;
    return lastByte;
  };
  return { name, text, byteAt };
}

export type Plain = Record<string, unknown>;

/** The smallest object around `index` that `fits`: tried from each brace before it, nearest first. */
export function objectAround(
  text: string,
  index: number,
  fits: (value: Plain) => boolean,
): { value: Plain; start: number; end: number } | undefined {
  let start = text.lastIndexOf('{', index);
  for (let attempt = 0; attempt < 400 && start >= 0; attempt++, start = text.lastIndexOf('{', start - 1)) {
    const end = closingBrace(text, start);
    if (end > index) {
      try {
        const value = JSON.parse(text.slice(start, end)) as Plain;
        if (fits(value)) return { value, start, end };
      } catch {
        // Not an object of its own: a brace inside a string, or a broken record.
      }
    }
    if (start === 0) break;
  }
  return undefined;
}

/** Index after the brace that closes the one at `start`, or −1. */
function closingBrace(text: string, start: number): number {
  const token = /"(?:[^"\\\n]|\\.)*"|[{}]/g;
  token.lastIndex = start;
  for (let depth = 0, found = token.exec(text); found; found = token.exec(text)) {
    if (found[0] === '{') depth++;
    else if (found[0] === '}' && --depth === 0) return token.lastIndex;
    if (found.index - start > 4_000_000) return -1;
  }
  return -1;
}

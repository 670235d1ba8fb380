import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';

/** A text file as UTF-8, with the way back from a position in it to a byte of the file on disk. */
export interface DecodedFile {
  utf8: Buffer;
  charset: string;
  /** Byte on disk of a position in `utf8`. Cheapest when asked in rising order. */
  toFile(position: number): number;
  /** Why the file was not taken as plain UTF-8. */
  note?: string;
}

/** Takes UTF-8 with or without a byte-order mark, UTF-16 with one, and windows-1252. */
export function decodeFile(raw: Buffer): DecodedFile {
  if (raw[0] === 0xef && raw[1] === 0xbb && raw[2] === 0xbf) {
    return { utf8: raw.subarray(3), charset: 'utf-8', toFile: (position) => position + 3 };
  }
  if (raw[0] === 0xff && raw[1] === 0xfe) return decodeWide(raw, 'utf-16le');
  if (raw[0] === 0xfe && raw[1] === 0xff) return decodeWide(raw, 'utf-16be');
  if (isUtf8(raw)) return { utf8: raw, charset: 'utf-8', toFile: (position) => position };
  if (mostlyUtf8(raw)) {
    return {
      utf8: raw,
      charset: 'utf-8',
      toFile: (position) => position,
      note: 'Some bytes of the file are no UTF-8; they are shown as a replacement character.',
    };
  }
  const utf8 = Buffer.from(iconv.decode(raw, 'win1252'), 'utf8');
  return {
    utf8,
    charset: 'windows-1252',
    toFile: unitCounter(utf8, 0, 1),
    note: 'The file is no UTF-8; it is read as windows-1252.',
  };
}

function decodeWide(raw: Buffer, charset: 'utf-16le' | 'utf-16be'): DecodedFile {
  const utf8 = Buffer.from(new TextDecoder(charset).decode(raw), 'utf8');
  return { utf8, charset, toFile: unitCounter(utf8, 2, 2) };
}

/** Counts code units of the original before a position, going on from the last position that was asked for. */
function unitCounter(utf8: Buffer, bom: number, unitBytes: 1 | 2): (position: number) => number {
  let reached = 0;
  let units = 0;
  return (position) => {
    if (position < reached) [reached, units] = [0, 0];
    for (; reached < position; reached++) {
      const byte = utf8[reached] ?? 0;
      // A lead byte is one unit; a four-byte sequence is a surrogate pair in UTF-16.
      if ((byte & 0xc0) !== 0x80) units += unitBytes === 2 && byte >= 0xf0 ? 2 : 1;
    }
    return bom + units * unitBytes;
  };
}

/** True when well-formed multi-byte sequences outnumber the stray bytes: a UTF-8 file with a few bad spots. */
function mostlyUtf8(raw: Buffer): boolean {
  let good = 0;
  let bad = 0;
  for (let at = 0; at < raw.length; at++) {
    const byte = raw[at] ?? 0;
    if (byte < 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 0;
    if (length > 0 && isUtf8(raw.subarray(at, at + length))) {
      good++;
      at += length - 1;
    } else bad++;
  }
  return good > bad;
}

import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import iconv from 'iconv-lite';
import { decodeFile } from '../../text/decode-file';
import type { ExportFile } from '../../export-files';

/** An XML file as UTF-8 bytes that can be streamed, and read again in pieces. */
export interface XmlSource {
  chunks(): AsyncIterable<Buffer>;
  slice(start: number, end: number): Promise<Buffer>;
  /** Byte on disk of a position. Cheapest when asked in rising order. */
  toFile(position: number): number;
  note?: string;
}

/** Up to this size a file is looked at as a whole, to tell its encoding from all of its bytes. */
const wholeBytes = 16 * 1024 * 1024;
const chunkBytes = 1024 * 1024;

/** Large files stream when they say that they are UTF-8, as Confluence's do; all others are decoded whole. */
export async function openXml(file: ExportFile, head: Buffer, signal?: AbortSignal): Promise<XmlSource> {
  const declared = /<\?xml[^>]*encoding\s*=\s*["']([\w.-]+)["']/i.exec(head.toString('latin1', 0, 200))?.[1] ?? 'utf-8';
  const isUtf8 = /^utf-?8$/i.test(declared);
  const isWide = head[0] === 0xff || head[0] === 0xfe;
  if (isUtf8 && !isWide && file.sizeBytes > wholeBytes) return streamed(file, signal);
  const raw = await readFile(file.path, { signal });
  if (isUtf8 || isWide || !iconv.encodingExists(declared)) return decoded(raw);
  const utf8 = Buffer.from(iconv.decode(raw, declared), 'utf8');
  return { ...inMemory(utf8), toFile: encodedLength(utf8, declared), note: `The file is read as ${declared}.` };
}

function streamed(file: ExportFile, signal?: AbortSignal): XmlSource {
  return {
    chunks: () => createReadStream(file.path, { highWaterMark: chunkBytes, signal }) as AsyncIterable<Buffer>,
    async slice(start, end) {
      const handle = await open(file.path);
      try {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(end - start), 0, end - start, start);
        return buffer.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    },
    toFile: (position) => position,
  };
}

function decoded(raw: Buffer): XmlSource {
  const file = decodeFile(raw);
  return {
    ...inMemory(file.utf8),
    toFile: (position) => file.toFile(position),
    ...(file.note === undefined ? {} : { note: file.note }),
  };
}

function inMemory(utf8: Buffer): Pick<XmlSource, 'chunks' | 'slice'> {
  return {
    async *chunks() {
      for (let at = 0; at < utf8.length; at += chunkBytes)
        yield await Promise.resolve(utf8.subarray(at, at + chunkBytes));
    },
    slice: (start, end) => Promise.resolve(utf8.subarray(start, end)),
  };
}

/** Positions in a declared encoding: what lies between two of them is encoded again, and counted. */
function encodedLength(utf8: Buffer, charset: string): (position: number) => number {
  let reached = 0;
  let bytes = 0;
  return (position) => {
    if (position < reached) [reached, bytes] = [0, 0];
    bytes += iconv.encode(utf8.toString('utf8', reached, position), charset).length;
    reached = position;
    return bytes;
  };
}

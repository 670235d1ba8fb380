import type { JsonObject } from '../../contracts/json';
import { toolLimits } from './tool-limits';

/** Bytes to show of something longer: at most `toolLimits.pageBytes`. */
export interface PageRequest {
  offset?: number | undefined;
  bytes?: number | undefined;
}

export function pageBounds(page: PageRequest, total: number): { start: number; end: number } {
  const start = Math.min(page.offset ?? 0, total);
  const length = Math.min(page.bytes ?? toolLimits.pageBytes, toolLimits.pageBytes);
  return { start, end: Math.min(total, start + length) };
}

/**
 * One page as a model reads it: text where the bytes are UTF-8 (cut at a whole character), base64 otherwise.
 * `next` is the offset of the following page, null at the end.
 */
export function describePage(chunk: Buffer, start: number, total: number): JsonObject {
  const usable = start + chunk.length < total ? wholeCharacters(chunk) : chunk;
  const text = decodeUtf8(usable);
  const shown = text === null ? chunk : usable;
  const end = start + shown.length;
  return {
    size: total,
    offset: start,
    bytes: shown.length,
    next: end < total && shown.length > 0 ? end : null,
    ...(text === null
      ? { encoding: 'base64', content: chunk.toString('base64') }
      : { encoding: 'utf8', content: text }),
  };
}

function decodeUtf8(bytes: Buffer): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Drops the first bytes of a character that the page cuts in two. */
function wholeCharacters(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}

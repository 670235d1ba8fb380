import { gunzipSync } from 'node:zlib';

/**
 * Every text that a history holds: the JSON itself, each base64 member decoded, and what is compressed inside them. For
 * searching: a secret in a payload does not show in the CLI's base64.
 */
export function textsOf(historyJson: string): string {
  return [historyJson, ...textsIn(JSON.parse(historyJson))].join('\n');
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value, ...decoded(value)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

/** The text behind a base64 string, and the texts inside that when it is JSON or compressed JSON. */
function decoded(text: string): string[] {
  if (text.length < 8 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return [];
  const bytes = Buffer.from(text, 'base64');
  const gzipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const inner = (gzipped ? gunzipSync(bytes) : bytes).toString('utf8');
  return [inner, ...textsIn(jsonIn(inner))];
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

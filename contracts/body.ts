import type { Json } from './json';

/**
 * A value on its way through history. Up to `limits.inlineBodyBytes` it travels as it is; above that it is a blob of
 * the store and history holds its id, its size and its beginning.
 */
export type Body = InlineBody | BlobBody;
export interface InlineBody {
  inline: Json;
}
export interface BlobBody {
  blob: string;
  bytes: number;
  /** The first few hundred characters, for people. */
  head: string;
}

/**
 * A body larger than this is named by its blob id (`digestOf` of the value) where it is passed on: activities store it as
 * a blob also when history holds it inline.
 */
export const namedBodyBytes = 256;

export function isInline(body: Body): body is InlineBody {
  return 'inline' in body;
}

/** What a person or a result shows of a body: the value itself, or a reference that says how large it is. */
export function bodyToJson(body: Body): Json {
  return isInline(body) ? body.inline : { $ref: body.blob, bytes: body.bytes, head: body.head };
}

/** A short text of a body for summaries; at most `length` characters. */
export function bodyExcerpt(body: Body, length = 200): string {
  const text = isInline(body)
    ? typeof body.inline === 'string'
      ? body.inline
      : JSON.stringify(body.inline)
    : body.head;
  const flat = text.replace(/\s+/g, ' ').trim();
  return flat.length > length ? `${flat.slice(0, length - 1)}…` : flat;
}

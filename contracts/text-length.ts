const pairs = /[\uD800-\uDBFF][\uDC00-\uDFFF]/g;

/** Length of a text in characters (code points) as JSON Schema and zod count it: an emoji is one, not two. */
export function textLength(text: string): number {
  return text.length - (text.match(pairs)?.length ?? 0);
}

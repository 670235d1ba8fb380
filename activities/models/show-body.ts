import { isInline, type Body } from '../../contracts/body';
import type { Json } from '../../contracts/json';
import { limits } from '../../contracts/limits';
import type { Blobs } from '../stores/blobs';
import { RecentMap } from '../stores/recent-map';

const rememberedMax = 200;

/** Gives what a model is shown of a body: all of it up to `wholeUpTo` characters. Throws `BlobMissing`. */
export type ShowBody = (body: Body, wholeUpTo?: number) => Promise<Json>;

/**
 * Small bodies are shown whole. Of a larger one the model sees the beginning and the end and the id to page through the
 * rest; the excerpt of a blob never changes, so it is remembered and the conversation keeps its bytes.
 */
export function makeShowBody(blobs: Pick<Blobs, 'getText'>): ShowBody {
  const remembered = new RecentMap<string, { value: Json }>(rememberedMax);
  return async (body, wholeUpTo = limits.shownResultBytes) => {
    if (isInline(body)) return body.inline;
    const key = `${body.blob} ${wholeUpTo}`;
    const known = remembered.get(key);
    if (known) return known.value;
    const value = excerptOf(await blobs.getText(body.blob), body.blob, wholeUpTo);
    remembered.set(key, { value });
    return value;
  };
}

/** A blob holds the JSON text of its value, or plain text. */
function excerptOf(text: string, blob: string, wholeUpTo: number): Json {
  const value = valueOf(text);
  const shown = typeof value === 'string' ? value : text;
  if (shown.length <= wholeUpTo) return value;
  const { resultHeadBytes: head, resultTailBytes: tail } = limits;
  const left = shown.length - head - tail;
  return (
    `${whole(shown.slice(0, head))}\n` +
    `[${left} of ${shown.length} characters are left out here. The whole is the artifact ${blob}; read it page by page.]\n` +
    whole(shown.slice(-tail))
  );
}

function valueOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** A cut may fall between the two halves of a character. */
function whole(text: string): string {
  return text.replace(/^[\udc00-\udfff]/, '').replace(/[\ud800-\udbff]$/, '');
}

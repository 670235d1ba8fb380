import { isInline, type Body } from '../../contracts/body';
import type { Json } from '../../contracts/json';
import { CadreError } from '../../contracts/failures';
import { limits } from '../../contracts/limits';
import type { Blobs } from '../stores/blobs';
import { RecentMap } from '../stores/recent-map';

const rememberedMax = 200;

/** Gives what a model is shown of a body: all of it up to `wholeUpTo` characters. Throws `BlobMissing`. */
export type ShowBody = (body: Body, wholeUpTo?: number) => Promise<Json>;

/**
 * For a tree of runs (`<root workflow id>#<its first run id>`): small bodies are shown whole. Of a larger one the model
 * sees the beginning and the end and the id to page through the rest; the excerpt of a blob never changes, so it is
 * remembered and the conversation keeps its bytes. A body that is not of this tree is not shown, whoever named it (I9).
 */
export function makeShowBody(blobs: Pick<Blobs, 'ofRun'>): (root: string) => ShowBody {
  const remembered = new RecentMap<string, { value: Json }>(rememberedMax);
  return (root) =>
    async (body, wholeUpTo = limits.shownResultBytes) => {
      if (isInline(body)) return body.inline;
      // By the tree too: what one may read is not another's.
      const key = `${root} ${body.blob} ${wholeUpTo}`;
      const known = remembered.get(key);
      if (known) return known.value;
      const own = blobs.ofRun(root);
      if ((await own.head(body.blob)) === null) throw notHere(body.blob);
      const value = excerptOf(await own.getText(body.blob), body.blob, wholeUpTo);
      remembered.set(key, { value });
      return value;
    };
}

function notHere(id: string): CadreError {
  return new CadreError(
    'BlobMissing',
    `The store holds no body ${id} of this run: it is lost, or it belongs to another run. Restore the store or start the run again.`,
  );
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

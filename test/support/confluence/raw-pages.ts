import { filesBelow, rawText, type RawText } from '../exports/raw-files';

// The independent witness of what a Confluence export holds: it shares no code with the reader and finds pages by
// regular expressions in the raw text.

export interface RawPageRecord {
  id: string;
  title: string;
  file: string;
  byteStart: number;
  byteEnd: number;
  /** All of the page's markup with tags, sections and entities taken away, blanks collapsed. */
  words: string;
}

/** Every published page of an export, by id. */
export function rawPages(root: string): Map<string, RawPageRecord> {
  const found = new Map<string, RawPageRecord>();
  for (const file of filesBelow(root)) {
    const raw = rawText(root, file);
    const pages = file.endsWith('.xml') ? ofXml(raw) : file.endsWith('.json') ? ofJson(raw) : ofHtml(raw);
    for (const page of pages) found.set(page.id, page);
  }
  return found;
}

function ofXml(raw: RawText): RawPageRecord[] {
  const objects = [...raw.text.matchAll(/^<object class="(\w+)"[^]*?^<\/object>$/gm)];
  const bodies = new Map<string, string>();
  for (const [text, kind] of objects) {
    const owner = /<property name="content" class="(?:Page|BlogPost)"[^>]*><id name="id">(\d+)<\/id>/.exec(text)?.[1];
    if (kind === 'BodyContent' && owner !== undefined) bodies.set(owner, text);
  }
  return objects.flatMap((object) => {
    const [text, kind] = object;
    if (kind !== 'Page' && kind !== 'BlogPost') return [];
    if (/name="originalVersion"|name="contentStatus"><!\[CDATA\[(?:draft|deleted)/.test(text)) return [];
    const id = /<id name="id">(\d+)<\/id>/.exec(text)?.[1] ?? '';
    const title = /name="title"><!\[CDATA\[(.*?)\]\]>/.exec(text)?.[1] ?? '';
    const ends = { byteStart: raw.byteAt(object.index), byteEnd: raw.byteAt(object.index + text.length) };
    return [{ id, title, file: raw.name, ...ends, words: bare(bodies.get(id) ?? '') }];
  });
}

function ofJson(raw: RawText): RawPageRecord[] {
  const { results } = JSON.parse(raw.text) as { results: { id: string; title: string; status: string; body: { storage: { value: string } } }[] }; // prettier-ignore
  return results
    .filter(({ status }) => status === 'current')
    .map(({ id, title, body }) => ({ id, title, file: raw.name, byteStart: 0, byteEnd: Infinity, words: bare(body.storage.value) }));
} // prettier-ignore

function ofHtml(raw: RawText): RawPageRecord[] {
  const id = /(\d+)\.html$/.exec(raw.name)?.[1];
  if (id === undefined) return [];
  const title = / : (.*?)<\/title>/.exec(raw.text)?.[1] ?? '';
  return [{ id, title, file: raw.name, byteStart: 0, byteEnd: Buffer.byteLength(raw.text), words: bare(raw.text) }];
}

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ', ndash: '–', uuml: 'ü', rsquo: '’', auml: 'ä' }; // prettier-ignore

/** Letters and digits only, so that it does not matter how blocks and cells are written down. */
export function bare(markup: string): string {
  return markup
    .replace(/<ac:parameter ac:name="(?!key|title)[^]*?<\/ac:parameter>/g, ' ')
    .replace(/<!\[CDATA\[|\]\] ?>/g, ' ')
    .replace(/<[a-z/][^<>]*>/gi, ' ')
    .replace(/&(\w+);/g, (whole, name: string) => named[name] ?? whole)
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

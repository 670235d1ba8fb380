import { open, readFile } from 'node:fs/promises';
import { Collector } from '../collector';
import { listExportFiles } from '../export-files';
import type { ExportFile } from '../export-files';
import { createPacer } from '../pacer';
import type { ReadOptions, ReadResult } from '../record';
import { decodeFile } from '../text/decode-file';
import { openXml } from './entities/xml-source';
import { readEntities } from './entities/read-entities';
import { finishPage } from './finish-page';
import { isIndex, readHtmlIndex, readHtmlPage } from './html/read-html';
import { PageShelf } from './page-shelf';
import { readRest } from './rest/read-rest';
import { TooDeep } from './too-deep';

const named = /\.(?:xml|html?|json|jsonl|ndjson|zip)$/i;
/** Folders of an export that hold what was attached to pages, in whatever format, and what makes them look nice. */
const beside = /(?:^|\/)(?:attachments|images|styles|download)\//;
/** An HTML page is parsed as a whole. */
const htmlBytesMax = 32 * 1024 * 1024;

interface Reading {
  collector: Collector;
  shelf: PageShelf;
  options: ReadOptions;
}

/**
 * Reads a Confluence export: the XML export of a space (`entities.xml`), the HTML export (a folder of pages with an
 * `index.html`), or answers of the REST API, in one file or a folder of them. A page counts once, in its newest
 * published state. Throws only when `root` itself cannot be read or `signal` is aborted.
 */
export async function readConfluence(root: string, options: ReadOptions = {}): Promise<ReadResult> {
  const reading: Reading = { collector: new Collector(), shelf: new PageShelf(), options };
  const { collector } = reading;
  const files = await listExportFiles(root, (name) => named.test(name), collector, options.denied);
  for (const file of files) {
    if (beside.test(file.name)) continue;
    options.signal?.throwIfAborted();
    collector.file(file.name);
    await readFileOf(file, reading);
  }
  await finishPages(reading);
  return collector.result();
}

async function readFileOf(file: ExportFile, reading: Reading): Promise<void> {
  const { collector, options } = reading;
  const head = await headOf(file);
  switch (kindOf(head)) {
    case 'empty':
      return;
    case 'zip':
      collector.note({ file: file.name, reason: 'The file is a packed export; unpack it and name the folder.' });
      return;
    case 'xml':
      await readEntities(file, await openXml(file, head, options.signal), reading);
      return;
    case 'html': {
      if (file.sizeBytes > htmlBytesMax) {
        collector.skip({ file: file.name, reason: `The page has more than ${htmlBytesMax} bytes.` });
        return;
      }
      const decoded = decodeFile(await readFile(file.path, { signal: options.signal }));
      if (decoded.note !== undefined) collector.note({ file: file.name, reason: decoded.note });
      try {
        if (isIndex(file)) readHtmlIndex(decoded.utf8.toString('utf8'), reading.shelf);
        else readHtmlPage(file, decoded, reading);
      } catch (error) {
        if (!(error instanceof TooDeep)) throw error;
        collector.skip({ file: file.name, byteStart: 0, reason: error.message });
      }
      return;
    }
    case 'json': {
      const decoded = decodeFile(await readFile(file.path, { signal: options.signal }));
      if (decoded.note !== undefined) collector.note({ file: file.name, reason: decoded.note });
      await readRest(file, decoded, reading);
      return;
    }
    default:
      collector.note({ file: file.name, reason: 'The file is no Confluence export: no XML, HTML or JSON.' });
  }
}

async function headOf(file: ExportFile): Promise<Buffer> {
  const handle = await open(file.path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

type Kind = 'empty' | 'zip' | 'xml' | 'html' | 'json' | 'other';

/** Told by the first bytes: exports are renamed more often than not. */
function kindOf(head: Buffer): Kind {
  if (head[0] === 0x50 && head[1] === 0x4b) return 'zip';
  const text = decodeFile(head).utf8.toString('utf8').trimStart();
  if (text === '') return 'empty';
  if (text.startsWith('{') || text.startsWith('[')) return 'json';
  if (/^<\?xml|^<hibernate-generic|^<object\s/.test(text)) return /<html[\s>]/i.test(text) ? 'html' : 'xml';
  return /^<(?:!doctype\s+html|html|head|body|!--)/i.test(text) ? 'html' : 'other';
}

async function finishPages({ collector, shelf, options }: Reading): Promise<void> {
  const pace = createPacer(options.signal);
  for (const page of shelf.all()) {
    const { file, byteStart } = page.location;
    try {
      const record = await finishPage(page, shelf);
      if (record.at === null)
        collector.note({ file, byteStart, reason: `The page ${page.id} has no date that can be read.` });
      collector.put(record);
    } catch (error) {
      options.signal?.throwIfAborted();
      const reason = error instanceof Error ? error.message.slice(0, 200) : 'unknown';
      collector.skip({ file, byteStart, reason: `The page ${page.id} cannot be read. ${reason}` });
    }
    await pace();
  }
  const { historical, draft, deleted } = shelf.leftOut;
  const left = [
    historical > 0 ? `older versions: ${historical}` : '',
    draft > 0 ? `drafts: ${draft}` : '',
    deleted > 0 ? `deleted pages: ${deleted}` : '',
  ].filter(Boolean);
  if (left.length > 0) collector.note({ file: '', reason: `Left out, as nobody can open them: ${left.join(', ')}.` });
}

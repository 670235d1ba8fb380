import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Collector } from '../../collector';
import type { ExportFile } from '../../export-files';
import type { ReadOptions } from '../../record';
import type { DecodedFile } from '../../text/decode-file';
import { readDate } from '../../text/read-date';
import type { PageShelf } from '../page-shelf';
import type { RawPage } from '../raw-page';
import { htmlParts, type HtmlParts } from './html-parts';

/** Longest line of author and date that is looked at. */
const metadataChars = 500;

/** The index of a space: it names the space and lists the pages, and is no page itself. */
export function isIndex(file: ExportFile): boolean {
  return /^index\.html?$/i.test(path.basename(file.name));
}

export function readHtmlIndex(html: string, shelf: PageShelf): void {
  const { cells } = htmlParts(html);
  const after = (heading: string): string => cells[cells.findIndex((cell) => cell.toLowerCase() === heading) + 1] ?? '';
  const key = cells.some((cell) => cell.toLowerCase() === 'key') ? after('key') : '';
  const name = cells.some((cell) => cell.toLowerCase() === 'name') ? after('name') : '';
  if (key !== '') shelf.addSpace([key, name], { key, name });
}

/** Reads one page of the HTML export: a file is a page, and the digits at the end of its name are the page's id. */
export function readHtmlPage(
  file: ExportFile,
  decoded: DecodedFile,
  reading: { collector: Collector; shelf: PageShelf; options: ReadOptions },
): void {
  const { collector, shelf, options } = reading;
  const html = decoded.utf8.toString('utf8');
  const parts = htmlParts(html);
  const location = { file: file.name, byteStart: 0, byteEnd: file.sizeBytes };
  if (parts.content === undefined || parts.title === '') {
    collector.skip({ file: file.name, byteStart: 0, reason: 'The HTML file is no page of a space export.' });
    return;
  }
  const space = parts.breadcrumbs[0]?.text ?? '';
  const shown = `${space} : `;
  const title = parts.title.startsWith(shown) && space !== '' ? parts.title.slice(shown.length) : parts.title;
  const { createdAt, updatedAt } = datesOf(parts.metadata, options.timezone);
  for (const name of [parts.author, parts.editor]) shelf.addPerson([name], { name });
  const page: RawPage = {
    id: idOf(file),
    type: 'page',
    status: 'current',
    title: title.trim(),
    space,
    parent: parentOf(parts),
    version: 0,
    author: parts.author,
    editor: parts.editor,
    createdAt,
    updatedAt,
    versionsAt: [],
    labels: parts.labels,
    attachments: parts.attachments,
    comments: parts.comments.map((markup) => ({
      author: '',
      at: null,
      body: { markup: 'storage', load: () => markup },
    })),
    body: { markup: 'storage', load: () => parts.content ?? '' },
    url: '',
    location,
  };
  if (shelf.addPage(page))
    collector.note({ file: file.name, byteStart: 0, reason: `The page ${page.id} is in the export more than once.` });
}

/** A page without digits in its name gets a digest of the name. */
function idOf(file: ExportFile): string {
  const base = path.basename(file.name).replace(/\.html?$/i, '');
  return /(?:^|_)(\d+)$/.exec(base)?.[1] ?? `name-${createHash('sha256').update(base).digest('hex').slice(0, 12)}`;
}

function parentOf({ breadcrumbs }: HtmlParts): string {
  const last = breadcrumbs.at(-1)?.href ?? '';
  return /(?:^|_)(\d+)\.html?$/.exec(last)?.[1] ?? '';
}

/** `Created by X on A`, or `Created by X, last modified by Y on B`: the one date is of the last of the two. */
function datesOf(
  metadata: string,
  timezone: string | undefined,
): { createdAt: string | null; updatedAt: string | null } {
  const line = metadata.slice(0, metadataChars);
  const said = /\b(?:on|am|le|el|il|op)\s+([^,]*\d[^<]*)$/i.exec(line)?.[1] ?? '';
  const date = readDate(said.trim(), timezone === undefined ? {} : { timezone });
  return /,\s*(?:last|zuletzt)\s/i.test(line)
    ? { createdAt: null, updatedAt: date }
    : { createdAt: date, updatedAt: date };
}

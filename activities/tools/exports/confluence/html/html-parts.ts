import { Parser } from 'htmlparser2';
import { TooDeep } from '../too-deep';

/** Pieces of a page of the HTML export, cut out where its elements begin and end. */
export interface HtmlParts {
  title: string;
  /** Markup of the page's own text. */
  content: string | undefined;
  /** Of the `Created by … on …` line. */
  author: string;
  editor: string;
  metadata: string;
  breadcrumbs: { href: string; text: string }[];
  attachments: string[];
  /** Markup of each comment. */
  comments: string[];
  labels: string[];
  /** Cells of the table that the index begins with: `Key`, `Name` … */
  cells: string[];
  hasTitleHeading: boolean;
}

interface Open {
  name: string;
  part: string;
  contentFrom: number;
  said: string[];
  href: string;
}

const listMax = 2_000;
const depthMax = 1_000;

/** Where Confluence's own templates put things: told by ids and classes, which have been the same for years. */
function partOf(name: string, attributes: Readonly<Record<string, string>>, within: readonly Open[]): string {
  const id = attributes['id'] ?? '';
  const classes = (attributes['class'] ?? '').split(/\s+/);
  const inside = (part: string): boolean => within.some((open) => open.part === part);
  if (id === 'main-content') return 'content';
  if (inside('content')) return name === 'td' || name === 'th' ? 'cell' : '';
  if (name === 'title') return 'page-title';
  if (id === 'title-text') return 'title';
  if (id === 'breadcrumbs') return 'breadcrumbs';
  if (inside('breadcrumbs') && name === 'a') return 'breadcrumb';
  if (classes.includes('page-metadata')) return 'metadata';
  if (inside('metadata') && classes.includes('author')) return 'author';
  if (inside('metadata') && classes.includes('editor')) return 'editor';
  if (classes.includes('greybox')) return 'greybox';
  if (inside('greybox') && name === 'a') return 'attachment';
  if (/^comment-?\d+$/.test(id) || (name === 'td' && classes.includes('comment'))) return 'comment';
  if (classes.includes('label') || classes.includes('aui-label')) return 'label';
  return '';
}

/**
 * Reads one HTML file whole: its parts are found by position, so that their markup comes out as it stands. Throws
 * `TooDeep`.
 */
export function htmlParts(html: string): HtmlParts {
  const parts: HtmlParts = {
    title: '', content: undefined, author: '', editor: '', metadata: '', breadcrumbs: [], attachments: [], comments: [],
    labels: [], cells: [], hasTitleHeading: false,
  }; // prettier-ignore
  const open: Open[] = [];
  let pageTitle = '';
  const end = (frame: Open, to: number): void => {
    const text = frame.said.join('').replace(/\s+/g, ' ').trim();
    const markup = html.slice(frame.contentFrom, to);
    if (frame.part === 'content') parts.content ??= markup;
    else if (frame.part === 'page-title') pageTitle ||= text;
    else if (frame.part === 'title') [parts.title, parts.hasTitleHeading] = [text, true];
    else if (frame.part === 'breadcrumb') add(parts.breadcrumbs, { href: frame.href, text });
    else if (frame.part === 'author' || frame.part === 'editor' || frame.part === 'metadata')
      parts[frame.part] ||= text;
    else if (frame.part === 'attachment' && frame.href.includes('attachments/')) add(parts.attachments, text);
    else if (frame.part === 'comment') add(parts.comments, markup);
    else if (frame.part === 'label') add(parts.labels, text);
    else if (frame.part === 'cell') add(parts.cells, text);
  };
  const parser: Parser = new Parser(
    {
      onopentag(name, attributes) {
        if (open.length >= depthMax) throw new TooDeep();
        const part = partOf(name, attributes, open);
        open.push({ name, part, contentFrom: parser.endIndex + 1, said: [], href: attributes['href'] ?? '' });
      },
      ontext(text) {
        for (const frame of open) if (frame.part !== '' && frame.part !== 'content') frame.said.push(text);
      },
      onclosetag(_name, implied) {
        const frame = open.pop();
        if (frame) end(frame, implied ? parser.startIndex : Math.max(frame.contentFrom, parser.startIndex));
      },
    },
    { decodeEntities: true },
  );
  parser.end(html);
  parts.title ||= pageTitle;
  return parts;
}

function add<T>(list: T[], value: T): void {
  if (list.length < listMax) list.push(value);
}

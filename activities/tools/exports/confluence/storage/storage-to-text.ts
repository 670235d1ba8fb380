import { Parser } from 'htmlparser2';
import { tidyText } from '../../text/html-to-text';
import type { PageRef } from '../raw-page';
import { TooDeep } from '../too-deep';
import { withoutControls } from '../without-controls';
import { emoticonText } from './emoticons';
import { macroText, type Macro } from './macro-text';
import { pageOfAddress } from './page-address';

/** What the text of a page needs to know of the rest of the export. */
export interface StorageNames {
  /** Display name of an account; undefined when the export does not say it. */
  person(account: string): string | undefined;
  /** Title of the page with this id. */
  title(id: string): string | undefined;
}

export interface StorageText {
  text: string;
  /** Pages it links to or includes, in order. */
  links: PageRef[];
  /** Accounts it mentions. */
  mentioned: string[];
  addresses: string[];
  /** Why the text ends before the markup does. */
  cut?: string;
}

interface Frame {
  name: string;
  attributes: Record<string, string>;
  /** The text inside, where it is handled as a whole when the element ends. */
  own: string[] | undefined;
  macro?: Macro;
  /** What an `ac:link` or `ac:image` points at, for when it says nothing itself. */
  target?: string;
  status?: string;
}

const hidden = new Set(
  'ac:task-id ac:task-uuid ac:placeholder ac:adf-attribute script style head title noscript svg'.split(' '),
);
const paragraphs = new Set('p h1 h2 h3 h4 h5 h6 table ul ol blockquote pre ac:task-list'.split(' '));
const blocks = new Set([...paragraphs, ...'div br hr tr li dl dt dd section ac:task ac:layout-cell'.split(' ')]);
const whole = new Set(
  'ac:structured-macro ac:macro ac:parameter ac:default-parameter ac:link ac:image ac:task-status td th ac:adf-fallback a'.split(
    ' ',
  ),
);
const verbatim = new Set(['pre', 'ac:plain-text-body']);
/** Where blanks only separate the elements inside. */
const between = new Set('table thead tbody tr ul ol dl ac:task-list ac:task ac:layout'.split(' '));
const linksMax = 1_000;
const depthMax = 1_000;

/**
 * Readable text of a page in storage format, or of the rendered page of an HTML export. Broken markup gives what can be
 * read of it. Exports write the end of a CDATA section inside another one as `]] >`: it is taken for what it was.
 */
export function storageToText(markup: string, names: StorageNames): StorageText {
  const reader = new StorageReader(names);
  const parser = new Parser(
    {
      onopentag: (name, attributes) => reader.open(name, attributes),
      ontext: (text) => reader.say(text),
      onclosetag: (name) => reader.close(name),
    },
    { decodeEntities: true, recognizeCDATA: true, recognizeSelfClosing: true },
  );
  try {
    parser.end(markup.replace(/\]\]\s+\]?>(?=\s*<\/ac:plain-text)/g, ']]>'));
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error;
    return { ...reader.result(), cut: error.message };
  }
  return reader.result();
}

class StorageReader {
  private readonly out: string[] = [];
  private readonly frames: Frame[] = [];
  private readonly links: PageRef[] = [];
  private readonly mentioned = new Set<string>();
  private readonly addresses = new Set<string>();
  private muted = 0;
  private literal = 0;

  constructor(private readonly names: StorageNames) {}

  open(name: string, attributes: Record<string, string>): void {
    if (this.frames.length >= depthMax) throw new TooDeep();
    if (isHidden(name, attributes)) this.muted += 1;
    if (verbatim.has(name)) this.literal += 1;
    if (blocks.has(name)) this.push(this.breakBefore(name));
    if (name === 'li') this.push('- ');
    const frame: Frame = { name, attributes, own: whole.has(name) ? [] : undefined };
    if (name === 'ac:structured-macro' || name === 'ac:macro')
      frame.macro = { name: (attributes['ac:name'] ?? '').toLowerCase(), parameters: new Map() };
    this.frames.push(frame);
    if (name.startsWith('ri:')) this.point(name.slice(3), attributes);
    else if (name === 'ac:emoticon' || (name === 'img' && /\bemoticon\b/.test(attributes['class'] ?? '')))
      this.push(emoticonText(attributes));
    else if (name === 'time') this.push(attributes['datetime'] ?? '');
  }

  say(text: string): void {
    if (between.has(this.frames.at(-1)?.name ?? '') && text.trim() === '') return;
    this.push(this.literal > 0 ? text : text.replace(/[ \t\r\n\f]+/g, ' '));
  }

  /** The parser closes what it opened, in order, whatever the markup does. */
  close(name: string): void {
    const frame = this.frames.pop();
    if (frame) this.push(this.closing(frame, frame.own?.join('') ?? ''));
    if (verbatim.has(name)) this.literal = Math.max(0, this.literal - 1);
    if (paragraphs.has(name) && !this.isItemText(name)) this.push('\n\n');
    if (frame && isHidden(name, frame.attributes)) this.muted = Math.max(0, this.muted - 1);
  }

  /** What was said so far, also where the parser stopped on the way. */
  result(): StorageText {
    for (let last = this.frames.at(-1); last; last = this.frames.at(-1)) this.close(last.name);
    const text = tidyText(withoutControls(this.out.join('')));
    return { text, links: this.links, mentioned: [...this.mentioned], addresses: [...this.addresses] };
  }

  private closing(frame: Frame, body: string): string {
    switch (frame.name) {
      case 'ac:structured-macro':
      case 'ac:macro':
        return macroText(frame.macro ?? { name: '', parameters: new Map() }, body.trim() || (frame.target ?? ''));
      case 'ac:parameter':
      case 'ac:default-parameter':
        return this.setParameter(frame, body.trim());
      case 'ac:link':
        return body.trim() || (frame.target ?? '');
      case 'ac:image':
        return frame.target === undefined ? '' : `[image: ${frame.target}]`;
      case 'ac:task-status':
        return body.trim() === 'complete' ? '[x] ' : '[ ] ';
      case 'td':
      case 'th':
        return `${this.isFirstCell() ? '' : ' | '}${body.replace(/\s+/g, ' ').trim()}`;
      case 'ac:adf-fallback':
        return this.saidBefore('ac:adf-extension') ? '' : body;
      case 'a':
        return this.anchor(frame, body);
      default:
        return '';
    }
  }

  private push(text: string): void {
    if (text === '' || this.muted > 0) return;
    this.sink().push(text);
    const extension = this.frames.findLast(({ name }) => name === 'ac:adf-extension');
    if (extension && text.trim() !== '') extension.status = 'said';
  }

  /** Editors put a paragraph into every list item: the first one goes on after the dash. */
  private breakBefore(name: string): string {
    if (!this.isItemText(name)) return paragraphs.has(name) ? '\n\n' : '\n';
    const item = this.frames.at(-1);
    if (!item || item.status === 'begun') return '\n';
    item.status = 'begun';
    return '';
  }

  /** Whether the element that opens, or has just closed, is the paragraph of a list item. */
  private isItemText(name: string): boolean {
    return name === 'p' && this.frames.at(-1)?.name === 'li';
  }

  private sink(): string[] {
    return this.frames.findLast(({ own }) => own !== undefined)?.own ?? this.out;
  }

  private setParameter({ attributes, target }: Frame, value: string): string {
    const owner = this.frames.findLast(({ macro }) => macro !== undefined);
    owner?.macro?.parameters.set(attributes['ac:name'] ?? '', value || (target ?? ''));
    if (owner && target !== undefined) owner.target = target;
    return '';
  }

  /** Cells are told apart by what their row holds already. */
  private isFirstCell(): boolean {
    const row = this.frames.findLast(({ name }) => name === 'tr');
    if (!row || row.status === 'begun') return false;
    row.status = 'begun';
    return true;
  }

  private saidBefore(name: string): boolean {
    return this.frames.findLast((frame) => frame.name === name)?.status === 'said';
  }

  /** `ri:page`, `ri:user`, `ri:attachment` …: what the link, image or parameter around it is about. */
  private point(kind: string, attributes: Record<string, string>): void {
    const at = (name: string): string | undefined => attributes[`ri:${name}`];
    const set = (target: string | undefined): void => {
      const holder = this.frames.findLast(({ name }) => /^ac:(?:link|image|parameter|default-parameter)$/.test(name));
      if (holder && target !== undefined) holder.target = target;
    };
    if (kind === 'page' || kind === 'blog-post') {
      const [title, space, id] = [at('content-title'), at('space-key'), at('content-id')];
      this.link({ ...(id && { id }), ...(title !== undefined && { title }), ...(space !== undefined && { space }) });
      set(title ?? this.names.title(id ?? ''));
    } else if (kind === 'content-entity') {
      const id = at('content-id') ?? '';
      this.link({ id });
      set(this.names.title(id) ?? `page ${id}`);
    } else if (kind === 'user') {
      set(this.mention(at('account-id') ?? at('userkey') ?? at('username') ?? ''));
    } else set(at('filename') ?? at('value') ?? at('space-key'));
  }

  private mention(account: string): string | undefined {
    if (account === '') return undefined;
    this.mentioned.add(account);
    return `@${this.names.person(account) ?? account}`;
  }

  private link(ref: PageRef): void {
    if (this.links.length < linksMax && (ref.id !== undefined || ref.title !== undefined)) this.links.push(ref);
  }

  private anchor({ attributes }: Frame, body: string): string {
    const account = attributes['data-account-id'] ?? attributes['data-username'];
    if (account !== undefined && account !== '') {
      this.mention(account);
      return body;
    }
    const href = attributes['href'] ?? '';
    const page = pageOfAddress(href);
    if (page) this.link(page);
    else if (/^https?:/i.test(href) && this.addresses.size < linksMax) this.addresses.add(href);
    const shown = body.trim();
    // A ticket that is shown by its key says all that its address says.
    if (/^[A-Z][A-Z0-9_]+-\d+$/.test(shown) && href.endsWith(`/browse/${shown}`)) return body;
    if (/^https?:/i.test(href) && !page && shown !== '' && !shown.includes(href)) return `${body} (${href})`;
    return shown === '' && page ? (this.names.title(page.id ?? '') ?? page.title ?? '') : body;
  }
}

/** Markup nobody reads, the table of contents of a rendered page among it. */
function isHidden(name: string, attributes: Readonly<Record<string, string>>): boolean {
  return hidden.has(name) || /\btoc-macro\b/.test(attributes['class'] ?? '');
}

import { readLimits } from '../../record';
import type { ReadOptions, RecordLocation } from '../../record';
import { readDate } from '../../text/read-date';
import type { PageShelf } from '../page-shelf';
import type { BodySource, PageStatus, RawComment, RawPage } from '../raw-page';
import type { Entity } from './parse-object';

interface Body {
  start: number;
  end: number;
  /** What it is the text of; empty where only its owner names it. */
  owner: string;
  markup: BodySource['markup'];
}

const perPage = 2_000;

/** The objects of one `entities.xml`, sorted by what they belong to: they come in any order. */
export class EntityShelf {
  private readonly pages: { entity: Entity; location: RecordLocation }[] = [];
  private readonly bodies = new Map<string, Body>();
  private readonly comments: Entity[] = [];
  private readonly attachments = new Map<string, string[]>();
  private readonly labels = new Map<string, string>();
  private readonly labellings: { label: string; content: string }[] = [];
  private readonly users: Entity[] = [];
  private readonly spaces: Entity[] = [];

  constructor(
    private readonly load: (start: number, end: number) => Promise<string>,
    private readonly options: ReadOptions,
  ) {}

  /** Returns a sentence when the object should have been a page and is none. */
  add(entity: Entity, { start, end }: { start: number; end: number }, location: RecordLocation): string | undefined {
    const { kind, id, text, refs } = entity;
    if (kind === 'Page' || kind === 'BlogPost') {
      if (/<\/property>\s*<property /.test(text.get('title') ?? '')) return `The title of the page ${id} never ends.`;
      this.pages.push({ entity, location });
    } else if (kind === 'BodyContent') {
      const markup = text.get('bodyType')?.trim() === '0' ? 'wiki' : 'storage';
      this.bodies.set(id, { start, end, owner: refs.get('content') ?? '', markup });
    } else if (kind === 'Comment') this.comments.push(entity);
    else if (kind === 'Attachment') this.addAttachment(entity);
    else if (kind === 'Label') this.labels.set(id, (text.get('name') ?? '').trim());
    else if (kind === 'Labelling')
      this.labellings.push({ label: refs.get('label') ?? '', content: refs.get('content') ?? '' });
    else if (kind === 'ConfluenceUserImpl' || kind === 'User' || kind === 'InternalUser') this.users.push(entity);
    else if (kind === 'Space') this.spaces.push(entity);
    return undefined;
  }

  /** Hands everything over; yields what was odd. */
  *fill(shelf: PageShelf): Generator<{ location: RecordLocation; reason: string }> {
    for (const { id, text } of this.spaces)
      shelf.addSpace([id, text.get('key') ?? ''], {
        key: text.get('key') ?? id,
        name: (text.get('name') ?? '').trim(),
      });
    for (const { id, text } of this.users) {
      const email = (text.get('email') ?? '').trim().toLowerCase();
      const name = (text.get('fullName') ?? text.get('displayName') ?? text.get('name') ?? '').trim() || id;
      shelf.addPerson([id, text.get('name'), text.get('atlassianAccountId')], { name, ...(email && { email }) });
    }
    const owned = this.bodiesByOwner();
    const comments = this.commentsByPage(owned);
    const labels = this.labelsByContent();
    for (const { entity, location } of this.pages) {
      const { id, refs, text } = entity;
      const original = refs.get('originalVersion') ?? (text.get('originalVersionId') ?? '').trim();
      if (original !== '' && original !== id) {
        shelf.addOlderVersion(original, id, this.date(text.get('lastModificationDate')));
        continue;
      }
      const page = this.pageOf(entity, location, owned.get(id));
      if (page.title === '') yield { location, reason: `The page ${id} has no title.` };
      if (page.body === undefined && page.status === 'current')
        yield { location, reason: `The page ${id} has no text in the export.` };
      const repeated = shelf.addPage({
        ...page,
        title: page.title || `Untitled page ${id}`,
        comments: comments.get(id) ?? [],
        labels: labels.get(id) ?? [],
        attachments: this.attachments.get(id) ?? [],
      });
      if (repeated) yield { location, reason: `The page ${id} is in the export more than once; its latest is kept.` };
    }
  }

  private pageOf({ kind, id, text, refs }: Entity, location: RecordLocation, body: Body | undefined): RawPage {
    const value = (name: string): string => (text.get(name) ?? '').trim();
    return {
      id,
      type: kind === 'BlogPost' ? 'blogpost' : 'page',
      status: statusOf(value('contentStatus')),
      title: value('title'),
      space: refs.get('space') ?? (this.spaces.length === 1 ? (this.spaces[0]?.id ?? '') : ''),
      parent: refs.get('parent') ?? '',
      version: Number(value('version')) || 0,
      author: refs.get('creator') ?? value('creatorName'),
      editor: refs.get('lastModifier') ?? value('lastModifierName'),
      createdAt: this.date(text.get('creationDate')),
      updatedAt: this.date(text.get('lastModificationDate')),
      versionsAt: [],
      labels: [],
      attachments: [],
      comments: [],
      body: body && this.sourceOf(body),
      url: '',
      location,
    };
  }

  private sourceOf({ start, end, markup }: Body): BodySource {
    return { markup, load: () => this.load(start, end) };
  }

  /** A text names its owner, or its owner names the text: exports do either. */
  private bodiesByOwner(): Map<string, Body> {
    const owned = new Map<string, Body>();
    for (const body of this.bodies.values()) if (body.owner !== '') owned.set(body.owner, body);
    for (const { id, lists } of [...this.pages.map(({ entity }) => entity), ...this.comments]) {
      const body = this.bodies.get(lists.get('bodyContents')?.at(-1) ?? '');
      if (body && !owned.has(id)) owned.set(id, body);
    }
    return owned;
  }

  private commentsByPage(owned: ReadonlyMap<string, Body>): Map<string, RawComment[]> {
    const found = new Map<string, RawComment[]>();
    for (const { id, text, refs } of this.comments) {
      const original = refs.get('originalVersion') ?? (text.get('originalVersionId') ?? '').trim();
      if (original !== '' || statusOf((text.get('contentStatus') ?? '').trim()) !== 'current') continue;
      const page = refs.get('containerContent') ?? refs.get('content') ?? refs.get('page') ?? '';
      const body = owned.get(id);
      const comment: RawComment = {
        author: refs.get('creator') ?? (text.get('creatorName') ?? '').trim(),
        at: this.date(text.get('creationDate')),
        body: body && this.sourceOf(body),
      };
      append(found, page, comment, readLimits.comments);
    }
    return found;
  }

  private addAttachment({ text, refs }: Entity): void {
    const original = refs.get('originalVersion') ?? (text.get('originalVersionId') ?? '').trim();
    const name = (text.get('title') ?? text.get('fileName') ?? '').trim();
    const page = refs.get('containerContent') ?? refs.get('content') ?? '';
    if (original === '' && name !== '' && statusOf((text.get('contentStatus') ?? '').trim()) === 'current')
      append(this.attachments, page, name, perPage);
  }

  private labelsByContent(): Map<string, string[]> {
    const found = new Map<string, string[]>();
    for (const { label, content } of this.labellings) {
      const name = this.labels.get(label) ?? '';
      if (name !== '') append(found, content, name, perPage);
    }
    return found;
  }

  private date(text: string | undefined): string | null {
    const { timezone } = this.options;
    return readDate((text ?? '').trim(), timezone === undefined ? {} : { timezone });
  }
}

function append<T>(into: Map<string, T[]>, key: string, value: T, max: number): void {
  const list = into.get(key);
  if (!list) into.set(key, [value]);
  else if (list.length < max) list.push(value);
}

/** Exports of old versions say nothing: such a page is current. */
function statusOf(text: string): PageStatus {
  if (text === 'deleted' || text === 'trashed') return 'deleted';
  if (text === 'draft') return 'draft';
  if (text === 'historical') return 'historical';
  return text === 'archived' ? 'archived' : 'current';
}

import { readLimits } from '../record';
import type { ExportRecord, RecordPerson } from '../record';
import { mentionsIn } from '../text/mentions';
import { tidyText } from '../text/html-to-text';
import { wikiToText } from '../text/wiki-to-text';
import type { PageShelf } from './page-shelf';
import type { BodySource, PageRef, RawPage } from './raw-page';
import { storageToText, type StorageNames, type StorageText } from './storage/storage-to-text';
import { withoutControls } from './without-controls';

const ancestorsMax = 20;
const brokenMax = 10;
/** Markup of one page that is turned into text; the rest of a longer one would not be kept anyway. */
const markupChars = 4 * readLimits.bodyChars;

/** A page as the tools give it: text with its comments, people by name, links by id. */
export async function finishPage(page: RawPage, shelf: PageShelf): Promise<ExportRecord> {
  const names: StorageNames = {
    person: (account) => (shelf.isKnown(account) ? shelf.person(account).name : undefined),
    title: (id) => shelf.get(id)?.title,
  };
  const own = await textOf(page.body, names);
  const comments: (StorageText & { author: string; at: string | null })[] = [];
  for (const { author, at, body } of page.comments)
    comments.push({ ...(await textOf(body, names)), author: author && shelf.person(author).name, at });
  comments.sort((a, b) => ((a.at ?? '') < (b.at ?? '') ? -1 : 1));
  const said = comments.map(
    ({ author, at, text }) => `Comment${author && ` by ${author}`}${at ? ` at ${at}` : ''}:\n${text}`,
  );
  const body = [own.text, ...said].filter(Boolean).join('\n\n');
  const linked = resolveLinks(page, [own, ...comments], shelf);
  const { key, name } = shelf.spaceOf(page.space);
  const times = [page.createdAt, page.updatedAt, ...page.versionsAt, ...comments.map(({ at }) => at)];
  const fields: Record<string, string> = {
    status: page.status,
    type: page.type,
    space: key,
    spaceName: name,
    version: page.version > 0 ? String(page.version) : '',
    labels: page.labels.join(', '),
    parent: page.parent,
    path: pathOf(page, shelf).join(' > '),
    attachments: page.attachments.slice(0, 50).join(', '),
    comments: comments.length > 0 ? String(comments.length) : '',
    brokenLinks: linked.broken.slice(0, brokenMax).join('; '),
    url: page.url,
    truncated: own.cut ?? '',
  };
  return {
    source: 'confluence',
    id: page.id,
    threadId: page.id,
    title: withoutControls(page.title),
    body,
    people: peopleOf(page, [own, ...comments], comments, shelf),
    at: page.createdAt ?? page.updatedAt,
    ...(page.updatedAt === null ? {} : { updatedAt: page.updatedAt }),
    activity: [...new Set(times.filter((at) => at !== null))].sort(),
    fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '')),
    links: [...new Set([...linked.ids, ...mentionsIn(page.title, body), ...linked.addresses])].slice(
      0,
      readLimits.links,
    ),
    location: page.location,
  };
}

async function textOf(body: BodySource | undefined, names: StorageNames): Promise<StorageText> {
  const nothing: StorageText = { text: '', links: [], mentioned: [], addresses: [] };
  if (!body) return nothing;
  const markup = (await body.load()).slice(0, markupChars);
  return body.markup === 'wiki' ? { ...nothing, text: tidyText(wikiToText(markup)) } : storageToText(markup, names);
}

/** Links by title become ids where the export has the page; the others are named as broken. */
function resolveLinks(
  page: RawPage,
  texts: readonly StorageText[],
  shelf: PageShelf,
): { ids: string[]; broken: string[]; addresses: string[] } {
  const ids = new Set<string>();
  const broken = new Set<string>();
  for (const ref of texts.flatMap(({ links }) => links)) {
    const found = shelf.resolve(ref, page.space);
    if (found) ids.add(found.id);
    else broken.add(nameOf(ref));
  }
  ids.delete(page.id);
  return { ids: [...ids], broken: [...broken], addresses: texts.flatMap(({ addresses }) => addresses) };
}

function nameOf({ id, title, space }: PageRef): string {
  if (title === undefined) return `page ${id ?? ''}`;
  return space === undefined ? title : `${space}:${title}`;
}

/** Titles from the top of the space down to the parent; a circle of parents ends where it closes. */
function pathOf(page: RawPage, shelf: PageShelf): string[] {
  const titles: string[] = [];
  const seen = new Set([page.id]);
  let at = shelf.get(page.parent);
  while (at && !seen.has(at.id) && titles.length < ancestorsMax) {
    seen.add(at.id);
    titles.unshift(at.title);
    at = shelf.get(at.parent);
  }
  return titles;
}

function peopleOf(
  page: RawPage,
  texts: readonly StorageText[],
  comments: readonly { author: string }[],
  shelf: PageShelf,
): RecordPerson[] {
  const found: RecordPerson[] = [
    ...(page.author === '' ? [] : [{ ...shelf.person(page.author), role: 'author' }]),
    ...(page.editor === '' ? [] : [{ ...shelf.person(page.editor), role: 'editor' }]),
    ...comments.flatMap(({ author }) => (author === '' ? [] : [{ name: author, role: 'commenter' }])),
    ...texts.flatMap(({ mentioned }) => mentioned.map((account) => ({ ...shelf.person(account), role: 'mentioned' }))),
  ];
  const byRole = new Map(found.map((person) => [`${person.role} ${person.name}`, person]));
  return [...byRole.values()].slice(0, readLimits.people);
}

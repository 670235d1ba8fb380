import { renderPage } from './render-page';
import { pageTitled, stampOf, userOf, type Wiki, type WikiPage } from './wiki';

/** How the export writes `]]>` inside a text: both kinds are found in real ones. */
export type CdataForm = 'split' | 'spaced';

interface Writer {
  wiki: Wiki;
  cdata: CdataForm;
  next: number;
}

const cdata = (text: string, form: CdataForm = 'split'): string =>
  `<![CDATA[${form === 'split' ? text.replaceAll(']]>', ']]]]><![CDATA[>') : text.replaceAll(']]>', ']] >')}]]>`;
const value = (name: string, text: string): string => `<property name="${name}">${text}</property>\n`;
const ref = (name: string, kind: string, id: string, idName = 'id'): string =>
  `<property name="${name}" class="${kind}" package="com.atlassian.confluence.core"><id name="${idName}">${idName === 'key' ? cdata(id) : id}</id>\n</property>\n`;
const list = (name: string, kind: string, ids: readonly string[]): string =>
  `<collection name="${name}" class="java.util.Collection">${ids.map((id) => `<element class="${kind}" package="com.atlassian.confluence.core"><id name="id">${id}</id>\n</element>\n`).join('')}</collection>\n`;
const object = (kind: string, id: string, ...parts: string[]): string =>
  `<object class="${kind}" package="com.atlassian.confluence.pages">\n<id name="id">${id}</id>\n${parts.join('')}</object>\n`;

/** An `entities.xml` of the whole wiki: users, labels, drafts, deleted pages and older versions included. */
export function writeEntities(wiki: Wiki, form: CdataForm = 'split'): string {
  const writer: Writer = { wiki, cdata: form, next: 9_000_000 };
  const { space, users, pages } = wiki;
  const labels = [...new Set(pages.flatMap((page) => page.labels))].sort();
  const objects = [
    object('Space', space.id, value('name', cdata(space.name)), value('key', cdata(space.key)), value('lowerKey', cdata(space.key.toLowerCase()))),
    ...users.map(
      ({ key, username, name, accountId }) =>
        `<object class="ConfluenceUserImpl" package="com.atlassian.confluence.user">\n<id name="key">${cdata(key)}</id>\n${value('name', cdata(username))}${value('fullName', cdata(name))}${value('atlassianAccountId', cdata(accountId))}</object>\n`,
    ),
    ...labels.map((label, index) => object('Label', String(8_000_000 + index), value('name', cdata(label)), value('namespace', cdata('global')))),
    ...pages.flatMap((page) => pageObjects(page, writer, labels)),
  ]; // prettier-ignore
  return `<?xml version="1.0" encoding="UTF-8"?>\n<hibernate-generic datetime="2026-03-09 06:00:00">\n${objects.join('')}</hibernate-generic>\n`;
}

function pageObjects(page: WikiPage, writer: Writer, labels: readonly string[]): string[] {
  const { wiki } = writer;
  const bodyId = String(writer.next++);
  const olderIds = page.older.map(() => String(writer.next++));
  const own = pageObject(page, page.id, bodyId, writer, [
    value('contentStatus', cdata(page.status)),
    ...(olderIds.length > 0 ? [list('historicalVersions', 'Page', olderIds)] : []),
  ]);
  const older = page.older.flatMap((text, index) => {
    const id = olderIds[index] ?? '';
    const olderBody = String(writer.next++);
    const then = { ...page, version: index + 1, updatedMs: page.createdMs + index * 3_600_000 };
    return [
      pageObject(then, id, olderBody, writer, [ref('originalVersion', 'Page', page.id), value('originalVersionId', page.id), value('contentStatus', cdata('current'))]),
      body(olderBody, id, text, writer),
    ];
  }); // prettier-ignore
  const labellings = page.labels.map((label) =>
    object('Labelling', String(writer.next++), ref('label', 'Label', String(8_000_000 + labels.indexOf(label))), ref('content', 'Page', page.id)),
  ); // prettier-ignore
  const attachments = page.attachments.map((name) =>
    object('Attachment', String(writer.next++), value('title', cdata(name)), ref('containerContent', 'Page', page.id), value('contentStatus', cdata('current'))),
  ); // prettier-ignore
  const comments = page.comments.flatMap(({ author, atMs, text }) => {
    const [id, commentBody] = [String(writer.next++), String(writer.next++)];
    return [
      object('Comment', id, list('bodyContents', 'BodyContent', [commentBody]), ref('containerContent', 'Page', page.id), ref('creator', 'ConfluenceUserImpl', userOf(wiki, author).key, 'key'), value('creationDate', stampOf(atMs)), value('originalVersionId', ''), value('contentStatus', cdata('current'))),
      body(commentBody, id, text, writer, 'Comment'),
    ];
  }); // prettier-ignore
  return [...older, own, body(bodyId, page.id, page.text, writer), ...labellings, ...attachments, ...comments];
}

function pageObject(page: WikiPage, id: string, bodyId: string, { wiki }: Writer, extra: string[]): string {
  const parent = pageTitled(wiki, page.parent);
  return object(
    'Page',
    id,
    value('hibernateVersion', '1'),
    value('title', cdata(page.title)),
    value('lowerTitle', cdata(page.title.toLowerCase())),
    list('bodyContents', 'BodyContent', [bodyId]),
    value('version', String(page.version)),
    ref('creator', 'ConfluenceUserImpl', userOf(wiki, page.author).key, 'key'),
    value('creationDate', stampOf(page.createdMs)),
    ref('lastModifier', 'ConfluenceUserImpl', userOf(wiki, page.editor).key, 'key'),
    value('lastModificationDate', stampOf(page.updatedMs)),
    value('versionComment', cdata('')),
    ...(parent ? [ref('parent', 'Page', parent.id)] : []),
    ref('space', 'Space', wiki.space.id),
    ...extra,
  );
}

function body(id: string, owner: string, text: string, { wiki, cdata: form }: Writer, kind = 'Page'): string {
  const storage = renderPage(text, 'storage', wiki);
  return object('BodyContent', id, value('body', cdata(storage, form)), ref('content', kind, owner), value('bodyType', '2'));
} // prettier-ignore

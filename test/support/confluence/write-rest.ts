import { renderPage } from './render-page';
import { pageTitled, userOf, type Wiki, type WikiPage } from './wiki';

/** Answers of `/rest/api/content?expand=body.storage,…`, `perPage` contents each. */
export function writeRest(wiki: Wiki, perPage = 25): Map<string, string> {
  const contents = wiki.pages.map((page) => contentOf(page, wiki));
  const files = new Map<string, string>();
  for (let start = 0; start < contents.length; start += perPage) {
    const results = contents.slice(start, start + perPage);
    const links = { base: `https://${wiki.domain}/wiki`, next: `/rest/api/content?start=${start + perPage}` };
    files.set(`content-${start}.json`, JSON.stringify({ results, start, limit: perPage, size: results.length, _links: links }, null, 1)); // prettier-ignore
  }
  return files;
}

const statuses = { current: 'current', draft: 'draft', deleted: 'trashed' } as const;

function contentOf(page: WikiPage, wiki: Wiki): object {
  const who = (username: string): object => {
    const { accountId, name } = userOf(wiki, username);
    return { type: 'known', accountId, displayName: name };
  };
  const storage = (text: string): object => ({ storage: { value: renderPage(text, 'storage', wiki), representation: 'storage' } }); // prettier-ignore
  const parent = pageTitled(wiki, page.parent);
  return {
    id: page.id,
    type: 'page',
    status: statuses[page.status],
    title: page.title,
    space: { id: Number(wiki.space.id), key: wiki.space.key, name: wiki.space.name },
    history: { latest: true, createdBy: who(page.author), createdDate: new Date(page.createdMs).toISOString() },
    version: { by: who(page.editor), when: new Date(page.updatedMs).toISOString(), number: page.version },
    ancestors: parent ? [{ id: parent.id, type: 'page', status: 'current', title: parent.title }] : [],
    metadata: { labels: { results: page.labels.map((name) => ({ prefix: 'global', name })), size: page.labels.length } },
    children: {
      comment: { results: page.comments.map((comment, index) => ({ id: `${page.id}${index}`, type: 'comment', title: `Re: ${page.title}`, history: { createdBy: who(comment.author), createdDate: new Date(comment.atMs).toISOString() }, body: storage(comment.text) })) },
      attachment: { results: page.attachments.map((title) => ({ id: `att${title}`, type: 'attachment', title })) },
    },
    body: storage(page.text),
    _links: { webui: `/spaces/${wiki.space.key}/pages/${page.id}` },
  };
} // prettier-ignore

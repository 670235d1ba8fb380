import { escapeXml, pageTitled, userOf, type Wiki } from './wiki';

/** Storage format as the editor saves it, or the page as the HTML export renders it. */
export type Form = 'storage' | 'view';

const token = /\[\[([^\]|]+)(?:\|([^\]]+))?\]\]|@\[([\w.]+)\]|\{(jira|status|date|:)(?::)?([^}]*)\}|\*([^*]+)\*/g;

/** `[[Title|text]]`, `@[user]`, `{jira:K-1}`, `{status:DONE}`, `{date:…}`, `{:smile}`, `*bold*`. */
function inline(text: string, form: Form, wiki: Wiki): string {
  let out = '';
  let at = 0;
  for (const match of text.matchAll(token)) {
    out += entities(text.slice(at, match.index), form);
    at = match.index + match[0].length;
    const [, title, shown, user, kind, value = '', bold] = match;
    if (title !== undefined) out += link(title, shown, form, wiki);
    else if (user !== undefined) out += mention(user, form, wiki);
    else if (bold !== undefined) out += `<strong>${entities(bold, form)}</strong>`;
    else out += special(kind ?? '', value, form);
  }
  return out + entities(text.slice(at), form);
}

/** Storage format is full of named entities that XML does not know. */
function entities(text: string, form: Form): string {
  const escaped = escapeXml(text).replaceAll('&quot;', form === 'storage' ? '&quot;' : '"');
  return form === 'storage'
    ? escaped.replace(/–/g, '&ndash;').replace(/ü/g, '&uuml;').replace(/’/g, '&rsquo;').replace(/ä/g, '&auml;')
    : escaped;
}

function link(title: string, shown: string | undefined, form: Form, wiki: Wiki): string {
  const target = pageTitled(wiki, title);
  if (form === 'view') {
    const href = target ? `${fileOf(target)}` : `/pages/createpage.action?title=${encodeURIComponent(title)}`;
    return `<a href="${href}">${escapeXml(shown ?? title)}</a>`;
  }
  // Every third page is linked by its id, as newer editors do; all others by title.
  const byId = target !== undefined && Number(target.id) % 3 === 0;
  const page = byId ? `<ri:content-entity ri:content-id="${target.id}" />` : `<ri:page ri:content-title="${escapeXml(title)}" ri:version-at-save="1" />`;
  const body = shown === undefined && !byId ? '' : `<ac:plain-text-link-body><![CDATA[${shown ?? title}]]></ac:plain-text-link-body>`;
  return `<ac:link>${page}${body}</ac:link>`;
} // prettier-ignore

function mention(username: string, form: Form, wiki: Wiki): string {
  const user = userOf(wiki, username);
  return form === 'view'
    ? `<a class="confluence-userlink user-mention" data-account-id="${user.accountId}" href="#">${escapeXml(user.name)}</a>`
    : `<ac:link><ri:user ri:${Number(user.key.slice(-1)) % 2 === 0 ? `account-id="${user.accountId}"` : `userkey="${user.key}"`} /></ac:link>`;
}

function special(kind: string, value: string, form: Form): string {
  if (form === 'view') {
    if (kind === 'jira') return `<span class="jira-issue" data-jira-key="${value}"><a href="https://jira.example/browse/${value}">${value}</a></span>`; // prettier-ignore
    if (kind === 'status') return `<span class="status-macro aui-lozenge">${value}</span>`;
    return kind === 'date' ? `<time datetime="${value}">${value}</time>` : `<img class="emoticon" data-emoji-short-name=":${value}:" alt="(${value})">`; // prettier-ignore
  }
  if (kind === 'jira')
    return `<ac:structured-macro ac:name="jira" ac:schema-version="1" ac:macro-id="0f2a"><ac:parameter ac:name="server">Jira</ac:parameter><ac:parameter ac:name="key">${value}</ac:parameter></ac:structured-macro>`;
  if (kind === 'status')
    return `<ac:structured-macro ac:name="status" ac:schema-version="1"><ac:parameter ac:name="colour">Green</ac:parameter><ac:parameter ac:name="title">${value}</ac:parameter></ac:structured-macro>`;
  return kind === 'date' ? `<time datetime="${value}" />` : `<ac:emoticon ac:name="${value}" />`;
}

/** The whole page. Blocks: `# heading`, `- item`, `1. item`, `| row |`, fenced code, `!box Title: text`, `[x] task`, `> quote`. */
export function renderPage(text: string, form: Form, wiki: Wiki): string {
  const lines = text.split('\n');
  const out: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const run = (test: RegExp): string[] => {
      const taken: string[] = [];
      for (; at < lines.length && test.test(lines[at] ?? ''); at++) taken.push((lines[at] ?? '').replace(test, ''));
      at--;
      return taken.map((one) => one.trim());
    };
    if (line.startsWith('```')) {
      const end = lines.indexOf('```', at + 1);
      out.push(code(lines.slice(at + 1, end).join('\n'), line.slice(3), form));
      at = end;
    } else if (line.startsWith('# ')) out.push(`<h2>${inline(line.slice(2), form, wiki)}</h2>`);
    else if (line.startsWith('|')) out.push(table(run(/^\|/), form, wiki));
    else if (/^- /.test(line))
      out.push(`<ul>${run(/^- /).map((one) => `<li><p>${inline(one, form, wiki)}</p></li>`).join('')}</ul>`); // prettier-ignore
    else if (/^\d+\. /.test(line))
      out.push(`<ol>${run(/^\d+\. /).map((one) => `<li>${inline(one, form, wiki)}</li>`).join('')}</ol>`); // prettier-ignore
    else if (/^\[[x ]\] /.test(line)) out.push(task(line, at, form, wiki));
    else if (line.startsWith('!')) out.push(box(line, form, wiki));
    else if (line.startsWith('> ')) out.push(`<blockquote><p>${inline(line.slice(2), form, wiki)}</p></blockquote>`);
    else if (line !== '') out.push(`<p>${inline(line, form, wiki)}</p>`);
  }
  return out.join('');
}

function code(body: string, language: string, form: Form): string {
  if (form === 'view')
    return `<div class="code panel"><pre class="syntaxhighlighter-pre">${escapeXml(body)}</pre></div>`;
  const parameter = language === '' ? '' : `<ac:parameter ac:name="language">${language}</ac:parameter>`;
  return `<ac:structured-macro ac:name="code" ac:schema-version="1">${parameter}<ac:plain-text-body><![CDATA[${body.replaceAll(']]>', ']]]]><![CDATA[>')}]]></ac:plain-text-body></ac:structured-macro>`;
}

function table(rows: readonly string[], form: Form, wiki: Wiki): string {
  const cells = rows.map((row) => row.replace(/\|\s*$/, '').split('|').map((cell) => inline(cell.trim(), form, wiki))); // prettier-ignore
  const body = cells.map((row, index) => `<tr>${row.map((cell) => (index === 0 ? `<th><p><strong>${cell}</strong></p></th>` : `<td><p>${cell}</p></td>`)).join('')}</tr>`); // prettier-ignore
  return `<table class="${form === 'view' ? 'confluenceTable' : 'wrapped'}"><colgroup><col /><col /></colgroup><tbody>${body.join('')}</tbody></table>`;
}

function task(line: string, id: number, form: Form, wiki: Wiki): string {
  const isDone = line.startsWith('[x]');
  const body = inline(line.slice(4), form, wiki);
  if (form === 'view') return `<ul class="inline-task-list"><li class="${isDone ? 'checked' : ''}">${body}</li></ul>`;
  return `<ac:task-list><ac:task><ac:task-id>${id}</ac:task-id><ac:task-status>${isDone ? 'complete' : 'incomplete'}</ac:task-status><ac:task-body>${body}</ac:task-body></ac:task></ac:task-list>`;
}

function box(line: string, form: Form, wiki: Wiki): string {
  const [, name = '', title = '', body = ''] = /^!(\w+) (?:([^:.]{1,60}): )?(.*)$/.exec(line) ?? [];
  const text = inline(body, form, wiki);
  if (form === 'view') return `<div class="confluence-information-macro"><p class="title">${escapeXml(title)}</p><div class="confluence-information-macro-body"><p>${text}</p></div></div>`; // prettier-ignore
  const parameter = title === '' ? '' : `<ac:parameter ac:name="title">${escapeXml(title)}</ac:parameter>`;
  return `<ac:structured-macro ac:name="${name}" ac:schema-version="1">${parameter}<ac:rich-text-body><p>${text}</p></ac:rich-text-body></ac:structured-macro>`;
}

/** Name of a page's file in the HTML export: words of the title and the id, or the id alone. */
export function fileOf({ id, title }: { id: string; title: string }): string {
  const words = title.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '');
  return /^[\x20-\x7e]+$/.test(title) && words !== '' ? `${words}_${id}.html` : `${id}.html`;
}

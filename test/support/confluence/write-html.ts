import { fileOf, renderPage } from './render-page';
import { dayOf, escapeXml, pageTitled, userOf, type Wiki, type WikiPage } from './wiki';

/** The HTML export of a wiki: one file a page and an index; only what is published is in it. */
export function writeHtml(wiki: Wiki): Map<string, string> {
  const pages = wiki.pages.filter(({ status }) => status === 'current');
  return new Map([['index.html', indexOf(wiki, pages)], ...pages.map((page): [string, string] => [fileOf(page), htmlOf(page, wiki)])]); // prettier-ignore
}

function indexOf({ space }: Wiki, pages: readonly WikiPage[]): string {
  const rows = [['Key', space.key], ['Name', space.name]].map(([name = '', value = '']) => `<tr><th class="confluenceTh">${name}</th><td class="confluenceTd">${escapeXml(value)}</td></tr>`); // prettier-ignore
  const items = pages.map((page) => `<li><a href="${fileOf(page)}">${escapeXml(page.title)}</a></li>`);
  return shell(`${space.key} (${space.name})`, `<h1 id="title-heading" class="pagetitle"><span id="title-text">Space Details:</span></h1><div id="main-content" class="pageSection"><table class="confluenceTable">${rows.join('')}</table></div><div class="pageSection"><h2 class="pageSectionTitle">Available Pages:</h2><ul>${items.join('')}</ul></div>`); // prettier-ignore
}

function htmlOf(page: WikiPage, wiki: Wiki): string {
  const { space } = wiki;
  const trail: WikiPage[] = [];
  for (let at = pageTitled(wiki, page.parent); at && trail.length < 20; at = pageTitled(wiki, at.parent)) trail.unshift(at);
  const crumbs = trail.map((above) => `<li><span><a href="${fileOf(above)}">${escapeXml(above.title)}</a></span></li>`);
  const editor = `last modified by <span class='editor'> ${userOf(wiki, page.editor).name}</span> on ${dayOf(page.updatedMs)}`;
  return shell(
    `${space.name} : ${page.title}`,
    `<div id="main-header"><div id="breadcrumb-section"><ol id="breadcrumbs"><li class="first"><span><a href="index.html">${escapeXml(space.name)}</a></span></li>${crumbs.join('')}</ol></div><h1 id="title-heading" class="pagetitle"><span id="title-text">\n   ${escapeXml(`${space.name} : ${page.title}`)}\n</span></h1></div>
<div id="content" class="view"><div class="page-metadata">\n  Created by <span class='author'> ${userOf(wiki, page.author).name}</span>, ${editor}\n</div>
<div id="main-content" class="wiki-content group">${renderPage(page.text, 'view', wiki)}</div></div>`,
  );
} // prettier-ignore

function shell(title: string, main: string): string {
  return `<!DOCTYPE html>\n<html>\n<head><title>${escapeXml(title)}</title><META http-equiv="Content-Type" content="text/html; charset=UTF-8"></head>\n<body class="theme-default aui-theme-default"><div id="page"><div id="main" class="aui-page-panel">${main}</div></div></body>\n</html>\n`;
}

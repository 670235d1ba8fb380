/** A macro when its end is reached. */
export interface Macro {
  name: string;
  parameters: Map<string, string>;
}

const silent = new Set(
  'toc toc-zone anchor children pagetree pagetreesearch recently-updated livesearch contributors space-details attachments gallery profile-picture blog-posts contentbylabel content-report-table navmap change-history listlabels index'.split(
    ' ',
  ),
);
const boxes = new Set(['info', 'note', 'tip', 'warning', 'panel', 'expand', 'success', 'error']);
const literal = new Set(['code', 'noformat', 'code-block', 'plantuml', 'mermaid', 'mermaid-macro', 'html', 'markdown']);

/** What a reader of the page sees of a macro; `body` is its content as text. An unknown macro is its content. */
export function macroText({ name, parameters }: Macro, body: string): string {
  const title = parameters.get('title') ?? '';
  if (literal.has(name)) return `\n\n${title === '' ? '' : `${title}\n`}${body.replace(/^\n+|\s+$/g, '')}\n\n`;
  if (boxes.has(name)) return `\n\n${title === '' ? '' : `${title}\n`}${body}\n\n`;
  if (name === 'status') return title === '' ? body : `[${title}]`;
  if (name === 'jira') return jiraText(parameters);
  if (name === 'include' || name === 'excerpt-include') return `\n(includes ${body.trim() || 'another page'})\n`;
  if (name === 'view-file' || name === 'viewpdf') return `[file: ${parameters.get('name') ?? body.trim()}]`;
  return silent.has(name) ? '' : body;
}

/** One ticket is its key, a list of them the query behind it. */
function jiraText(parameters: ReadonlyMap<string, string>): string {
  const key = parameters.get('key') ?? '';
  const query = parameters.get('jqlQuery') ?? parameters.get('jqlquery') ?? '';
  return key !== '' ? key : query === '' ? '' : `(tickets: ${query})`;
}

/** Plain text of Jira's wiki markup: macros and decoration go, words, links and mentions stay. */
export function wikiToText(markup: string): string {
  return markup
    .replace(/\{(code|noformat|quote|panel|color|anchor|toc|expand|section|column)(:[^}\n]{0,200})?\}/g, '')
    .replace(/\{\{([^{}\n]{1,500})\}\}/g, '$1')
    .replace(/^h[1-6]\.\s+/gm, '')
    .replace(/^bq\.\s+/gm, '')
    .replace(/\[~(?:accountid:)?([^\]\n]{1,100})\]/g, '@$1')
    .replace(/\[([^\]|\n]{1,500})\|([^\]|\n]{1,2000})(?:\|[^\]\n]{0,100})?\]/g, linkText)
    .replace(/\[((?:https?|mailto):[^\]\s]{1,2000})\]/g, '$1')
    .replace(/!([^!\s|]{1,200}\.\w{1,5})(?:\|[^!\n]{0,200})?!/g, '[$1]')
    .replace(/(^|[\s(])([*_])(?=\S)([^*_\n]{1,500}?)\2(?=[\s).,;:!?]|$)/gm, '$1$3');
}

function linkText(_whole: string, text: string, target: string): string {
  return text === target ? text : `${text} (${target})`;
}

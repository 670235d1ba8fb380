import { Parser } from 'htmlparser2';

const silent = new Set(['script', 'style', 'head', 'title', 'template', 'noscript', 'svg']);
const blocks = new Set(
  'p div br hr tr table ul ol li dl dt dd h1 h2 h3 h4 h5 h6 blockquote pre section article header footer'.split(' '),
);
const paragraphs = new Set('p h1 h2 h3 h4 h5 h6 table ul ol blockquote pre'.split(' '));

/** Readable plain text of an HTML body: blocks become lines, list items get a dash, links keep their address. */
export function htmlToText(html: string): string {
  const out: string[] = [];
  let mute = 0;
  let preformatted = 0;
  let href = '';
  let linkText = '';
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (silent.has(name)) mute++;
        if (name === 'pre') preformatted++;
        if (blocks.has(name)) out.push(paragraphs.has(name) ? '\n\n' : '\n');
        if (name === 'li') out.push('- ');
        if (name === 'td' || name === 'th') out.push(' ');
        if (name === 'a') [href, linkText] = [attributes['href'] ?? '', ''];
      },
      ontext(text) {
        if (mute > 0) return;
        const shown = preformatted > 0 ? text : text.replace(/[ \t\r\n\f]+/g, ' ');
        out.push(shown);
        linkText += shown;
      },
      onclosetag(name) {
        if (silent.has(name)) mute = Math.max(0, mute - 1);
        if (name === 'pre') preformatted = Math.max(0, preformatted - 1);
        if (name === 'a') {
          if (/^https?:/i.test(href) && !linkText.includes(href)) out.push(` (${href})`);
          href = '';
        }
        if (paragraphs.has(name)) out.push('\n\n');
      },
    },
    { decodeEntities: true },
  );
  parser.end(html);
  return tidyText(out.join(''));
}

/** Unix line ends, no trailing blanks, no runs of blank lines. */
export function tidyText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/(?<![ \t\u00a0])[ \t\u00a0]+\n/g, '\n')
    .replace(/\n[ \t]+(?=\S)/g, (run) => (run.length > 2 ? run : '\n'))
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

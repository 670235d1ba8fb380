/**
 * Escapes of the report grammar. A backslash before a character takes its meaning away, `\n` is a line break inside a
 * line. What Markdown would act on (links, images, HTML, code) is escaped too: a quoted mail cannot draw or link.
 */
const everywhere = /[\\<[\]`*]/g;

/** One line: titles and values. `also` are separators of the list it stands in. */
export function escapeLine(value: string, also = ''): string {
  const escaped = value.replace(everywhere, '\\$&').replace(/\n/g, '\\n');
  return also === '' ? escaped : escaped.split(also).join(`\\${also}`);
}

/** Several lines; a line that would read as structure is marked by a backslash. */
export function escapeText(value: string): string {
  return value
    .split('\n')
    .map((line) => line.replace(everywhere, '\\$&'))
    .map((line) => (/^[#>]/.test(line) ? `\\${line}` : line))
    .join('\n');
}

export function unescape(value: string): string {
  return value.replace(/\\([\s\S])/g, (_whole, char: string) => (char === 'n' ? '\n' : char));
}

/** Splits at a separator that no backslash precedes, and unescapes the parts. */
export function splitEscaped(value: string, separator: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (let at = 0; at < value.length; at += 1) {
    const char = value[at] ?? '';
    if (char === '\\') {
      part += char + (value[at + 1] ?? '');
      at += 1;
    } else if (char === separator) {
      parts.push(part);
      part = '';
    } else {
      part += char;
    }
  }
  parts.push(part);
  return parts.map((piece) => unescape(piece.trim())).filter((piece) => piece !== '');
}

/** One thing a report tells, with where it comes from. */
export interface ReportItem {
  id: string;
  title: string;
  source?: string;
  date?: string;
  people: string[];
  status?: string;
  statement?: string;
  quote?: string;
  /** Ids of what the statement rests on. */
  cites: string[];
  /** Further `key: value` lines, in the order given. */
  fields: Record<string, string>;
}
export interface ReportSection {
  title: string;
  summary?: string;
  items: ReportItem[];
}
export interface Report {
  title: string;
  date?: string;
  fields: Record<string, string>;
  sections: ReportSection[];
}

/** Keys of an item that have a place of their own; all others are `fields`. */
export const itemKeys = ['id', 'title', 'source', 'date', 'people', 'status', 'statement', 'quote', 'cites'] as const;
/** Names a metadata line may have. */
export const keyPattern = /^[A-Za-z][A-Za-z0-9_-]{0,39}$/;

/**
 * The report as it can be written down and read back: line ends are `\n`, control characters are gone, texts have no
 * blank ends, single-line values no line breaks at their ends, empty values are absent.
 */
export function normalizeReport(report: Report): Report {
  const date = lineOf(report.date);
  return {
    title: lineOf(report.title) ?? 'Untitled',
    ...(date === undefined ? {} : { date }),
    fields: fieldsOf(report.fields, ['date']),
    sections: report.sections.map((section) => {
      const summary = textOf(section.summary);
      return {
        title: lineOf(section.title) ?? 'Untitled',
        ...(summary === undefined ? {} : { summary }),
        items: section.items.map(normalizeItem),
      };
    }),
  };
}

function normalizeItem(item: ReportItem): ReportItem {
  const optional = {
    source: lineOf(item.source),
    date: lineOf(item.date),
    status: lineOf(item.status),
    statement: textOf(item.statement),
    quote: textOf(item.quote),
  };
  const present = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  return {
    id: lineOf(item.id) ?? 'unknown',
    title: lineOf(item.title) ?? 'Untitled',
    ...present,
    people: linesOf(item.people),
    cites: linesOf(item.cites),
    fields: fieldsOf(item.fields, itemKeys),
  };
}

function fieldsOf(fields: Record<string, string>, taken: readonly string[]): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [key, value] of Object.entries(fields)) {
    const line = lineOf(value);
    if (keyPattern.test(key) && !taken.includes(key) && line !== undefined) kept[key] = line;
  }
  return kept;
}

const linesOf = (values: readonly string[]): string[] => values.flatMap((value) => lineOf(value) ?? []);
const lineOf = (value: string | undefined): string | undefined => textOf(value);

function textOf(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  // Through bytes and back: half a surrogate pair becomes the replacement character, as it would on disk.
  const text = Buffer.from(value.replace(/\r\n?/g, '\n'), 'utf8').toString('utf8');
  const clean = [...text]
    .filter((char) => !isControl(char))
    .join('')
    .trim();
  return clean === '' ? undefined : clean;
}

function isControl(char: string): boolean {
  const code = char.charCodeAt(0);
  return (code < 0x20 && char !== '\t' && char !== '\n') || code === 0x7f;
}

/** One section of a rendered report. */
export interface ReportSection {
  number: number;
  of: number;
  title: string;
  /** Lines `key: value` in order; keys in lower case. */
  metadata: [key: string, value: string][];
  quotes: string[];
}

export interface ParsedReport {
  /** Metadata before the first section: what holds for the whole report. */
  preamble: [key: string, value: string][];
  sections: ReportSection[];
  problems: string[];
}

const heading = /^## \[(\d+)\/(\d+)\] (.+)$/;
const metadataLine = /^(?:[-*] )?([A-Za-z][\w -]{0,40}):(?:\s+(.*))?$/;

/** Reads a report by its grammar: numbered headings, then `key: value` lines, then quoted lines and text. */
export function parseReport(markdown: string): ParsedReport {
  const report: ParsedReport = { preamble: [], sections: [], problems: [] };
  let section: ReportSection | undefined;
  let inMetadata = true;
  for (const line of markdown.split(/\r?\n/)) {
    const start = heading.exec(line);
    if (start) {
      section = { number: Number(start[1]), of: Number(start[2]), title: start[3] ?? '', metadata: [], quotes: [] };
      report.sections.push(section);
      inMetadata = true;
      continue;
    }
    if (/^#{1,6} /.test(line)) {
      inMetadata = true;
      if (line.startsWith('## ')) report.problems.push(`The heading "${line}" is not numbered.`);
      continue;
    }
    if (line.startsWith('>')) {
      inMetadata = false;
      section?.quotes.push(line.replace(/^> ?/, ''));
      continue;
    }
    const pair = inMetadata ? metadataLine.exec(line) : null;
    if (pair) (section?.metadata ?? report.preamble).push([(pair[1] ?? '').toLowerCase(), (pair[2] ?? '').trim()]);
    // A blank line between heading and block is allowed; one after the block ends it.
    else if (line.trim() !== '' || (section && section.metadata.length > 0)) inMetadata = false;
  }
  report.sections.forEach(({ number, of }, index) => {
    if (number !== index + 1 || of !== report.sections.length) {
      report.problems.push(`Section ${index + 1} of ${report.sections.length} is numbered [${number}/${of}].`);
    }
  });
  return report;
}

/** The ids of a `cites: [a, b]` line; brackets are optional. Ids with commas are left for the caller to join. */
export function idsOf(value: string): string[] {
  return value
    .replace(/^\[|\]$/g, '')
    .split(/,\s*/)
    .map((id) => id.trim().replace(/^[<`"]+|[>`"]+$/g, ''))
    .filter(Boolean);
}

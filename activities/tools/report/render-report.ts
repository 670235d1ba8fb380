import { escapeLine, escapeText } from './report-escapes';
import { normalizeReport, type Report, type ReportItem, type ReportSection } from './report-shape';

/**
 * Writes a report as Markdown, the same bytes for the same report:
 *
 *     # Title                    the first heading; further ones begin sections
 *     key: value                 metadata block
 *     ## [3/15] Title of item    items are numbered through the whole report
 *     key: value                 metadata block, `id` first, `people` (by `;`) and `cites` (by `,`) last
 *     statement
 *     > quote
 *
 * `parseReport` reads it back.
 */
export function renderReport(given: Report): string {
  const report = normalizeReport(given);
  const total = report.sections.reduce((sum, section) => sum + section.items.length, 0);
  const head = metadata({ date: report.date, ...report.fields });
  const blocks = [`# ${escapeLine(report.title)}`, ...(head === '' ? [] : [head])];
  let number = 0;
  for (const section of report.sections) {
    blocks.push(...sectionHead(section));
    for (const item of section.items) {
      number += 1;
      blocks.push(...itemBlocks(item, number, total));
    }
  }
  return `${blocks.join('\n\n')}\n`;
}

function sectionHead(section: ReportSection): string[] {
  const title = `# ${escapeLine(section.title)}`;
  return section.summary === undefined ? [title] : [title, escapeText(section.summary)];
}

function itemBlocks(item: ReportItem, number: number, total: number): string[] {
  const { id, title, source, date, people, status, statement, quote, cites, fields } = item;
  const lines = [
    metadata({ id, source, date, status, ...fields }),
    ...(people.length === 0 ? [] : [`people: ${people.map((name) => escapeLine(name, ';')).join('; ')}`]),
    ...(cites.length === 0 ? [] : [`cites: ${cites.map((cite) => escapeLine(cite, ',')).join(', ')}`]),
  ];
  return [
    `## [${number}/${total}] ${escapeLine(title)}`,
    lines.join('\n'),
    ...(statement === undefined ? [] : [escapeText(statement)]),
    ...(quote === undefined ? [] : [quoted(quote)]),
  ];
}

function metadata(values: Record<string, string | undefined>): string {
  return Object.entries(values)
    .flatMap(([key, value]) => (value === undefined ? [] : [`${key}: ${escapeLine(value)}`]))
    .join('\n');
}

function quoted(text: string): string {
  return text
    .split('\n')
    .map((line) => `> ${escapeLine(line)}`)
    .join('\n');
}

import { escapeLine, escapeText } from './report-escapes';
import { normalizeReport, type Report, type ReportItem, type ReportSection } from './report-shape';

/**
 * Writes a report as Markdown, the same bytes for the same report:
 *
 *     # Title                    the first heading; further ones begin sections
 *     key: value                 metadata block
 *     ## [3/15] Title of item    items are numbered through the whole report
 *     key: value                 metadata block, `id` first
 *     statement
 *     > quote
 *     cites: id, id
 *
 * `parseReport` reads it back.
 */
export function renderReport(given: Report): string {
  const report = normalizeReport(given);
  const total = report.sections.reduce((sum, section) => sum + section.items.length, 0);
  const head = { ...(report.date === undefined ? {} : { date: report.date }), items: String(total), ...report.fields };
  const blocks = [`# ${escapeLine(report.title)}`, metadata(head)];
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
  const lines: Record<string, string | undefined> = { id, source, date, status };
  const peopleLine = people.length > 0 ? `\npeople: ${people.map((name) => escapeLine(name, ';')).join('; ')}` : '';
  const extra = Object.keys(fields).length > 0 ? `\n${metadata(fields)}` : '';
  return [
    `## [${number}/${total}] ${escapeLine(title)}`,
    `${metadata(lines)}${peopleLine}${extra}`,
    ...(statement === undefined ? [] : [escapeText(statement)]),
    ...(quote === undefined ? [] : [quoted(quote)]),
    ...(cites.length === 0 ? [] : [`cites: ${cites.map((cite) => escapeLine(cite, ',')).join(', ')}`]),
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

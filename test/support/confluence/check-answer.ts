import type { Json } from '../../../contracts/json';
import { rawTickets } from '../exports/raw-jira';
import { bare, rawPages } from './raw-pages';

export interface Evidence {
  id: string;
  title: string;
  statement?: string;
  quote: string;
  context?: string;
  cites: string[];
}

export interface Answer {
  answer: string;
  evidence: Evidence[];
  unresolved: string[];
  citations: { id: string; source: string; title: string; file: string; byteStart: number; byteEnd: number }[];
  refused: Record<string, string>;
}

/**
 * What is wrong with an answer, found in the raw exports by means of its own: every id it cites stands there, at the
 * bytes it says where the export is XML, and every quote of a page has its words in that page's markup.
 */
export function answerProblems(output: Json, paths: { jira: string; confluence: string }): string[] {
  const { evidence, citations } = output as unknown as Answer;
  const pages = rawPages(paths.confluence);
  const tickets = rawTickets(paths.jira);
  const problems: string[] = [];
  for (const { id, cites, quote, title } of evidence) {
    for (const cite of [id, ...cites])
      if (!pages.has(cite) && !tickets.has(cite)) problems.push(`${cite} is cited and is in no export`);
    if (!cites.every((cite) => citations.some((citation) => citation.id === cite)))
      problems.push(`${id} cites what is not among the citations`);
    const of = [id, ...cites].flatMap((cite) => pages.get(cite) ?? []);
    const isOfTicket = [id, ...cites].some((cite) => tickets.has(cite));
    if (!isOfTicket && !of.some((page) => page.words.includes(bare(quote))))
      problems.push(`${id} is misquoted: ${quote}`);
    const page = pages.get(id);
    if (page && bare(page.title) !== bare(title)) problems.push(`${id} is called ${title}, not ${page.title}`);
  }
  for (const { id, source, file, byteStart, byteEnd } of citations) {
    const raw = source === 'jira' ? tickets.get(id) : pages.get(id);
    if (!raw) problems.push(`the citation ${source}:${id} is in no export`);
    else if (raw.file !== file) problems.push(`${id} is in ${raw.file}, not in ${file}`);
    else if (raw.byteEnd !== Infinity && (raw.byteStart > byteStart || raw.byteEnd < byteEnd))
      problems.push(`${id} is at ${raw.byteStart}–${raw.byteEnd}, not at ${byteStart}–${byteEnd}`);
  }
  return problems;
}

import { readFile } from 'node:fs/promises';
import { Collector } from '../collector';
import { listExportFiles } from '../export-files';
import { createPacer } from '../pacer';
import { readLimits } from '../record';
import { decodeFile } from '../text/decode-file';
import { scanJsonRecords } from '../text/scan-json';
import { addComment, finishTicket, isJiraComment, isJiraIssue, toJiraTicket } from './jira-issue';
import { readJiraCsv } from './read-jira-csv';
import type { ExportFile } from '../export-files';
import type { ReadOptions, ReadResult } from '../record';
import type { DecodedFile } from '../text/decode-file';
import type { RecordShape } from '../text/scan-json';
import type { JiraTicket } from './jira-issue';

const shape: RecordShape = {
  listKeys: ['issues', 'comments'],
  leadKeys: ['expand', 'id', 'self', 'key', 'fields', 'changelog', 'author'],
  isRecord: (value) => isJiraIssue(value) || isJiraComment(value),
  isNextIn: (list, value) => (list === 'comments' ? isJiraComment(value) : isJiraIssue(value)),
};

interface LooseComment {
  file: string;
  byteStart: number;
  comment: Record<string, unknown>;
}

/**
 * Reads a Jira export: REST search pages, arrays, single issues, NDJSON, separate comment pages, and CSV, in one file
 * or a folder of them. The same ticket in two pages counts once, the later `updated` wins. Throws only when `root`
 * itself cannot be read or `signal` is aborted.
 */
export async function readJira(root: string, options: ReadOptions = {}): Promise<ReadResult> {
  const collector = new Collector();
  const files = await listExportFiles(
    root,
    (name) => /\.(json|jsonl|ndjson|csv|tsv|txt)$/i.test(name),
    collector,
    options.denied,
  );
  const tickets = new Map<string, JiraTicket>();
  const loose: LooseComment[] = [];
  for (const file of files) {
    collector.file(file.name);
    const decoded = decodeFile(await readFile(file.path, { signal: options.signal }));
    if (decoded.note) collector.note({ file: file.name, reason: decoded.note });
    if (looksLikeJson(decoded.utf8)) await readJsonFile(file, decoded, { collector, tickets, loose, options });
    else await readJiraCsv(file, decoded, collector, (ticket) => keep(ticket, tickets, collector), options);
  }
  attachComments(loose, tickets, collector);
  for (const ticket of tickets.values()) collector.put(finishTicket(ticket));
  return collector.result();
}

function looksLikeJson(utf8: Buffer): boolean {
  const head = utf8.toString('utf8', 0, 200).trimStart();
  return head.startsWith('{') || head.startsWith('[');
}

interface Reading {
  collector: Collector;
  tickets: Map<string, JiraTicket>;
  loose: LooseComment[];
  options: ReadOptions;
}

async function readJsonFile(file: ExportFile, decoded: DecodedFile, reading: Reading): Promise<void> {
  const { collector, tickets, loose, options } = reading;
  const pace = createPacer(options.signal);
  for (const event of scanJsonRecords(decoded.utf8, shape, readLimits.recordBytes)) {
    const byteStart = decoded.toFile(event.start);
    if (event.kind === 'fault') collector.skip({ file: file.name, byteStart, reason: event.reason });
    else if (event.kind === 'note') collector.note({ file: file.name, byteStart, reason: event.reason });
    else if (isJiraIssue(event.value)) {
      const location = { file: file.name, byteStart, byteEnd: decoded.toFile(event.end) };
      keep(toJiraTicket(event.value, location), tickets, collector);
    } else if (isJiraComment(event.value)) loose.push({ file: file.name, byteStart, comment: event.value });
    await pace();
  }
}

/** Pages overlap when tickets move while they are fetched: the newer state of a ticket stays. */
function keep(ticket: JiraTicket, tickets: Map<string, JiraTicket>, collector: Collector): void {
  const { id, location } = ticket.record;
  const { file, byteStart } = location;
  if (ticket.record.at === null)
    collector.note({ file, byteStart, reason: `${id} has no creation date that can be read.` });
  const known = tickets.get(id);
  if (known)
    collector.note({ file, byteStart, reason: `${id} is in the export more than once; its latest state is kept.` });
  if (!known || (known.record.updatedAt ?? '') <= (ticket.record.updatedAt ?? '')) tickets.set(id, ticket);
}

/** Comment pages name their issue by number, in `self`, or by key, in the name of their file. */
function attachComments(loose: LooseComment[], tickets: Map<string, JiraTicket>, collector: Collector): void {
  if (loose.length === 0) return;
  const byNumber = new Map<string, JiraTicket>();
  for (const ticket of tickets.values()) for (const number of ticket.numbers) byNumber.set(number, ticket);
  for (const { file, byteStart, comment } of loose) {
    const self = typeof comment['self'] === 'string' ? comment['self'] : '';
    const named = /\/issue\/([\w-]+)\//.exec(self)?.[1] ?? '';
    const inName = /[A-Z][A-Z0-9_]+-\d+/.exec(file)?.[0] ?? '';
    const ticket = byNumber.get(named) ?? tickets.get(named) ?? tickets.get(inName);
    if (ticket) addComment(ticket.comments, comment);
    else
      collector.skip({
        file,
        byteStart,
        reason: `A comment on issue ${named || 'unknown'}, which is not in the export.`,
      });
  }
}

import { createPacer } from '../pacer';
import { readLimits } from '../record';
import { mentionsIn } from '../text/mentions';
import { dateOrderOf, readDate } from '../text/read-date';
import { CsvColumns, ticketKey } from './csv-columns';
import { csvRows, delimiterOf } from './csv-rows';
import { richText } from './jira-fields';
import { instants, uniquePeople } from './jira-issue';
import type { Collector } from '../collector';
import type { ExportFile } from '../export-files';
import type { ExportRecord, ReadOptions, RecordPerson } from '../record';
import type { DecodedFile } from '../text/decode-file';
import type { DateReading } from '../text/read-date';
import type { CsvRow } from './csv-rows';
import type { JiraComment, JiraTicket } from './jira-issue';

const plainFields = [
  'status',
  'statusCategory',
  'priority',
  'type',
  'resolution',
  'project',
  'assignee',
  'reporter',
  'due',
  'parent',
];
const listFields = ['labels', 'components', 'fixVersions'];
const roles = ['reporter', 'assignee', 'creator'];

/** Reads Jira's CSV export and gives each ticket to `keep`. Dates without a zone are taken in `options.timezone`. */
export async function readJiraCsv(
  file: ExportFile,
  decoded: DecodedFile,
  collector: Collector,
  keep: (ticket: JiraTicket) => void,
  options: ReadOptions,
): Promise<void> {
  const pace = createPacer(options.signal);
  let header: string[] | undefined;
  let columns: CsvColumns | undefined;
  let afterFault = false;
  const rows: CsvRow[] = [];
  for (const event of csvRows(decoded.utf8, delimiterOf(decoded.utf8), readLimits.recordBytes)) {
    await pace();
    if (event.kind === 'fault') {
      if (!afterFault)
        collector.skip({ file: file.name, byteStart: decoded.toFile(event.start), reason: event.reason });
      afterFault = true;
    } else if (event.kind === 'note') {
      collector.note({ file: file.name, byteStart: decoded.toFile(event.start), reason: event.reason });
    } else if (event.row.cells.every((cell) => cell.trim() === '')) continue;
    else if (!header) header = event.row.cells;
    else {
      columns ??= new CsvColumns(header, event.row.cells);
      if (ticketKey.test(columns.one(event.row.cells, 'key'))) rows.push(event.row);
      // Lines after a broken row may be the rest of it: they are part of the loss that was reported.
      else if (!afterFault)
        collector.skip({
          file: file.name,
          byteStart: decoded.toFile(event.row.start),
          reason: 'The row has no ticket key.',
        });
      else continue;
      afterFault = false;
    }
  }
  if (!columns) {
    if (!header || !new CsvColumns(header, []).has('key'))
      collector.note({
        file: file.name,
        reason: 'The file is no Jira export: no JSON, and no CSV with a column of ticket keys.',
      });
    return;
  }
  const reading = readingOf(rows, columns, file, collector, options);
  for (const row of rows) {
    keep(toTicket(row, columns, reading, { file: file.name, decoded }));
    await pace();
  }
}

/** How the dates of this file are to be read: the order of day and month shows only over all of them. */
function readingOf(
  rows: CsvRow[],
  columns: CsvColumns,
  file: ExportFile,
  collector: Collector,
  options: ReadOptions,
): DateReading {
  const dates = function* (): Generator<string> {
    for (const { cells } of rows)
      for (const field of ['created', 'updated', 'resolved']) yield columns.one(cells, field);
  };
  const order = dateOrderOf(dates());
  const ambiguous = rows[0] && /^\s*\d{1,2}[/-]\d{1,2}[/-]\d/.test(columns.one(rows[0].cells, 'created'));
  if (!order && ambiguous)
    collector.note({ file: file.name, reason: 'Its dates fit both day/month and month/day; they are read day first.' });
  return { order: order ?? 'day-first', timezone: options.timezone ?? 'UTC' };
}

function toTicket(
  row: CsvRow,
  columns: CsvColumns,
  reading: DateReading,
  from: { file: string; decoded: DecodedFile },
): JiraTicket {
  const { cells } = row;
  const key = columns.one(cells, 'key');
  const at = readDate(columns.one(cells, 'created'), reading);
  const updatedAt = readDate(columns.one(cells, 'updated'), reading);
  const title = columns.one(cells, 'title');
  const body = richText(columns.one(cells, 'description'));
  const fields: Record<string, string> = {};
  for (const name of plainFields) if (columns.one(cells, name)) fields[name] = columns.one(cells, name);
  for (const name of listFields) {
    const all = columns.all(cells, name).join(', ');
    if (all) fields[name] = all;
  }
  const people = roles
    .map((role): RecordPerson => ({ name: columns.one(cells, role), role }))
    .filter(({ name }) => name !== '');
  const links = [...columns.all(cells, 'links').filter((link) => ticketKey.test(link)), ...mentionsIn(title, body)];
  const record: ExportRecord = {
    source: 'jira',
    id: key,
    threadId: key,
    title,
    body,
    people: uniquePeople(people),
    at,
    ...(updatedAt ? { updatedAt } : {}),
    activity: instants([at, updatedAt, readDate(columns.one(cells, 'resolved'), reading)]),
    fields,
    links: [...new Set(links)].filter((link) => link !== key),
    location: { file: from.file, byteStart: from.decoded.toFile(row.start), byteEnd: from.decoded.toFile(row.end) },
  };
  const comments = columns
    .all(cells, 'comment')
    .slice(0, readLimits.comments)
    .map((cell) => toComment(cell, reading));
  return {
    record,
    numbers: columns.all(cells, 'number'),
    comments: new Map(comments.map((comment, index) => [String(index), comment])),
  };
}

/** Jira writes a comment as `date;author;text`. */
function toComment(cell: string, reading: DateReading): JiraComment {
  const [, date = '', author = '', body = ''] = /^([^;\n]{6,60});([^;\n]{0,200});([\s\S]*)$/.exec(cell) ?? [];
  const at = date ? readDate(date, reading) : null;
  return at
    ? { author, body: richText(body), at, updatedAt: null }
    : { author: '', body: richText(cell), at: null, updatedAt: null };
}

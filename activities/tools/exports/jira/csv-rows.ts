import { CsvError, parse } from 'csv-parse/sync';

export interface CsvRow {
  cells: string[];
  /** Bytes in the text that was given. */
  start: number;
  end: number;
}

export type CsvEvent =
  | { kind: 'row'; row: CsvRow }
  | { kind: 'fault'; start: number; reason: string }
  | { kind: 'note'; start: number; reason: string };

const rowsPerSlice = 200;
const faultsMax = 2_000;

/** The delimiter of a CSV text: whichever of `,` `;` tab `|` stands most often outside quotes in its first line. */
export function delimiterOf(csv: Buffer): string {
  const head = csv.toString('utf8', 0, 65_536).replace(/"(?:[^"]|"")*"/g, '');
  const line = head.slice(0, head.search(/[\r\n]/) < 0 ? undefined : head.search(/[\r\n]/));
  const counted = [',', ';', '\t', '|'].map((mark) => ({ mark, count: line.split(mark).length - 1 }));
  return counted.reduce((best, next) => (next.count > best.count ? next : best)).mark;
}

/**
 * The rows of a CSV text, a slice of them at a time. After a row that cannot be parsed, reading goes on at its next
 * line: an unclosed quote then costs its own row and not all that follow.
 */
export function* csvRows(csv: Buffer, delimiter: string, rowBytesMax: number): Generator<CsvEvent> {
  let from = 0;
  for (let faults = 0; from < csv.length;) {
    if (faults >= faultsMax) {
      yield {
        kind: 'note',
        start: from,
        reason: `More than ${faultsMax} rows are broken; the rest of the file is not read.`,
      };
      return;
    }
    const slice = parseSlice(csv, from, delimiter, rowBytesMax);
    for (const row of slice.rows) yield { kind: 'row', row };
    from = slice.end;
    if (slice.reason === undefined) continue;
    yield { kind: 'fault', start: from, reason: slice.reason };
    faults++;
    const lineEnd = csv.indexOf(0x0a, from);
    from = lineEnd < 0 ? csv.length : lineEnd + 1;
  }
}

function parseSlice(
  csv: Buffer,
  from: number,
  delimiter: string,
  rowBytesMax: number,
): { rows: CsvRow[]; end: number; reason?: string } {
  const rows: CsvRow[] = [];
  let end = from;
  try {
    parse(csv.subarray(from), {
      delimiter,
      relax_column_count: true,
      relax_quotes: false,
      to: rowsPerSlice,
      max_record_size: rowBytesMax,
      on_record: (cells: string[], { bytes }) => {
        rows.push({ cells, start: end, end: from + bytes });
        end = from + bytes;
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { rows, end, reason: `The row is no CSV: ${error.message.slice(0, 160)}` };
  }
  return { rows, end: rows.length < rowsPerSlice ? csv.length : end };
}

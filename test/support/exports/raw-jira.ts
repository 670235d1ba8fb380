import { filesBelow, objectAround, rawText } from './raw-files';
import type { Plain, RawRecord, RawText } from './raw-files';

/** Every ticket of a Jira export, by key, found in the raw text. */
export function rawTickets(root: string): Map<string, RawRecord> {
  const found = new Map<string, RawRecord & { updatedMs: number }>();
  for (const file of filesBelow(root)) {
    const raw = rawText(root, file);
    const tickets = /^\s*[[{]/.test(raw.text.slice(0, 100)) ? jsonTickets(raw) : csvTickets(raw);
    for (const ticket of tickets) {
      const known = found.get(ticket.id);
      if (!known || known.updatedMs <= ticket.updatedMs) found.set(ticket.id, ticket);
    }
  }
  return found;
}

type Dated = RawRecord & { updatedMs: number };

function jsonTickets(raw: RawText): Dated[] {
  const tickets: Dated[] = [];
  let searchedTo = -1;
  for (const match of raw.text.matchAll(/"key"\s*:\s*"([A-Z][A-Z0-9_]*-\d+)"/g)) {
    if (match.index < searchedTo) continue;
    const hit = objectAround(raw.text, match.index, (value) => value['key'] === match[1] && 'created' in ((value['fields'] as Plain | undefined) ?? {}));
    if (!hit) continue;
    searchedTo = hit.end;
    const fields = hit.value['fields'] as Plain;
    const comments = ((fields['comment'] as Plain | undefined)?.['comments'] ?? []) as Plain[];
    const histories = ((hit.value['changelog'] as Plain | undefined)?.['histories'] ?? []) as Plain[];
    const stamps = [fields['created'], fields['updated'], fields['resolutiondate'], ...comments.flatMap((comment) => [comment['created'], comment['updated']]), ...histories.map((change) => change['created'])];
    tickets.push({
      id: match[1] ?? '', file: raw.name, byteStart: raw.byteAt(hit.start), byteEnd: raw.byteAt(hit.end), status: (fields['status'] as { name: string } | null)?.name ?? '',
      times: stamps.map(isoMs).filter((time) => !Number.isNaN(time)), createdMs: isoMs(fields['created']), updatedMs: isoMs(fields['updated']) || 0,
    });
  }
  return tickets;
} // prettier-ignore

function isoMs(stamp: unknown): number {
  return typeof stamp === 'string' ? Date.parse(stamp.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')) : Number.NaN;
}

/** Lines are joined while their quotes are open; a row that comes out with another width is taken to be broken. */
function csvTickets(raw: RawText): Dated[] {
  const lines = [...raw.text.matchAll(/[^\n]*(?:\n|$)/g)].map(([line]) => line);
  const mark = [',', ';', '\t'].sort((a, b) => (lines[0] ?? '').split(b).length - (lines[0] ?? '').split(a).length)[0] ?? ',';
  const header = cellsOf(lines[0] ?? '', mark) ?? [];
  const place = (...names: string[]): number[] => header.flatMap((name, index) => (names.includes(name.toLowerCase()) ? [index] : []));
  const [keyAt = -1] = place('issue key', 'vorgangsschlüssel');
  const [statusAt = -1] = place('status');
  const dated = place('created', 'erstellt', 'updated', 'aktualisiert', 'resolved', 'erledigt');
  const notes = place('comment', 'kommentar');
  const rows: { cells: string[]; start: number; end: number }[] = [];
  let offset = (lines[0] ?? '').length;
  for (let index = 1; index < lines.length; ) {
    let joined = '';
    let used = 0;
    let cells: string[] | undefined;
    for (; used < 200 && index + used < lines.length && !cells; used++) {
      joined += lines[index + used] ?? '';
      cells = cellsOf(joined, mark);
    }
    const whole = cells && cells.length === header.length;
    if (whole && cells) rows.push({ cells, start: offset, end: offset + joined.length });
    offset += whole ? joined.length : (lines[index] ?? '').length;
    index += whole ? used : 1;
  }
  const monthFirst = rows.some(({ cells }) => dated.some((at) => /^\d+\/(1[3-9]|2\d|3[01])\//.test(cells[at] ?? '')));
  return rows.flatMap(({ cells, start, end }): Dated[] => {
    const stamps = [...dated.map((at) => cells[at] ?? ''), ...notes.map((at) => (cells[at] ?? '').split(';')[0] ?? '')].map((text) => csvMs(text, monthFirst));
    const id = cells[keyAt] ?? '';
    if (!/^[A-Z][A-Z0-9_]*-\d+$/.test(id)) return [];
    return [{ id, file: raw.name, byteStart: raw.byteAt(start), byteEnd: raw.byteAt(end), status: cells[statusAt] ?? '', times: stamps.filter((time) => !Number.isNaN(time)), createdMs: stamps[0] ?? Number.NaN, updatedMs: stamps[1] || 0 }];
  });
} // prettier-ignore

/** undefined while a quote is open. */
function cellsOf(row: string, mark: string): string[] | undefined {
  const cells: string[] = [];
  const cell = new RegExp(`(?:"((?:[^"]|"")*)"|([^"${mark}\\r\\n]*))(${mark}|\\r?\\n?$)`, 'y');
  for (;;) {
    const found = cell.exec(row);
    if (!found) return undefined;
    cells.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '');
    if (found[3] !== mark) return cells;
  }
}

function csvMs(text: string, monthFirst: boolean): number {
  const found = /^(\d+)[/.](\w+)[/.](\d+) (\d+):(\d+)(?: (AM|PM))?$/.exec(text.trim());
  if (!found) return Number.NaN;
  const [, first = '', second = '', year = '', hour = '', minute = '', half] = found;
  const named = 'JanFebMarAprMayJunJulAugSepOctNovDec'.indexOf(second) / 3;
  const month = /^\d+$/.test(second) ? Number(monthFirst ? first : second) - 1 : named;
  const day = Number(monthFirst && /^\d+$/.test(second) ? second : first);
  const hours = half ? (Number(hour) % 12) + (half === 'PM' ? 12 : 0) : Number(hour);
  return Date.UTC(Number(year) < 100 ? 2000 + Number(year) : Number(year), month, day, hours, Number(minute));
}

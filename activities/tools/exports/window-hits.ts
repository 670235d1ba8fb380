import { isActiveIn } from './time-window';
import type { ExportRecord, ReadResult } from './record';
import type { TimeWindow } from './time-window';

const found = new WeakMap<ReadResult, Map<string, readonly ExportRecord[]>>();
/** Lists kept for one reading; each holds references only. */
const listsMax = 8;

/**
 * Records of a reading with activity in the window, and with `text` (lower case) in them. Pages of one list are asked
 * for a dozen at a time: it is made once, not once a page, so that the event loop is not held up (I10).
 */
export function recordsIn(
  reading: ReadResult,
  window: TimeWindow,
  text: string | undefined,
  holds: (record: ExportRecord, text: string) => boolean,
): readonly ExportRecord[] {
  const lists = found.get(reading) ?? new Map<string, readonly ExportRecord[]>();
  found.set(reading, lists);
  const key = JSON.stringify([window.from, window.to, text ?? '']);
  const known = lists.get(key);
  if (known) return known;
  const hits = reading.records.filter((record) => isActiveIn(record, window) && (!text || holds(record, text)));
  const [oldest] = lists.keys();
  if (lists.size >= listsMax && oldest !== undefined) lists.delete(oldest);
  lists.set(key, hits);
  return hits;
}

import { means } from '../words/concepts';
import { dayOf, daysIn } from '../words/kinds';
import { compareText } from '../words/order';
import type { Reading } from './read-request';
import { words } from '../words/terms';

/** The days a task is about; both ends included, either may be open. */
export interface TimeWindow {
  from?: string;
  to?: string;
}

const beginning = new Set(['since', 'from', 'start', 'begin', 'after', 'earliest']);
const ending = new Set(['until', 'to', 'end', 'before', 'latest', 'till', 'through']);

/** From the input's dates when it has any, else from the days the task names. Data is never asked. */
export function findWindow(reading: Reading): TimeWindow {
  const window: TimeWindow = {};
  for (const [key, value] of Object.entries(reading.input)) {
    const day = dayOf(value);
    if (day === undefined) continue;
    const parts = words(key);
    if (parts.some((word) => beginning.has(word))) window.from = day;
    else if (parts.some((word) => ending.has(word))) window.to = day;
    else if (means(key, 'date')) Object.assign(window, { from: day, to: day });
  }
  if (window.from !== undefined || window.to !== undefined) return window;
  const own = daysIn(withoutPaths(reading.task));
  const days = (own.length > 0 ? own : daysIn(withoutPaths(reading.reminder))).sort(compareText);
  const [first] = days;
  const last = days[days.length - 1];
  if (first === undefined || last === undefined) return {};
  if (days.length > 1) return { from: first, to: last };
  const before = new RegExp(`\\b(\\w+)\\s+(?:the\\s+)?${first}`).exec(reading.task)?.[1]?.toLowerCase() ?? '';
  if (before === 'since' || before === 'after') return { from: first };
  if (before === 'until' || before === 'before' || before === 'by') return { to: first };
  return { from: first, to: first };
}

/** A day inside a file's name is not the day a task is about when the task names one elsewhere. */
function withoutPaths(text: string): string {
  const bare = text.replace(/\S*[\\/]\S*/g, ' ');
  return daysIn(bare).length > 0 ? bare : text;
}

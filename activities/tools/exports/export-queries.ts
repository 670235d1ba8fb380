import { CadreError } from '../../../contracts/failures';
import { resolveAllowed } from '../jail';
import { ReadingCache } from './reading-cache';
import { searchRecords } from './search-records';
import { isActiveIn, timeWindow } from './time-window';
import { recordsIn } from './window-hits';
import type { Roots } from '../jail';
import type { ExportProblem, ExportRecord, ExportSource, ReadResult } from './record';
import type { TimeWindow, WindowRequest } from './time-window';

/** What a call may use: the folders it may read, and its cancellation. */
export interface ExportContext {
  roots: Roots;
  signal?: AbortSignal;
}

/** A record as tools return it. `untrusted` names it as a source of untrusted text (I8). */
export type ExportItem = ExportRecord & { untrusted: string; bodyCut?: true };

/** What every answer says about the reading itself, so that a report can say what it rests on. */
export interface ReadingReport {
  read: number;
  skipped: number;
  problemCount: number;
  problems: ExportProblem[];
}

export interface ListAnswer {
  total: number;
  offset: number;
  nextOffset: number | null;
  window: TimeWindow;
  items: ExportItem[];
  reading: ReadingReport;
}

export interface SearchAnswer {
  total: number;
  items: (ExportItem & { score: number })[];
  reading: ReadingReport;
}

export const queryLimits = {
  list: 50,
  listMax: 200,
  search: 20,
  searchMax: 100,
  bodyChars: 1_500,
  problems: 5,
} as const;

const cache = new ReadingCache();

export type ListArgs = WindowRequest & { path: string; text?: string; limit?: number; offset?: number };

/** Records with activity in the window, oldest first. */
export async function listRecords(source: ExportSource, args: ListArgs, context: ExportContext): Promise<ListAnswer> {
  const window = timeWindow(args);
  const result = await readExport(source, args, context);
  const wanted = args.text?.trim().toLowerCase();
  const hits = recordsIn(result, window, wanted, holds);
  const offset = Math.max(0, Math.trunc(args.offset ?? 0));
  const limit = bounded(args.limit, queryLimits.list, queryLimits.listMax);
  const items = hits.slice(offset, offset + limit).map((record) => shorten(itemOf(record)));
  const next = offset + items.length;
  return {
    total: hits.length,
    offset,
    nextOffset: next < hits.length ? next : null,
    window,
    items,
    reading: reportOf(result),
  };
}

export type GetArgs = { path: string; id: string; timezone?: string };

/** The whole record. Throws `ToolFailed` naming near ids when there is none. */
export async function getRecord(source: ExportSource, args: GetArgs, context: ExportContext): Promise<ExportItem> {
  const { records } = await readExport(source, args, context);
  const id = args.id
    .trim()
    .replace(/^<|>$/g, '')
    .replace(new RegExp(`^${source}:`), '');
  const lower = id.toLowerCase();
  const record =
    records.find((candidate) => candidate.id === id) ??
    records.find((candidate) => candidate.id.toLowerCase() === lower) ??
    (source === 'confluence' ? records.find(({ title }) => title.toLowerCase() === lower) : undefined);
  if (record) return itemOf(record);
  const near = records
    .filter((candidate) => candidate.threadId === id || candidate.id.toLowerCase().startsWith(lower))
    .slice(0, 5);
  const hint = near.length > 0 ? ` Near: ${near.map((candidate) => candidate.id).join(', ')}.` : '';
  throw new CadreError('ToolFailed', `The export holds no ${source} record with the id "${id}".${hint}`);
}

export type SearchArgs = { path: string; query: string; from?: string; to?: string; timezone?: string; limit?: number };

export async function findRecords(
  source: ExportSource,
  args: SearchArgs,
  context: ExportContext,
): Promise<SearchAnswer> {
  const { query, from, to, timezone } = args;
  const window = timeWindow({ ...(from ? { from } : {}), ...(to ? { to } : {}), ...(timezone ? { timezone } : {}) });
  const result = await readExport(source, args, context);
  const within = result.records.filter((record) => isActiveIn(record, window));
  const hits = await searchRecords(within, query, context.signal);
  const limit = bounded(args.limit, queryLimits.search, queryLimits.searchMax);
  const items = hits.slice(0, limit).map(({ record, score }) => ({ ...shorten(itemOf(record)), score }));
  return { total: hits.length, items, reading: reportOf(result) };
}

/** Every record of an export, read once for all calls; throws as the reader and the jail do. */
export async function readExport(
  source: ExportSource,
  args: { path: string; timezone?: string },
  context: ExportContext,
): Promise<ReadResult> {
  const root = await resolveAllowed(context.roots, args.path);
  return cache.read(source, root, {
    ...(args.timezone ? { timezone: args.timezone } : {}),
    ...(context.signal ? { signal: context.signal } : {}),
    ...(context.roots.denied ? { denied: context.roots.denied } : {}),
  });
}

function itemOf(record: ExportRecord): ExportItem {
  return { ...record, untrusted: `${record.source}:${record.id}` };
}

function shorten(item: ExportItem): ExportItem {
  return item.body.length <= queryLimits.bodyChars
    ? item
    : { ...item, body: item.body.slice(0, queryLimits.bodyChars), bodyCut: true };
}

function holds(record: ExportRecord, wanted: string): boolean {
  const { id, title, body, people } = record;
  return [id, title, body, ...people.flatMap(({ name, email = '' }) => [name, email])].some((part) =>
    part.toLowerCase().includes(wanted),
  );
}

function reportOf({ counts, problemCount, problems }: ReadResult): ReadingReport {
  return { ...counts, problemCount, problems: problems.slice(0, queryLimits.problems) };
}

function bounded(asked: number | undefined, usual: number, most: number): number {
  return Math.min(most, Math.max(1, Math.trunc(asked ?? usual)));
}

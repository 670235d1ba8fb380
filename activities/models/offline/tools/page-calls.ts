import type { Json, JsonObject } from '../../../../contracts/json';
import { isJsonObject } from '../../../../contracts/json';
import { limits } from '../../../../contracts/limits';
import { bounds } from '../bounds';
import type { Knowledge } from '../data/knowledge';
import type { PlannedCall } from './next-calls';
import { stableJson } from '../words/order';
import { longestList } from '../data/parse-value';
import type { Material } from '../data/read-request';
import { stem, words } from '../words/terms';
import type { ToolArgument, ToolShape } from './tool-shape';

/**
 * Calls for what a result says is still to come. Results are seen as stretches of one list: with a known total all
 * missing stretches are asked for at once; a result that was shown in part counts as far as it is complete, and its
 * rest is asked for in pages that fit.
 */
export function nextPages(shapes: readonly ToolShape[], known: Knowledge): PlannedCall[] {
  if (known.reading.size > bounds.readChars) return [];
  const calls: PlannedCall[] = [];
  for (const shape of shapes) {
    if (shape.kind !== 'read') continue;
    const results = known.reading.materials.filter(
      (material) => material.kind === 'result' && material.label === shape.tool.name,
    );
    if (results.length === 0 || results.length >= bounds.pagesPerTool) continue;
    const fitting = pagesLeft(known.reading.size, results);
    const pages = listsOf(shape, results).flatMap((list) => pagesOf(shape, list));
    calls.push(...pages.slice(0, fitting).map((args) => ({ name: shape.tool.name, args })));
  }
  return calls;
}

/** How many more pages of the usual size there is room for: a round of many must not go far beyond the bound. */
function pagesLeft(size: number, results: readonly Material[]): number {
  const usual = results.reduce((sum, result) => sum + result.size, 0) / results.length;
  return Math.max(1, Math.ceil((bounds.readChars - size) / Math.max(1, usual)));
}

interface ListRead {
  /** Arguments without those that choose a page. */
  base: JsonObject;
  results: Material[];
}

function listsOf(shape: ToolShape, results: readonly Material[]): ListRead[] {
  const paging = new Set(
    shape.args
      .filter((argument) => argument.role === 'offset' || argument.role === 'limit')
      .map((argument) => argument.name),
  );
  const lists = new Map<string, ListRead>();
  for (const result of results) {
    const base = Object.fromEntries(Object.entries(result.args).filter(([name]) => !paging.has(name)));
    const key = stableJson(base);
    const list = lists.get(key);
    if (list) list.results.push(result);
    else lists.set(key, { base, results: [result] });
  }
  return [...lists.values()];
}

function pagesOf(shape: ToolShape, list: ListRead): JsonObject[] {
  const marks = list.results.flatMap((result) => (isJsonObject(result.value) ? (markIn(result.value) ?? []) : []));
  const argument = pageArgument(shape, marks[0]?.key ?? '');
  if (argument === undefined) return [];
  const isText = argument.schema['type'] === 'string' || marks.some((mark) => typeof mark.value === 'string');
  const isNumbered = !isText && words(argument.name).includes('page');
  if (isText) return marks.map((mark) => ({ ...list.base, ...limitOf(shape, list), [argument.name]: mark.value }));
  return isNumbered ? numberedPages(argument, shape, list, marks) : stretches(argument, shape, list, marks);
}

function limitOf(shape: ToolShape, list: ListRead): JsonObject {
  const name = shape.args.find((argument) => argument.role === 'limit')?.name;
  const used = name === undefined ? undefined : list.results[0]?.args[name];
  return name === undefined || used === undefined ? {} : { [name]: used };
}

function numberedPages(argument: ToolArgument, shape: ToolShape, list: ListRead, marks: readonly Mark[]): JsonObject[] {
  if (marks.length > 0)
    return marks.map((mark) => ({ ...list.base, ...limitOf(shape, list), [argument.name]: mark.value }));
  const last = Math.max(...list.results.map((result) => Number(result.args[argument.name] ?? 1)));
  const newest = list.results.find((result) => Number(result.args[argument.name] ?? 1) === last);
  const read = list.results.reduce((sum, result) => sum + (longestList(result.value)?.length ?? 0), 0);
  const total = totalOf(list);
  const more = newest !== undefined && saysMore(newest.value);
  return more || (total !== undefined && read > 0 && read < total)
    ? [{ ...list.base, ...limitOf(shape, list), [argument.name]: last + 1 }]
    : [];
}

interface Stretch {
  from: number;
  to: number;
}

/** The stretches of the list that no result covers, in pages of a size that came through whole before. */
function stretches(argument: ToolArgument, shape: ToolShape, list: ListRead, marks: readonly Mark[]): JsonObject[] {
  const limit = shape.args.find((one) => one.role === 'limit');
  const covered = list.results.map((result): Stretch => {
    const from = Number(result.args[argument.name] ?? startIn(result.value) ?? 0);
    const isSingle = limit !== undefined && result.args[limit.name] === 1;
    const count = result.cut?.list
      ? Math.max(result.cut.complete, isSingle ? 1 : 0)
      : (longestList(result.value)?.length ?? 0);
    return { from, to: from + count };
  });
  const cuts = list.results.filter((result) => result.cut?.list).map((result) => sizeAfter(result, limit));
  const size = Math.max(1, cuts.length > 0 ? Math.min(...cuts) : Math.max(...covered.map((one) => one.to - one.from)));
  const reached = Math.max(...covered.map((one) => one.to));
  const total =
    totalOf(list) ??
    (marks.length > 0 || cuts.length > 0 || list.results.some((result) => saysMore(result.value))
      ? reached + 1
      : reached);
  const pages: JsonObject[] = [];
  let at = 0;
  for (const stretch of [...covered.filter((one) => one.to > one.from), { from: total, to: total }].sort(
    (a, b) => a.from - b.from,
  )) {
    for (; at < Math.min(stretch.from, total) && pages.length < bounds.callsPerRound; at += size) {
      pages.push({
        ...list.base,
        ...limitOf(shape, list),
        [argument.name]: at,
        ...(limit && cuts.length > 0 ? { [limit.name]: Math.min(size, stretch.from - at) } : {}),
      });
    }
    at = Math.max(at, stretch.to);
  }
  return pages;
}

/** Members a page may have to be shown whole: by the size of those that were seen, and fewer than the last try. */
function sizeAfter(result: Material, limit: ToolArgument | undefined): number {
  const { complete = 0, head = 1 } = result.cut ?? {};
  const fitting = Math.floor((0.75 * limits.shownResultBytes) / (head / Math.max(1, complete)));
  const tried = limit === undefined ? undefined : result.args[limit.name];
  return typeof tried === 'number'
    ? Math.min(fitting, Math.floor(tried / 2))
    : limit === undefined
      ? complete
      : fitting;
}

interface Mark {
  key: string;
  value: Json;
}

function markIn(page: JsonObject): Mark | undefined {
  for (const holder of [page, page['pagination'], page['page'], page['meta'], page['paging']]) {
    if (!isJsonObject(holder)) continue;
    for (const [key, value] of Object.entries(holder)) {
      if (!words(key).includes('next') || value === null || value === '' || value === false) continue;
      if (typeof value === 'string' || typeof value === 'number') return { key, value };
    }
  }
  return undefined;
}

/** The argument that takes the mark: of the same name without `next`, else any that says where to begin. */
function pageArgument(shape: ToolShape, key: string): ToolArgument | undefined {
  const rest = new Set(
    words(key)
      .filter((word) => word !== 'next')
      .map(stem),
  );
  const starts = shape.args.filter((argument) => argument.role === 'offset');
  return starts.find((argument) => words(argument.name).some((word) => rest.has(stem(word)))) ?? starts[0];
}

function totalOf(list: ListRead): number | undefined {
  const totals = list.results.flatMap((result) =>
    isJsonObject(result.value)
      ? (numberAt(result.value, ['total', 'totalCount', 'total_count', 'totalResults']) ?? [])
      : [],
  );
  return totals.length > 0 ? Math.max(...totals) : undefined;
}

function startIn(value: Json): number | undefined {
  return isJsonObject(value) ? numberAt(value, ['offset', 'startAt', 'start', 'skip']) : undefined;
}

function saysMore(value: Json): boolean {
  if (!isJsonObject(value)) return false;
  return (
    ['hasMore', 'has_more', 'more', 'truncated'].some((key) => value[key] === true) ||
    ['isLast', 'last', 'done', 'complete'].some((key) => value[key] === false)
  );
}

function numberAt(page: JsonObject, keys: readonly string[]): number | undefined {
  for (const key of keys) if (typeof page[key] === 'number') return page[key];
  return undefined;
}

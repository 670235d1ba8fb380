import type { Json, JsonObject } from '../../../contracts/json';
import { isJsonObject } from '../../../contracts/json';
import { bounds } from './bounds';
import type { Knowledge } from './knowledge';
import type { PlannedCall } from './next-calls';
import type { Material } from './read-request';
import { stem, words } from './terms';
import type { ToolArgument, ToolShape } from './tool-shape';

/** Calls for what a result says is still to come; with offsets and a known total, several pages at once. */
export function nextPages(shapes: readonly ToolShape[], known: Knowledge): PlannedCall[] {
  const calls: PlannedCall[] = [];
  for (const shape of shapes) {
    if (shape.kind !== 'read') continue;
    const results = known.reading.materials.filter((material) => material.kind === 'result' && material.label === shape.tool.name);
    if (results.length >= bounds.pagesPerTool) continue;
    for (const result of results) {
      const pages = pagesAfter(shape, result);
      for (const args of pages) calls.push({ name: shape.tool.name, args });
    }
  }
  return calls;
}

function pagesAfter(shape: ToolShape, result: Material): JsonObject[] {
  const page = isJsonObject(result.value) ? result.value : undefined;
  if (page === undefined) return [];
  const next = nextMark(page) ?? nextMark(isJsonObject(page['pagination']) ? page['pagination'] : {}) ?? nextMark(isJsonObject(page['page']) ? page['page'] : {});
  const argument = pageArgument(shape, next?.key ?? '');
  if (argument === undefined) return [];
  const total = numberAt(page, ['total', 'totalCount', 'total_count', 'size']);
  if (next !== undefined) return pagesFrom(argument, result.args, next.value, total);
  const begun = numberAt(page, ['offset', 'startAt', 'start', 'skip']) ?? (typeof result.args[argument.name] === 'number' ? Number(result.args[argument.name]) : 0);
  const counted = longestList(page);
  const isPageNumber = words(argument.name).includes('page') && argument.schema['type'] !== 'string';
  const hasMore = ['hasMore', 'has_more', 'more', 'truncated'].some((key) => page[key] === true) || ['isLast', 'last', 'done'].some((key) => page[key] === false);
  if (isPageNumber) {
    const current = typeof result.args[argument.name] === 'number' ? Number(result.args[argument.name]) : 1;
    return hasMore || (total !== undefined && counted > 0 && current * counted < total) ? [{ ...result.args, [argument.name]: current + 1 }] : [];
  }
  if (counted === 0 || argument.schema['type'] === 'string' || !(hasMore || (total !== undefined && begun + counted < total))) return [];
  return pagesFrom(argument, result.args, begun + counted, total);
}

/** The page named, and the ones after it as long as the total says they exist and the step has room. */
function pagesFrom(argument: ToolArgument, args: JsonObject, next: Json, total: number | undefined): JsonObject[] {
  const begun = args[argument.name];
  const size = typeof next === 'number' ? next - (typeof begun === 'number' ? begun : 0) : 0;
  const offsets: Json[] = [next];
  if (typeof next === 'number' && size > 1 && total !== undefined && words(argument.name).every((word) => word !== 'page')) {
    for (let at = next + size; at < total && offsets.length < bounds.callsPerRound; at += size) offsets.push(at);
  }
  return offsets.map((offset) => ({ ...args, [argument.name]: offset }));
}

function nextMark(page: JsonObject): { key: string; value: Json } | undefined {
  for (const [key, value] of Object.entries(page)) {
    if (!words(key).includes('next') || value === null || value === '' || value === false) continue;
    if (typeof value === 'string' || typeof value === 'number') return { key, value };
  }
  return undefined;
}

/** The argument that takes the mark: of the same name without `next`, else any that says where to begin. */
function pageArgument(shape: ToolShape, key: string): ToolArgument | undefined {
  const rest = new Set(words(key).filter((word) => word !== 'next').map(stem));
  const named = shape.args.find((argument) => words(argument.name).some((word) => rest.has(stem(word))));
  return named ?? shape.args.find((argument) => argument.role === 'offset');
}

function numberAt(page: JsonObject, keys: readonly string[]): number | undefined {
  for (const key of keys) if (typeof page[key] === 'number') return page[key];
  return undefined;
}

function longestList(page: JsonObject): number {
  return Math.max(0, ...Object.values(page).map((value) => (Array.isArray(value) ? value.length : 0)));
}

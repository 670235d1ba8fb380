import { readFile } from 'node:fs/promises';
import { matchesPattern } from '../../contracts/pattern-match';
import type { Jail } from './jail';
import { toolLimits } from './tool-limits';
import { walkFiles } from './walk-files';

export interface SearchMatch {
  path: string;
  /** From 1. */
  line: number;
  text: string;
  [key: string]: string | number;
}
export interface SearchResult {
  matches: SearchMatch[];
  filesSearched: number;
  /** False when a bound ended the search early. */
  complete: boolean;
}

const lineChars = 400;

/** Plain text search, without regular expressions: a model's pattern must not be able to stall the worker. */
export async function searchFiles(
  jail: Jail,
  wanted: { query: string; path: string; pattern: string; limit: number },
  signal: AbortSignal,
): Promise<SearchResult> {
  const needle = wanted.query.toLowerCase();
  const walk = await walkFiles(jail, wanted.path, signal);
  const result: SearchResult = { matches: [], filesSearched: 0, complete: walk.complete };
  let scanned = 0;
  for (const file of walk.files) {
    if (!matchesPattern(wanted.pattern, file.name.slice(file.name.lastIndexOf('/') + 1))) continue;
    signal.throwIfAborted();
    scanned += file.bytes;
    if (scanned > toolLimits.scannedBytes || result.matches.length >= wanted.limit) {
      result.complete = false;
      break;
    }
    const bytes = await readFile(file.real);
    if (bytes.includes(0)) continue;
    result.filesSearched += 1;
    addMatches(result, file.name, bytes.toString('utf8'), needle, wanted.limit);
  }
  return result;
}

function addMatches(result: SearchResult, name: string, text: string, needle: string, limit: number): void {
  if (!text.toLowerCase().includes(needle)) return;
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    const at = line.toLowerCase().indexOf(needle);
    if (at < 0) continue;
    if (result.matches.length >= limit) {
      result.complete = false;
      return;
    }
    const start = Math.max(0, at - lineChars / 2);
    result.matches.push({ path: name, line: index + 1, text: line.slice(start, start + lineChars).trim() });
  }
}

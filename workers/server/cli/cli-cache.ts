import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { checkCli, type CliCheck } from './check-cli';
import type { Env } from '../env';

const workPrefix = '.fetch-';
/** A work folder older than this belongs to nobody any more. */
const workAgeMs = 60 * 60_000;
const executable = process.platform === 'win32' ? 'temporal.exe' : 'temporal';

export function cachedCliPath(home: string): string {
  return path.join(home, 'bin', executable);
}

/** The size is kept beside the file: a binary cut near its end still answers `--version`. */
const sizeFile = (home: string): string => `${cachedCliPath(home)}.size`;

export async function checkCachedCli(home: string, env: Env): Promise<CliCheck> {
  const file = cachedCliPath(home);
  const expected = readNumber(sizeFile(home));
  const size = sizeOf(file);
  if (size !== undefined && expected !== undefined && size !== expected) {
    return { works: false, path: file, missing: false, reason: `it has ${size} bytes where ${expected} were stored` };
  }
  return checkCli(file, env);
}

/** A private folder under the cache, on the same file system, so that the finished file can be renamed into place. */
export function makeWorkFolder(home: string): string {
  const cache = path.join(home, 'bin');
  mkdirSync(cache, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(cache).filter((entry) => entry.startsWith(workPrefix))) {
    const folder = path.join(cache, name);
    if (Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > workAgeMs)
      removeFolder(folder);
  }
  const folder = path.join(cache, `${workPrefix}${randomUUID()}`);
  mkdirSync(folder, { mode: 0o700 });
  return folder;
}

export function removeFolder(folder: string): void {
  // Go makes its module folders read-only; a folder that cannot be removed now is removed by a later run.
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 2 });
  } catch {
    return;
  }
}

/** Puts a fetched binary into the cache, atomically, if it works. */
export async function adoptIntoCache(home: string, fetched: string, env: Env): Promise<CliCheck> {
  if (sizeOf(fetched) === undefined) return { works: false, path: fetched, missing: true, reason: 'no file arrived' };
  chmodSync(fetched, 0o755);
  const check = await checkCli(fetched, env);
  if (!check.works) return check;
  const target = cachedCliPath(home);
  rmSync(sizeFile(home), { force: true });
  renameSync(fetched, target);
  writeFileSync(sizeFile(home), `${sizeOf(target)}\n`);
  return { ...check, path: target };
}

/** Bytes below a folder, for watching a download that reports nothing. */
export function folderBytes(folder: string): number {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.reduce((sum, entry) => {
      const file = path.join(folder, entry.name);
      return sum + (entry.isDirectory() ? folderBytes(file) : (sizeOf(file) ?? 0));
    }, 0);
  } catch {
    return 0;
  }
}

function sizeOf(file: string): number | undefined {
  try {
    return statSync(file).size;
  } catch {
    return undefined;
  }
}

function readNumber(file: string): number | undefined {
  try {
    const value = Number(readFileSync(file, 'utf8'));
    return Number.isSafeInteger(value) && value > 0 ? value : undefined;
  } catch {
    return undefined;
  }
}

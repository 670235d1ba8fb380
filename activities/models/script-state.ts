import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Which entries of a script are taken by which calls, and how often each call was tried. */
export interface ScriptState {
  /** The call that holds an entry, or null. */
  holderOf(entry: number): string | null;
  /** Takes an entry for a call; false when another call was faster. */
  claim(entry: number, call: string): boolean;
  /** Counts one more try of a call and returns the count, from 1. */
  countTry(call: string): number;
  /** Notes a call the script did not foresee. */
  noteUnexpected(call: string): void;
  unexpected(): string[];
}

export function memoryScriptState(): ScriptState {
  const holders = new Map<number, string>();
  const tries = new Map<string, number>();
  const surprises: string[] = [];
  return {
    holderOf: (entry) => holders.get(entry) ?? null,
    claim: (entry, call) => {
      if (holders.has(entry)) return false;
      holders.set(entry, call);
      return true;
    },
    countTry: (call) => {
      const count = (tries.get(call) ?? 0) + 1;
      tries.set(call, count);
      return count;
    },
    noteUnexpected: (call) => void surprises.push(call),
    unexpected: () => [...surprises],
  };
}

/**
 * The same, in a folder: survives kill -9 and serves several processes. An entry is claimed by creating its file, which
 * only one process can; a try is one byte appended.
 */
export function folderScriptState(folder: string): ScriptState {
  mkdirSync(folder, { recursive: true });
  const entryFile = (entry: number): string => path.join(folder, `entry-${entry}`);
  const tryFile = (call: string): string => {
    return path.join(folder, `tries-${createHash('sha256').update(call).digest('hex').slice(0, 24)}`);
  };
  const surprises = path.join(folder, 'unexpected');
  return {
    holderOf: (entry) => (existsSync(entryFile(entry)) ? readFileSync(entryFile(entry), 'utf8') : null),
    claim: (entry, call) => {
      try {
        writeFileSync(entryFile(entry), call, { flag: 'wx' });
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
        throw error;
      }
    },
    countTry: (call) => {
      appendFileSync(tryFile(call), '.');
      return readFileSync(tryFile(call), 'utf8').length;
    },
    noteUnexpected: (call) => appendFileSync(surprises, `${call}\n`),
    unexpected: () =>
      readdirSync(folder).includes('unexpected') ? readFileSync(surprises, 'utf8').trim().split('\n') : [],
  };
}

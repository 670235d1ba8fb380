import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Jail } from './jail';
import { toolLimits } from './tool-limits';

export interface WalkedFile {
  /** Absolute. */
  real: string;
  /** Relative to the jail, with forward slashes. */
  name: string;
  bytes: number;
  modifiedAt: string;
}
export interface Walk {
  /** Absolute path of where the walk began. */
  from: string;
  files: WalkedFile[];
  /** False when a bound ended the walk early. */
  complete: boolean;
}

// Version control's own files are no content; what is closed to tools is not even named.
const skipped: ReadonlySet<string> = new Set(['.git', 'node_modules']);

/** Plain files below a path in name order. Symbolic links are not followed, so a folder cannot lead out of the jail. */
export async function walkFiles(jail: Jail, given: string, signal: AbortSignal): Promise<Walk> {
  const from = await jail.existing(given);
  const walk: Walk = { from, files: [], complete: true };
  const visit = async (real: string, depth: number): Promise<void> => {
    signal.throwIfAborted();
    const info = await lstat(real);
    if (info.isFile()) {
      if (walk.files.length >= toolLimits.scannedFiles) walk.complete = false;
      else walk.files.push({ real, name: jail.nameOf(real), bytes: info.size, modifiedAt: info.mtime.toISOString() });
      return;
    }
    if (!info.isDirectory()) return;
    if (depth >= toolLimits.walkDepth) {
      walk.complete = false;
      return;
    }
    const names = await readdir(real);
    for (const name of names.sort()) {
      const inside = path.join(real, name);
      if (!skipped.has(name) && !jail.isClosed(inside) && walk.complete) await visit(inside, depth + 1);
    }
  };
  await visit(from, 0);
  return walk;
}

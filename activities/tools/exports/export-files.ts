import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { isDenied } from '../jail';
import { readLimits } from './record';
import type { Collector } from './collector';

export interface ExportFile {
  /** Absolute. */
  path: string;
  /** Relative to what was asked for, with forward slashes. */
  name: string;
  sizeBytes: number;
  mtimeMs: number;
}

/**
 * The files at `root` (a file or a folder; a real path), in name order. Symbolic links inside a folder are not followed,
 * so a jailed folder cannot lead out of itself; what is `denied` is passed over, as in every list of files.
 * `collector` is told of what was left out.
 */
export async function listExportFiles(
  root: string,
  wanted: (name: string) => boolean,
  collector?: Collector,
  denied: readonly string[] = [],
): Promise<ExportFile[]> {
  const found: ExportFile[] = [];
  const add = async (file: string, name: string): Promise<void> => {
    const stat = await lstat(file);
    if (!stat.isFile()) return;
    if (stat.size > readLimits.fileBytes) {
      collector?.note({
        file: name,
        reason: `The file has ${stat.size} bytes; at most ${readLimits.fileBytes} are read.`,
      });
    } else if (found.length < readLimits.files) {
      found.push({ path: file, name, sizeBytes: stat.size, mtimeMs: stat.mtimeMs });
    } else if (found.length === readLimits.files) {
      collector?.note({ file: name, reason: `Only the first ${readLimits.files} files of the folder are read.` });
    }
  };
  const walk = async (folder: string, prefix: string, depth: number): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      if (entry.name.startsWith('.') || isDenied(denied, path.join(folder, entry.name))) continue;
      const name = prefix + entry.name;
      if (entry.isDirectory() && depth < readLimits.depth) {
        await walk(path.join(folder, entry.name), `${name}/`, depth + 1);
      } else if (entry.isFile() && wanted(entry.name)) {
        await add(path.join(folder, entry.name), name);
      }
    }
  };
  const stat = await lstat(root);
  if (stat.isDirectory()) await walk(root, '', 0);
  else await add(root, path.basename(root));
  return found;
}

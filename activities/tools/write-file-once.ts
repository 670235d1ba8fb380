import { mkdir, open, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { CadreError } from '../../contracts/failures';
import { sha256Hex } from '../../contracts/digest';
import { blobIdOf } from '../stores/blobs';
import type { Jail } from './jail';
import { toolLimits } from './tool-limits';

export interface WrittenFile {
  path: string;
  bytes: number;
  digest: string;
  /** False when this key has written the file before: nothing was touched. */
  written: boolean;
  [key: string]: string | number | boolean;
}

/** What is kept of a key: enough to know that its write has happened. */
interface Marker {
  key: string;
  path: string;
  digest: string;
  state: 'started' | 'done';
  /** How often the file was put in place under this key: 0 or 1 (I4). */
  writes: number;
  at: string;
}

/**
 * Puts a file in place, once per key (I4). The bytes go to a temporary file named by the key, then a marker says
 * `started`, then a rename moves the temporary file away. After a crash the marker and the temporary file tell exactly
 * how far it came: marker `started` without a temporary file means that the rename has happened.
 */
export async function writeFileOnce(
  jail: Jail,
  given: string,
  bytes: Uint8Array,
  key: string | undefined,
  now: () => Date,
): Promise<WrittenFile> {
  if (bytes.byteLength > toolLimits.writeBytes) {
    throw new CadreError(
      'PayloadTooLarge',
      `A file of ${bytes.byteLength} bytes is more than ${toolLimits.writeBytes}.`,
    );
  }
  const target = await jail.forWriting(given);
  const answer = { path: jail.nameOf(target), bytes: bytes.byteLength, digest: blobIdOf(bytes) };
  const id = key === undefined ? sha256Hex(`${target}\n${now().toISOString()}\n${process.pid}`) : sha256Hex(key);
  const temporary = path.join(path.dirname(target), `.${id.slice(0, 24)}.cadre-tmp`);
  if (key === undefined) {
    await writeDurably(temporary, bytes);
    await rename(temporary, target);
    return { ...answer, written: true };
  }
  const folder = await markerFolder(jail);
  const file = path.join(folder, `${id}.json`);
  const known = await readMarker(file);
  if (known && (known.digest !== answer.digest || known.path !== answer.path)) {
    throw new CadreError(
      'ToolFailed',
      `The key of this call has written another file ("${known.path}") before; nothing was written.`,
    );
  }
  if (known?.state === 'done' || (known && !(await exists(temporary)))) return { ...answer, written: false };
  await writeDurably(temporary, bytes);
  const marker = { key, path: answer.path, digest: answer.digest, at: now().toISOString() };
  await writeMarker(file, { ...marker, state: 'started', writes: 0 });
  const written = await moveInPlace(temporary, target);
  await writeMarker(file, { ...marker, state: 'done', writes: 1 });
  return { ...answer, written };
}

/** False when another attempt of the same key has moved the file in the meantime. */
async function moveInPlace(temporary: string, target: string): Promise<boolean> {
  try {
    await rename(temporary, target);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

async function writeDurably(file: string, bytes: Uint8Array): Promise<void> {
  await rm(file, { force: true });
  const handle = await open(file, 'wx', 0o644);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeMarker(file: string, marker: Marker): Promise<void> {
  await writeDurably(`${file}.tmp`, Buffer.from(JSON.stringify(marker)));
  await rename(`${file}.tmp`, file);
}

async function readMarker(file: string): Promise<Marker | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Marker;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new CadreError('ToolFailed', `The record of an earlier write cannot be read: ${String(error)}.`);
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** `.cadre/writes` of the root, kept to its bound: the oldest markers go first. */
async function markerFolder(jail: Jail): Promise<string> {
  const folder = path.join(jail.root, '.cadre', 'writes');
  await mkdir(folder, { recursive: true });
  const names = await readdir(folder);
  if (names.length <= toolLimits.writeMarkers) return folder;
  const dated = await Promise.all(
    names.map(async (name) => ({
      name,
      at: (await stat(path.join(folder, name)).catch(() => undefined))?.mtimeMs ?? 0,
    })),
  );
  dated.sort((a, b) => a.at - b.at);
  for (const { name } of dated.slice(0, names.length - toolLimits.writeMarkers))
    await rm(path.join(folder, name), { force: true });
  return folder;
}

/** What the record of a key says, for tests and for people who look into an effect. */
export async function readWriteMarker(
  root: string,
  key: string,
): Promise<{ state: string; writes: number } | undefined> {
  return readMarker(path.join(root, '.cadre', 'writes', `${sha256Hex(key)}.json`));
}

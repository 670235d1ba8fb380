import { lstat, mkdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { CadreError } from '../../contracts/failures';

/** Where tools may look on this worker's disk; given by workers/, never by a team or a run. */
export interface Roots {
  /** Relative paths of teams and runs start here; absolute. */
  base: string;
  /** Folders that may be read and written below; absolute. `base` alone when absent. */
  allowed?: readonly string[];
  /** Real paths that no tool may touch, wherever they are: the engine's own state and keys. */
  denied?: readonly string[];
}

// Our own state (store, keys), what git would run, and where people keep their keys: no agent has business there.
const unreadable = /^(\.cadre|\.env(\..*)?)$/i;
const unwritable = /^(\.cadre|\.git|\.env(\..*)?)$/i;

/**
 * The real path of something that exists, when it is inside the allowed folders.
 * Throws `ToolNotAllowed` for a path that leads out (symbolic links are followed first) or into the engine's own state,
 * `ToolFailed` for none.
 */
export async function resolveAllowed(roots: Roots, given: string): Promise<string> {
  const real = await realPathOf(path.resolve(roots.base, checked(given)), given);
  demandNotDenied(roots.denied ?? [], real, given);
  let closed: string | undefined;
  for (const folder of roots.allowed ?? [roots.base]) {
    const allowed = await realpath(folder).catch(() => undefined);
    if (allowed === undefined || !isInside(allowed, real)) continue;
    const part = partOf(allowed, real, unreadable);
    if (part === undefined) return real;
    closed = part;
  }
  if (closed !== undefined) throw untouchable(given, closed);
  throw new CadreError(
    'ToolNotAllowed',
    `The path "${given}" is outside the folders this worker may use; start the worker with that folder allowed.`,
  );
}

/** One folder that paths cannot leave: neither by `..`, nor absolute, nor through a symbolic link. */
export class Jail {
  private constructor(
    readonly root: string,
    private readonly denied: readonly string[],
  ) {}

  static async open(roots: Roots, folder: string): Promise<Jail> {
    return new Jail(await resolveAllowed(roots, folder), roots.denied ?? []);
  }

  /** Real path of something that exists inside. */
  async existing(given: string): Promise<string> {
    const real = await realPathOf(path.resolve(this.root, checked(given)), given);
    this.demandInside(real, given, unreadable);
    return real;
  }

  /** Real path for a file that may not exist yet; its folder is made. A symbolic link is never written through. */
  async forWriting(given: string): Promise<string> {
    const wanted = path.resolve(this.root, checked(given));
    this.demandInside(wanted, given, unwritable);
    if (wanted === this.root) throw new CadreError('ToolFailed', `"${given}" is a folder; name a file in it.`);
    await this.makeFolder(path.dirname(wanted), given);
    const folder = await realPathOf(path.dirname(wanted), given);
    this.demandInside(folder, given, unwritable);
    const target = path.join(folder, path.basename(wanted));
    const stat = await lstat(target).catch(() => undefined);
    if (stat && !stat.isFile()) throw new CadreError('ToolNotAllowed', `"${given}" exists and is not a plain file.`);
    return target;
  }

  /** Path relative to the root with forward slashes, as tools name files. */
  nameOf(real: string): string {
    return path.relative(this.root, real).split(path.sep).join('/') || '.';
  }

  /** Whether something inside is closed to tools: lists and searches pass it over. */
  isClosed(real: string): boolean {
    return isDenied(this.denied, real) || partOf(this.root, real, unreadable) !== undefined;
  }

  private demandInside(real: string, given: string, refused: RegExp): void {
    if (!isInside(this.root, real)) {
      throw new CadreError('ToolNotAllowed', `The path "${given}" leads out of the folder of this tool.`);
    }
    const part = partOf(this.root, real, refused);
    if (part !== undefined) throw untouchable(given, part);
    demandNotDenied(this.denied, real, given);
  }

  /** Made one level at a time, so that a link on the way is seen before anything is made behind it. */
  private async makeFolder(folder: string, given: string): Promise<void> {
    let at = this.root;
    for (const segment of path.relative(this.root, folder).split(path.sep).filter(Boolean)) {
      at = path.join(at, segment);
      await mkdir(at).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'EEXIST') return;
        throw new CadreError('ToolFailed', `The folder of "${given}" cannot be made (${error.code ?? 'unwritable'}).`);
      });
      at = await realPathOf(at, given);
      this.demandInside(at, given, unwritable);
    }
  }
}

export function isInside(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative === '' || (relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative));
}

/** Whether a real path is one of those that no tool may touch, or lies below it. */
export function isDenied(denied: readonly string[], real: string): boolean {
  return denied.some((place) => isInside(place, real));
}

function demandNotDenied(denied: readonly string[], real: string, given: string): void {
  if (!isDenied(denied, real)) return;
  throw new CadreError(
    'ToolNotAllowed',
    `"${given}" belongs to the engine's own state or keys, which tools may not touch; give the tool another folder.`,
  );
}

function partOf(folder: string, real: string, refused: RegExp): string | undefined {
  return path
    .relative(folder, real)
    .split(path.sep)
    .find((segment) => refused.test(segment));
}

function untouchable(given: string, part: string): CadreError {
  return new CadreError('ToolNotAllowed', `"${given}" is "${part}" or inside it, which tools may not touch.`);
}

function checked(given: string): string {
  if (given.includes('\0')) throw new CadreError('ToolFailed', 'A path holds a NUL character.');
  return given;
}

async function realPathOf(wanted: string, given: string): Promise<string> {
  return realpath(wanted).catch((error: NodeJS.ErrnoException) => {
    throw new CadreError('ToolFailed', `There is no file or folder "${given}" (${error.code ?? 'unreadable'}).`);
  });
}

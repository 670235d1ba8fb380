import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { identify, isAlive, type ProcessIdentity } from './process-identity';

export interface FileLockOptions {
  /** How long to wait for another living holder. */
  readonly waitMs: number;
  /** Called once, when somebody else holds the lock. */
  readonly onWait?: (holderPid: number) => void;
}

type Holder = ProcessIdentity & { readonly token: string };

const pollMs = 100;
/** A lock file that cannot be read is being written right now, unless it is older than this. */
const unreadableAgeMs = 5000;

/**
 * Runs `work` while no other process of this machine holds the lock at `lockFile`. The lock of a holder that is gone is
 * taken over, whatever ended it. Throws after `waitMs`.
 */
export async function withFileLock<T>(lockFile: string, options: FileLockOptions, work: () => Promise<T>): Promise<T> {
  const token = randomUUID();
  mkdirSync(path.dirname(lockFile), { recursive: true, mode: 0o700 });
  const deadline = Date.now() + options.waitMs;
  let told = false;
  while (!tryTake(lockFile, token)) {
    const holder = readHolder(lockFile);
    if (holder && holder !== 'stale' && !told) {
      told = true;
      options.onWait?.(holder.pid);
    }
    if (Date.now() > deadline) throw new Error(heldTooLong(lockFile, holder, options.waitMs));
    if (holder === 'stale') continue;
    await sleep(pollMs);
  }
  const release = (): void => {
    if (holderIn(lockFile)?.token === token) rmSync(lockFile, { force: true });
  };
  // A process that exits in the middle (Ctrl-C) leaves no lock behind either.
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.removeListener('exit', release);
    release();
  }
}

function heldTooLong(lockFile: string, holder: Holder | 'stale' | undefined, waitMs: number): string {
  const who = holder && holder !== 'stale' ? `process ${holder.pid}` : 'another process';
  return `${lockFile} is still held by ${who} after ${Math.round(waitMs / 1000)} s; wait for it to end, or stop it.`;
}

/** Written aside and linked: the lock appears with its content, or not at all. */
function tryTake(lockFile: string, token: string): boolean {
  const own = `${lockFile}.${token}`;
  writeFileSync(own, JSON.stringify({ ...identify(process.pid), token }), { mode: 0o600 });
  try {
    linkSync(own, lockFile);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

/** The living holder; `stale` when there was a dead one (now removed); undefined when nobody is readable there. */
function readHolder(lockFile: string): Holder | 'stale' | undefined {
  const holder = holderIn(lockFile);
  if (holder && isAlive(holder)) return holder;
  if (!holder && ageMs(lockFile) < unreadableAgeMs) return undefined;
  // Moved aside before it is judged dead for good: between reading and moving somebody else may have taken it over.
  const aside = `${lockFile}.${randomUUID()}`;
  try {
    renameSync(lockFile, aside);
  } catch (error) {
    // Somebody else was quicker; anything else would come again for ever.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return 'stale';
  }
  const moved = holderIn(aside);
  if (moved && isAlive(moved)) {
    try {
      linkSync(aside, lockFile);
    } catch {
      // A third process took it in between; the one we moved sees at its end that the lock is no longer its own.
    }
  }
  rmSync(aside, { force: true });
  return 'stale';
}

function holderIn(file: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8')) as Partial<Holder>;
    const whole =
      typeof holder.pid === 'number' && typeof holder.started === 'string' && typeof holder.token === 'string';
    return whole ? (holder as Holder) : undefined;
  } catch {
    return undefined;
  }
}

function ageMs(file: string): number {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}

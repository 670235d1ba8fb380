import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';

import type { Env } from '../env';

export interface GuardedCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment of the command; nothing is inherited. */
  readonly env: Env;
  /** Time between SIGTERM and SIGKILL. */
  readonly graceMs: number;
  readonly logFile?: string;
  /** Files that the guard removes when it ends, if they still name it or its owner. */
  readonly recordFile?: string;
  readonly startLockFile?: string;
}

export interface GuardedExit {
  /** `failed` = the command could not be started at all (`code` is then the system's error code). */
  readonly event: 'exited' | 'failed';
  readonly code: number | string | null;
  readonly signal: string | null;
  /** The last output, stdout and stderr together. */
  readonly tail: string;
}

export interface GuardedProcess {
  readonly guardPid: number;
  /** Process id of the command; undefined when it could not be started. */
  readonly started: Promise<number | undefined>;
  /** Settles once the command and everything it started are gone. Never rejects. */
  readonly ended: Promise<GuardedExit>;
  /** From now on the command does not keep this process's event loop alive. */
  letGo(): void;
  /** Asks the command to end, by force after the grace time, and waits for it. May be called again. */
  end(): Promise<GuardedExit>;
}

const guardFile = path.join(__dirname, 'guard.cjs');
const logBytesMax = 5_000_000;
const tailBytesMax = 8_000;

/** Starts a command that cannot outlive this process (see guard.cjs for how). */
export function startGuarded(command: GuardedCommand): GuardedProcess {
  const { env, ...rest } = command;
  const config = { ...rest, ownerPid: process.pid, logBytesMax, tailBytesMax };
  const guard = spawn(process.execPath, [guardFile, JSON.stringify(config)], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env,
    windowsHide: true,
  });
  const started = new Promise<number | undefined>((resolve) => {
    guard.on('message', (message: { event: string; pid?: number }) => {
      if (message.event === 'started') resolve(message.pid);
    });
    guard.once('exit', () => resolve(undefined));
    guard.once('error', () => resolve(undefined));
  });
  const ended = exitOf(guard);
  return {
    guardPid: guard.pid ?? -1,
    started,
    ended,
    letGo: () => {
      guard.unref();
      guard.channel?.unref();
    },
    end: () => {
      if (guard.connected) guard.send({ end: true }, () => undefined);
      // While somebody waits for the end, the event loop has to stay.
      guard.ref();
      guard.channel?.ref();
      const force = setTimeout(() => killGroup(guard), command.graceMs + 3000);
      return ended.finally(() => clearTimeout(force));
    },
  };
}

function exitOf(guard: ChildProcess): Promise<GuardedExit> {
  let last: GuardedExit = { event: 'exited', code: null, signal: 'SIGKILL', tail: '' };
  guard.on('message', (message: GuardedExit | { event: 'started' }) => {
    if (message.event !== 'started') last = { ...last, ...message };
  });
  return new Promise((resolve) => {
    guard.once('error', (error) => resolve({ ...last, event: 'failed', code: error.message }));
    guard.once('exit', () => {
      // Also the case of a guard that was killed: what it ran is in its group.
      killGroup(guard);
      // The last message may still be in the channel when the process is already gone.
      if (guard.connected) guard.once('disconnect', () => resolve(last));
      else resolve(last);
    });
  });
}

function killGroup(guard: ChildProcess): void {
  if (guard.pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? guard.pid : -guard.pid, 'SIGKILL');
  } catch {
    // The group is empty: nothing to end.
  }
}

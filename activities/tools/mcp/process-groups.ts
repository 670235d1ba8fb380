import type { ChildProcess } from 'node:child_process';

// Servers live in process groups of their own, so that what they started goes with them. A terminal's Ctrl-C does not
// reach them then; whatever ends this process in an orderly way does.
const living = new Set<number>();
let guarded = false;

/** Remembers a child that was started with `detached`, until it has exited. */
export function trackGroup(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  living.add(pid);
  child.once('exit', () => {
    // What it left behind in its group has nobody any more.
    signalGroup(pid, 'SIGKILL');
    living.delete(pid);
  });
  if (guarded) return;
  guarded = true;
  process.once('exit', () => {
    for (const group of living) signalGroup(group, 'SIGKILL');
  });
}

export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in the group.
  }
}

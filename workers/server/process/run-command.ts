import { type Env } from '../env';
import { startGuarded } from './guarded-process';

export interface CommandLimits {
  readonly cwd: string;
  readonly env: Env;
  readonly timeoutMs: number;
  /** Ends the command when `amount()` has not changed for `ms` (a download that stands still). */
  readonly stall?: { readonly ms: number; readonly amount: () => number };
  /** Called every ten seconds with the time since the start. */
  readonly onTick?: (elapsedMs: number) => void;
}

export interface CommandResult {
  readonly ok: boolean;
  /** The command does not exist. */
  readonly missing: boolean;
  /** Why it failed, in one line; empty when it did not. */
  readonly reason: string;
  /** The end of its output. */
  readonly output: string;
}

const tickMs = 10_000;
const stallPollMs = 500;

/** Runs a command to its end or its limit. It dies with this process. Never rejects. */
export async function runCommand(file: string, args: readonly string[], limits: CommandLimits): Promise<CommandResult> {
  const { cwd, env, timeoutMs, stall, onTick } = limits;
  const guarded = startGuarded({ file, args, cwd, env, graceMs: 1000 });
  const startedAt = Date.now();
  let cut = '';
  const cutShort = (why: string): void => {
    cut ||= why;
    void guarded.end();
  };
  const limit = setTimeout(() => cutShort(`no end after ${seconds(timeoutMs)}`), timeoutMs);
  const tick = setInterval(() => onTick?.(Date.now() - startedAt), tickMs);
  const watch = stall ? watchStall(stall, () => cutShort(`nothing arrived for ${seconds(stall.ms)}`)) : undefined;
  const exit = await guarded.ended;
  clearTimeout(limit);
  clearInterval(tick);
  clearInterval(watch);
  const missing = exit.event === 'failed' && exit.code === 'ENOENT';
  const ok = !cut && exit.event === 'exited' && exit.code === 0;
  return { ok, missing, output: exit.tail, reason: ok ? '' : cut || reasonOf(exit, missing) };
}

function watchStall(stall: { ms: number; amount: () => number }, onStall: () => void): NodeJS.Timeout {
  let amount = stall.amount();
  let changedAt = Date.now();
  return setInterval(() => {
    const now = stall.amount();
    if (now !== amount) {
      amount = now;
      changedAt = Date.now();
    } else if (Date.now() - changedAt > stall.ms) {
      onStall();
    }
  }, stallPollMs);
}

function reasonOf(
  exit: { code: number | string | null; signal: string | null; tail: string },
  missing: boolean,
): string {
  if (missing) return 'not installed';
  const last = lastLine(exit.tail);
  return last || (exit.signal ? `ended by ${exit.signal}` : `ended with ${exit.code}`);
}

/** The last line that says something, cut to a length fit for a list. */
export function lastLine(output: string): string {
  const lines = output.split(/\r?\n/).map((line) => line.trim());
  const told = lines.filter((line) => line && !/^(\[notice\]|WARNING:)/.test(line));
  const errors = told.filter((line) => /error|fail|denied|cannot|not found/i.test(line));
  return (errors.at(-1) ?? told.at(-1) ?? '').slice(0, 300);
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}

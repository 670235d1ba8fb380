import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { lastLine, runCommand } from '../../workers/server/process/run-command';

const env = { PATH: process.env['PATH'] };
let cwd: string;
beforeEach(() => (cwd = mkdtempSync(path.join(tmpdir(), 'cadre-run-'))));
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const isRunning = (pid: string): boolean => {
  const lines = execFileSync('ps', ['-eo', 'pid=,stat='], { encoding: 'utf8' }).split('\n');
  return lines.some((line) => line.trim().split(/\s+/)[0] === pid && !line.includes('Z'));
};

it('answers output and success', async () => {
  const result = await runCommand('sh', ['-c', 'echo one; echo two >&2'], { cwd, env, timeoutMs: 5000 });
  expect(result).toMatchObject({ ok: true, missing: false, reason: '' });
  expect(result.output).toContain('one');
  expect(result.output).toContain('two');
});

it('answers the line that says why it failed', async () => {
  const script = 'echo working; echo "ERROR: no route to host" >&2; echo "[notice] a new release" >&2; exit 7';
  const result = await runCommand('sh', ['-c', script], { cwd, env, timeoutMs: 5000 });
  expect(result).toMatchObject({ ok: false, reason: 'ERROR: no route to host' });
});

it('knows a command that does not exist', async () => {
  const result = await runCommand('no-such-program', [], { cwd, env, timeoutMs: 5000 });
  expect(result).toMatchObject({ ok: false, missing: true, reason: 'not installed' });
});

it('ends a command at its limit, with everything it started, even what ignores being asked', async () => {
  const script = "trap '' TERM; (trap '' TERM; sleep 60 & echo $! > grandchild; wait) & wait; sleep 60";
  const result = await runCommand('sh', ['-c', script], { cwd, env, timeoutMs: 600 });
  expect(result).toMatchObject({ ok: false, reason: 'no end after 1 s' });
  expect(isRunning(readFileSync(path.join(cwd, 'grandchild'), 'utf8').trim())).toBe(false);
});

it('ends a command that stands still, and not one that goes on', async () => {
  let amount = 0;
  const still = { ms: 700, amount: () => 0 };
  const moving = { ms: 700, amount: () => (amount += 1) };
  const [stood, went] = await Promise.all([
    runCommand('sleep', ['20'], { cwd, env, timeoutMs: 15_000, stall: still }),
    runCommand('sleep', ['2'], { cwd, env, timeoutMs: 15_000, stall: moving }),
  ]);
  expect(stood.reason).toBe('nothing arrived for 1 s');
  expect(went.ok).toBe(true);
});

it('cuts a long line', () => {
  expect(lastLine(`x\n${'e'.repeat(5000)}\n`)).toHaveLength(300);
});

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { withFileLock } from '../../workers/server/process/file-lock';
import { identify, isAlive, startOf } from '../../workers/server/process/process-identity';

let folder: string;
let lock: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cadre-lock-'));
  lock = path.join(folder, 'x.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('lets one in at a time and leaves nothing behind', async () => {
  let inside = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    inside += 1;
    most = Math.max(most, inside);
    await sleep(20);
    inside -= 1;
  };
  await Promise.all([1, 2, 3, 4, 5].map(() => withFileLock(lock, { waitMs: 10_000 }, work)));
  expect(most).toBe(1);
  expect(readdirSync(folder)).toEqual([]);
});

it('gives up after its time with a sentence that names the holder', async () => {
  await withFileLock(lock, { waitMs: 1000 }, async () => {
    const waiting: number[] = [];
    const second = withFileLock(lock, { waitMs: 250, onWait: (pid) => waiting.push(pid) }, () => Promise.resolve());
    await expect(second).rejects.toThrow(`is still held by process ${process.pid}`);
    expect(waiting).toEqual([process.pid]);
  });
});

it('is released when the work throws', async () => {
  await expect(withFileLock(lock, { waitMs: 100 }, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(existsSync(lock)).toBe(false);
});

it.each([
  ['a process that has ended', (): unknown => ({ ...identify(999_999_999), token: 'x' })],
  ['an earlier process with our number', (): unknown => ({ pid: process.pid, started: 'long ago', token: 'x' })],
])('is taken over at once from %s', async (_who, holder) => {
  writeFileSync(lock, JSON.stringify(holder()));
  expect(await withFileLock(lock, { waitMs: 500 }, () => Promise.resolve('in'))).toBe('in');
  expect(readdirSync(folder)).toEqual([]);
});

it('tells a running process from one that is gone', async () => {
  const child = spawn('sleep', ['30']);
  const identity = identify(child.pid ?? -1);
  expect(isAlive(identity)).toBe(true);
  expect(isAlive({ ...identity, started: startOf(process.pid) ?? '' })).toBe(false);
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  expect(isAlive(identity)).toBe(false);
  expect(startOf(-1)).toBeUndefined();
});

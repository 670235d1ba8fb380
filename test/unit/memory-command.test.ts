import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openStore } from '../../activities/stores';
import { memoryWrite } from '../conformance/store-rows';

const folder = mkdtempSync(path.join(tmpdir(), 'cadre-memory-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The real command in a process of its own. */
function memory(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const bin = path.join(__dirname, '..', '..', 'bin', 'cadre.cjs');
  const env = { PATH: process.env['PATH'], CADRE_HOME: path.join(folder, '.cadre'), HOME: folder };
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, 'memory', ...args], { cwd: folder, env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

test('list, show, quarantine and forget over what runs have left in the store', async () => {
  const store = await openStore({ file: path.join(folder, '.cadre', 'cadre.db') });
  const now = new Date();
  const untrusted = await store.untrusted.planUnion([], ['mail:7']);
  await store.memory.remember(memoryWrite('disk', 'full', { now, untrusted }));
  await store.memory.remember(memoryWrite('disk', 'other', { now, namespace: 'elsewhere', callKey: 'e' }));
  const reader = { agent: 'chief', run: 'run/2', root: 'run/2', path: 'chief', step: 3 };
  const ask = { namespace: 'team', readable: ['facts'], limit: 5, withPrivate: false, reader, now };
  await store.memory.recall(ask);
  await store.close();

  const { entries } = JSON.parse((await memory('list', '--team', 'team', '--json')).stdout) as { entries: unknown[] };
  expect(entries).toEqual([expect.objectContaining({ key: 'disk', value: 'full', state: 'live' })]);
  const unclear = await memory('show', 'disk');
  expect(unclear).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('elsewhere, team. Name one with --team') as string,
  });
  const shown = (await memory('show', 'disk', '--team', 'team')).stdout;
  expect(shown).toContain('sources  mail:7');
  expect(shown).toMatch(/run\/2 +chief +4 +disk +1/);

  const first = await memory('quarantine', '--writer', 'jira', '--team', 'team', '--by', 'dana');
  expect(first.stdout).toContain('Withdrawn: 1 of jira.');
  expect(first.stdout).toContain('Read by 1 run:');
  const again = await memory('quarantine', '--writer', 'jira', '--team', 'team', '--by', 'dana', '--json');
  expect(JSON.parse(again.stdout)).toMatchObject({
    withdrawn: 0,
    readings: [{ root: 'run/2', agent: 'chief', key: 'disk' }],
  });
  expect((await memory('forget', 'disk', '--team', 'elsewhere')).stdout).toContain('1 version.');
  expect((await memory('list')).stdout).toBe('Nothing is remembered here.\n');
});

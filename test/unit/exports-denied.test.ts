import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exportTools } from '../../activities/tools/exports';
import type { ListAnswer } from '../../activities/tools/exports/export-queries';

const sample = path.join(__dirname, '..', '..', 'agents', 'daily-report', 'sample');
let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'export-denied-')));
  cpSync(sample, path.join(folder, 'state', 'inner'), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function total(name: string, place: string, denied: string[]): Promise<number> {
  const tool = exportTools.find((candidate) => candidate.name === name);
  const roots = { base: folder, denied: denied.map((one) => path.join(folder, one)) };
  return ((await tool?.execute({ path: place }, { roots })) as ListAnswer).reading.read;
}

// Each kind of export has a reader of its own, and each walks the folder that it is given.
test.each(['list_tickets', 'list_mail', 'list_chat'])('%s reads nothing below what is denied', async (name) => {
  const all = await total(name, '.', []);
  expect(all).toBeGreaterThan(0);
  expect(await total(name, '.', ['state'])).toBe(0);
  expect(await total(name, 'state', ['state/inner'])).toBe(0);
  expect(await total(name, '.', ['state/inner2', 'other'])).toBe(all);
  await expect(total(name, 'state/inner', ['state'])).rejects.toMatchObject({ kind: 'ToolNotAllowed' });
});

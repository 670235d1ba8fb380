import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readChat } from '../../activities/tools/exports/chat/read-chat';
import { readJira } from '../../activities/tools/exports/jira/read-jira';
import { readMailExport } from '../../activities/tools/exports/mail/read-mail';
import { generateExports } from '../support/exports/generate';
import type { ReadResult } from '../../activities/tools/exports/record';
import type { GenerateOptions, Truth } from '../support/exports/world';

let folder: string;
beforeAll(() => (folder = mkdtempSync(path.join(tmpdir(), 'exports-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function expectTruth(result: ReadResult, truth: Truth): void {
  expect(result.records.map(({ id }) => id).sort()).toEqual([...truth.records.keys()].sort());
  expect(result.counts).toEqual({ read: truth.records.size, skipped: truth.broken });
  for (const record of result.records) {
    const known = truth.records.get(record.id);
    expect({ id: record.id, at: record.at, activity: record.activity, title: record.title }).toEqual({
      id: record.id, at: known?.at, activity: known?.activity, title: known?.title,
    }); // prettier-ignore
    expect(record.body).toContain(known?.says);
    expect(record.people.map(({ name }) => name)).toEqual(expect.arrayContaining(known?.people ?? []));
  }
}

/** Chosen at test time, so that no reader can be fitted to it; printed, so that a failure can be repeated. */
const fixed = process.env['EXPORTS_SEED'];
const seeds = fixed
  ? [Number(fixed)]
  : [0, 1, 2].map((offset) => (Math.trunc(Date.now() / 7) % 1_000_000_000) + offset);

describe.each(seeds)('exports of seed %i', (seed) => {
  test.each(['page', 'pages', 'ndjson', 'array', 'csv'] as const)(
    'are read as they were made, jira as %s',
    async (jiraForm) => {
      const made = generate({ seed, jiraForm });
      expectTruth(await readJira(made.jira.path), made.jira.truth);
      expectTruth(await readMailExport(made.mail.path), made.mail.truth);
      expectTruth(await readChat(made.chat.path), made.chat.truth);
    },
  );

  test('have every record at the bytes that it names', async () => {
    const made = generate({ seed, jiraForm: 'page' });
    const found = [
      await readJira(made.jira.path),
      await readChat(made.chat.path),
      await readMailExport(made.mail.path),
    ];
    for (const [index, root] of [made.jira.path, made.chat.path, made.mail.path].entries()) {
      for (const record of found[index]?.records ?? []) {
        const file = path.extname(root) ? root : path.join(root, record.location.file);
        const bytes = readFileSync(file).subarray(record.location.byteStart, record.location.byteEnd);
        const text = bytes.includes(0) ? bytes.toString('utf16le') : bytes.toString('utf8');
        if (record.source === 'mail') {
          expect(text.startsWith('From ')).toBe(true);
          if (!record.id.startsWith('sha256-')) expect(text).toContain(`<${record.id}>`);
        } else
          expect(JSON.parse(text)).toMatchObject(
            record.source === 'jira' ? { key: record.id } : { message_id: record.id },
          );
      }
    }
  });
});

function generate(options: GenerateOptions): ReturnType<typeof generateExports> {
  return generateExports(path.join(folder, `${options.seed}-${options.jiraForm}`), options);
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { listRecords } from '../../activities/tools/exports/export-queries';
import { readChat } from '../../activities/tools/exports/chat/read-chat';
import { readJira } from '../../activities/tools/exports/jira/read-jira';
import { readMailExport } from '../../activities/tools/exports/mail/read-mail';
import { checkReport } from '../support/exports/check-report';
import { generateExports } from '../support/exports/generate';
import { rawMessages } from '../support/exports/raw-chat';
import { rawTickets } from '../support/exports/raw-jira';
import { rawMails } from '../support/exports/raw-mail';
import type { RawRecord } from '../support/exports/raw-files';
import type { Truth } from '../support/exports/world';

let folder: string;
beforeAll(() => (folder = mkdtempSync(path.join(tmpdir(), 'checker-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const base = Math.trunc(Date.now() / 11) % 1_000_000_000;

function expectSame(found: Map<string, RawRecord>, truth: Truth): void {
  expect([...found.keys()].sort()).toEqual([...truth.records.keys()].sort());
  for (const [id, { times }] of found) {
    const instants = [...new Set(times.map((time) => new Date(time).toISOString()))].sort();
    expect([id, ...instants]).toEqual([id, ...(truth.records.get(id)?.activity ?? [])]);
  }
}

test.each([base + 5, base + 6])('reader and checker place every record of seed %i at the same bytes', async (seed) => {
  for (const jiraForm of ['page', 'ndjson', 'csv'] as const) {
    const made = generateExports(path.join(folder, `${seed}-${jiraForm}`), { seed, jiraForm });
    const pairs = [
      [await readJira(made.jira.path), rawTickets(made.jira.path)],
      [await readMailExport(made.mail.path), rawMails(made.mail.path)],
      [await readChat(made.chat.path), rawMessages(made.chat.path)],
    ] as const;
    for (const [read, raw] of pairs) {
      for (const { id, location } of read.records) {
        const { file, byteStart, byteEnd } = raw.get(id) ?? {};
        expect([id, location]).toEqual([id, { file, byteStart, byteEnd }]);
      }
    }
  }
});

test.each([base, base + 1, base + 2])('the checker finds what the generator of seed %i wrote', (seed) => {
  for (const jiraForm of ['page', 'pages', 'ndjson', 'array', 'csv'] as const) {
    const made = generateExports(path.join(folder, `${seed}-${jiraForm}`), { seed, jiraForm });
    expectSame(rawTickets(made.jira.path), made.jira.truth);
    expectSame(rawMails(made.mail.path), made.mail.truth);
    expectSame(rawMessages(made.chat.path), made.chat.truth);
  }
});

describe('a report over generated exports', () => {
  const seed = base + 3;
  const date = '2026-03-14';
  const timezone = 'Europe/Berlin';

  async function report(): Promise<{ markdown: string; paths: { jira: string; mail: string; chat: string } }> {
    const made = generateExports(path.join(folder, 'report'), { seed, count: 300 });
    const paths = { jira: made.jira.path, mail: made.mail.path, chat: made.chat.path };
    const lines = ['# Report', `date: ${date}`, `timezone: ${timezone}`];
    const sections: string[][] = [];
    for (const [source, key] of [['jira', 'tickets'], ['mail', 'mails'], ['chat', 'messages']] as const) {
      const { items, total } = await listRecords(source, { path: paths[source], date, timezone: 'UTC', limit: 200 }, { roots: { base: folder } });
      const inZone = await listRecords(source, { path: paths[source], date, timezone, limit: 1 }, { roots: { base: folder } });
      // Jira's CSV has no zone of its own: read as UTC here, as the generator wrote it.
      const isCsv = source === 'jira' && paths.jira.endsWith('.csv');
      if (!isCsv) lines.push(`${key}: ${inZone.total}`);
      expect(total).toBe(items.length);
      for (const { id, at } of items.slice(0, 3)) sections.push([`id: ${id}`, `source: ${source}`, `cites: [${id}]`, ...(source === 'mail' ? [`date: ${at?.slice(0, 10)}..2026-03-31`] : [])]);
    }
    sections.forEach((metadata, index) => lines.push('', `## [${index + 1}/${sections.length}] Something`, ...metadata, '', '> quoted words'));
    return { markdown: lines.join('\n'), paths };
  } // prettier-ignore

  test('passes when it is right', async () => {
    const { markdown, paths } = await report();
    const check = checkReport(markdown, paths);
    expect(check.problems).toEqual([]);
    expect(check.citations.length).toBeGreaterThan(5);
    expect(check.recounted).toBeGreaterThanOrEqual(2);
  });

  test.each([
    ['an id that is in no export', (text: string) => text.replace(/cites: \[/, 'cites: [NOPE-1, '), /cites NOPE-1/],
    [
      'a count that is one too high',
      (text: string) => text.replace(/mails: (\d+)/, (_, count: string) => `mails: ${Number(count) + 1}`),
      /says "mails/,
    ],
    [
      'a number that cannot be counted',
      (text: string) => text.replace('timezone:', 'risks: 4\ntimezone:'),
      /count "risks: 4"/,
    ],
    ['a heading with the wrong number', (text: string) => text.replace('## [2/', '## [3/'), /is numbered \[3/],
  ])('fails on %s', async (_name, spoil, sentence) => {
    const { markdown, paths } = await report();
    expect(checkReport(spoil(markdown), paths).problems.join('\n')).toMatch(sentence);
  });
});

import { appendFileSync, cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exportTools } from '../../activities/tools/exports';
import { ReadingCache } from '../../activities/tools/exports/reading-cache';
import { readMailExport } from '../../activities/tools/exports/mail/read-mail';
import { generateExports } from '../support/exports/generate';
import type { ExportItem, ListAnswer, SearchAnswer } from '../../activities/tools/exports/export-queries';

const sample = path.join(__dirname, '..', '..', 'agents', 'daily-report', 'sample');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'export-tools-'));
  cpSync(sample, path.join(folder, 'data'), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function call<Answer>(name: string, args: Record<string, unknown>, signal?: AbortSignal): Promise<Answer> {
  const tool = exportTools.find((candidate) => candidate.name === name);
  if (!tool) throw new Error(`There is no tool ${name}.`);
  return (await tool.execute(args, { roots: { base: folder }, ...(signal ? { signal } : {}) })) as Answer;
}

test('the tools are read tools with schemas', () => {
  expect(exportTools.map(({ name }) => name)).toEqual(['list_tickets', 'get_ticket', 'search_tickets', 'list_mail', 'get_mail', 'search_mail', 'list_chat', 'get_chat', 'search_chat', 'list_pages', 'get_page', 'search_pages', 'check_citations']); // prettier-ignore
  for (const { effect, inputSchema } of exportTools)
    expect([effect, inputSchema['type'], inputSchema['additionalProperties']]).toEqual(['read', 'object', false]);
});

test('a list pages through everything of a day, each record once, each labelled as untrusted', async () => {
  const ids: string[] = [];
  let total = 0;
  for (let offset: number | null = 0; offset !== null;) {
    const page: ListAnswer = await call('list_chat', { path: 'data/chat', date: '2026-03-04', limit: 20, offset });
    for (const item of page.items) expect(item.untrusted).toBe(`chat:${item.id}`);
    ids.push(...page.items.map(({ id }) => id));
    total = page.total;
    offset = page.nextOffset;
  }
  expect(ids.length).toBe(total);
  expect(new Set(ids).size).toBe(total);
  expect(total).toBeGreaterThan(40);
});

test('a day is a day of the zone, and from and to are both included', async () => {
  const inUtc = await call<ListAnswer>('list_mail', { path: 'data/mail.mbox', date: '2026-03-03' });
  const inTokyo = await call<ListAnswer>('list_mail', {
    path: 'data/mail.mbox',
    date: '2026-03-03',
    timezone: 'Asia/Tokyo',
  });
  expect(inTokyo.window).toEqual({
    from: '2026-03-02T15:00:00.000Z',
    to: '2026-03-03T15:00:00.000Z',
    timezone: 'Asia/Tokyo',
  });
  const { items } = await call<ListAnswer>('list_mail', {
    path: 'data/mail.mbox',
    date: '2026-03-03',
    timezone: 'Asia/Tokyo',
    limit: 200,
  });
  expect(items).toHaveLength(inTokyo.total);
  for (const { at } of items) {
    expect(at !== null && at >= '2026-03-02T15:00:00.000Z' && at < '2026-03-03T15:00:00.000Z').toBe(true);
  }
  const two = await call<ListAnswer>('list_mail', { path: 'data/mail.mbox', from: '2026-03-03', to: '2026-03-04' });
  const second = await call<ListAnswer>('list_mail', { path: 'data/mail.mbox', date: '2026-03-04' });
  expect(two.total).toBe(inUtc.total + second.total);
});

test('a ticket is in a window when it was commented on there', async () => {
  const { items } = await call<ListAnswer>('list_tickets', { path: 'data/jira.json', date: '2026-03-02', limit: 200 });
  expect(items.map(({ id }) => id)).toContain('DOCK-342');
  const ticket = await call<ExportItem>('get_ticket', { path: 'data/jira.json', id: 'dock-342' });
  expect([ticket.at, ticket.updatedAt]).not.toContain('2026-03-02');
  expect(ticket.activity.some((at) => at.startsWith('2026-03-02'))).toBe(true);
});

test('search ranks by the words of the query', async () => {
  const { items } = await call<SearchAnswer>('search_tickets', {
    path: 'data/jira.json',
    query: 'label printing outage failover',
  });
  expect(items.slice(0, 3).map(({ id }) => id)).toEqual(expect.arrayContaining(['OPS-88', 'OPS-91']));
  const own = await call<SearchAnswer>('search_chat', { path: 'data/chat', query: 'PLAT-999' });
  expect(own.total).toBe(1);
  const none = await call<SearchAnswer>('search_mail', { path: 'data/mail.mbox', query: 'xylophone' });
  expect(none).toMatchObject({ total: 0, items: [] });
});

test.each([
  ['an unknown argument', { path: 'data/jira.json', day: '2026-03-02' }, /no argument "day"/],
  ['a missing path', { date: '2026-03-02' }, /needs the argument "path"/],
  ['an impossible day', { path: 'data/jira.json', date: '2026-02-30' }, /no day of the calendar/],
  ['an unknown zone', { path: 'data/jira.json', timezone: 'Mars/Olympus' }, /no time zone/],
  [
    'a window that is upside down',
    { path: 'data/jira.json', from: '2026-03-05', to: '2026-03-02' },
    /before it begins/,
  ],
  ['a file that is not there', { path: 'data/nothing.json' }, /There is no file/],
])('%s is refused with a sentence', async (_name, args, sentence) => {
  await expect(call('list_tickets', args)).rejects.toThrow(sentence);
});

test('no path leads out of the root, neither upwards nor through a link', async () => {
  const outside = mkdtempSync(path.join(tmpdir(), 'outside-'));
  try {
    writeFileSync(path.join(outside, 'jira.json'), '{"issues":[]}');
    symlinkSync(outside, path.join(folder, 'way-out'));
    symlinkSync(path.join(outside, 'jira.json'), path.join(folder, 'data', 'linked.json'));
    await expect(call('list_tickets', { path: 'way-out/jira.json' })).rejects.toThrow(/outside/);
    await expect(call('list_tickets', { path: path.join(outside, 'jira.json') })).rejects.toThrow(/outside/);
    const all = await call<ListAnswer>('list_tickets', { path: 'data' });
    expect(all.items.every(({ location }) => location.file !== 'linked.json')).toBe(true);
  } finally {
    rmSync(outside, { recursive: true, force: true });
  }
});

test('an export is parsed once, again after it changed, and never kept beyond the bound', async () => {
  const cache = new ReadingCache();
  const file = path.join(folder, 'data', 'mail.mbox');
  const first = await cache.read('mail', file);
  expect(await cache.read('mail', file)).toBe(first);
  appendFileSync(
    file,
    'From 1@xxx Mon Mar 02 09:15:23 +0000 2026\nMessage-ID: <late@example.com>\nDate: Mon, 2 Mar 2026 09:15:23 +0000\n\nlate\n',
  );
  const second = await cache.read('mail', file);
  expect(second.counts.read).toBe(first.counts.read + 1);
  const small = new ReadingCache(1000);
  await small.read('mail', file);
  expect(small.heldBytes).toBe(0);
});

test('one caller that gives up does not take the others with it', async () => {
  const cache = new ReadingCache();
  const made = generateExports(path.join(folder, 'big'), { seed: 77, bytes: 3_000_000 });
  const giveUp = new AbortController();
  const first = cache.read('mail', made.mail.path, { signal: giveUp.signal });
  const second = cache.read('mail', made.mail.path);
  setTimeout(() => giveUp.abort(), 30);
  await expect(first).rejects.toThrow();
  expect((await second).counts.read).toBe(made.mail.truth.records.size);
});

test('a mail with 30 MB of attachment costs neither its text nor the place of the mails after it', async () => {
  const file = path.join(folder, 'attached.mbox');
  const separator = 'From 1@xxx Mon Mar 02 09:15:23 +0000 2026\n';
  const line = `${'QUJD'.repeat(19)}\n`;
  const head =
    'Date: Mon, 2 Mar 2026 09:15:23 +0000\nContent-Type: multipart/mixed; boundary="b"\nMessage-ID: <long@example.com>\n\n';
  const parts = `--b\nContent-Type: text/plain\n\nshort text\n--b\nContent-Type: application/zip; name="a.zip"\nContent-Transfer-Encoding: base64\n\n`;
  const long = `${separator}${head}${parts}${line.repeat(400_000)}--b--\n\n`;
  const after = `${separator}Message-ID: <after@example.com>\nDate: Mon, 2 Mar 2026 10:00:00 +0000\n\nafter\n\n`;
  writeFileSync(file, long + after + after.replace('after@', 'last@'));
  const { records, problems } = await readMailExport(file);
  expect(records.map(({ id, location }) => [id, location.byteStart, location.byteEnd])).toEqual([
    ['long@example.com', 0, long.length],
    ['after@example.com', long.length, long.length + after.length],
    ['last@example.com', long.length + after.length, long.length + after.length * 2 - 1],
  ]);
  expect(records[0]?.body).toBe('short text');
  expect(problems.map(({ reason }) => reason).join()).toContain('only its head was read');
});

test('20 MB of each source are read right, and the event loop keeps turning', async () => {
  const made = generateExports(path.join(folder, 'huge'), { seed: 78, bytes: 20 * 1024 * 1024, jiraForm: 'page' });
  let longestMs = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    longestMs = Math.max(longestMs, performance.now() - last);
    last = performance.now();
  }, 5);
  const mail = await readMailExport(made.mail.path);
  clearInterval(timer);
  expect(mail.counts).toEqual({ read: made.mail.truth.records.size, skipped: made.mail.truth.broken });
  // A heartbeat is due every two seconds; this leaves room for a busy machine.
  expect(longestMs).toBeLessThan(1500);
  for (const [name, key] of [['list_tickets', 'jira'], ['list_chat', 'chat']] as const) {
    const answer = await call<ListAnswer>(name, { path: path.relative(folder, made[key].path), limit: 1 });
    expect(answer.total).toBe(made[key].truth.records.size);
    expect(answer.reading.skipped).toBe(made[key].truth.broken);
  }
}, 120_000); // prettier-ignore

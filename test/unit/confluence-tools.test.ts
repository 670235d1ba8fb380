import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exportTools } from '../../activities/tools/exports';
import type { ExportItem, ListAnswer, SearchAnswer } from '../../activities/tools/exports/export-queries';
import { readConfluence } from '../../activities/tools/exports/confluence/read-confluence';
import { sampleFile, sampleWiki } from '../support/confluence/sample-wiki';
import { writeEntities } from '../support/confluence/write-entities';

const jiraSample = path.join(__dirname, '..', '..', 'agents', 'daily-report', 'sample', 'jira.json');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cadre-pages-'));
  cpSync(path.dirname(sampleFile), path.join(folder, 'wiki'), { recursive: true });
  cpSync(jiraSample, path.join(folder, 'jira.json'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function call<Answer>(name: string, args: Record<string, unknown>): Promise<Answer> {
  const tool = exportTools.find((candidate) => candidate.name === name);
  return (await tool?.execute(args, { roots: { base: folder } })) as Answer;
}

describe('the sample', () => {
  test('is what make-sample.ts writes, and holds more than forty pages', () => {
    expect(readFileSync(sampleFile, 'utf8')).toBe(writeEntities(sampleWiki(), 'spaced'));
    expect(sampleWiki().pages.length).toBeGreaterThan(40);
  });

  test('names only tickets that the Jira sample of the same company has, and links every page but one', async () => {
    const { records } = await readConfluence(path.join(folder, 'wiki'));
    const { issues } = JSON.parse(readFileSync(jiraSample, 'utf8')) as { issues: { key: string }[] };
    const keys = new Set(issues.map(({ key }) => key));
    const named = records.flatMap(({ links }) => links.filter((link) => /^[A-Z]+-\d+$/.test(link)));
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((key) => !keys.has(key))).toEqual([]);
    expect(records.flatMap(({ fields }) => fields['brokenLinks'] ?? [])).toEqual(['Plan for the second data center']);
  });
});

describe('the tools for pages', () => {
  test('list_pages pages through everything once, each labelled as untrusted', async () => {
    const ids: string[] = [];
    let total = 0;
    for (let offset: number | null = 0; offset !== null;) {
      const page: ListAnswer = await call('list_pages', { path: 'wiki', limit: 20, offset });
      for (const item of page.items) expect(item.untrusted).toBe(`confluence:${item.id}`);
      ids.push(...page.items.map(({ id }) => id));
      ({ total, nextOffset: offset } = page);
    }
    expect(new Set(ids).size).toBe(total);
    expect(ids).toHaveLength(46);
  });

  test('list_pages of a day has what was changed on it, comments included', async () => {
    const { items } = await call<ListAnswer>('list_pages', { path: 'wiki', date: '2026-03-04' });
    expect(items.map(({ id }) => id)).toContain('1310731');
    expect(items.map(({ id }) => id)).not.toContain('1310735');
  });

  test('get_page takes an id, with its source or without, or the whole title', async () => {
    for (const id of ['1310731', 'confluence:1310731', 'decision: booking database moves on Sunday 8 March'])
      expect((await call<ExportItem>('get_page', { path: 'wiki', id })).id).toBe('1310731');
    await expect(call('get_page', { path: 'wiki', id: '1310990' })).rejects.toThrow('holds no confluence record');
  });

  test('search_pages finds the decision by its words, best first, and nothing unpublished', async () => {
    const found = await call<SearchAnswer>('search_pages', { path: 'wiki', query: 'booking database Sunday' });
    expect(found.items[0]?.id).toBe('1310731');
    expect(found.items.map(({ id }) => id)).not.toEqual(expect.arrayContaining(['1310990']));
    expect(JSON.stringify(found)).not.toContain('hosted service on Sunday');
  });
});

describe('check_citations', () => {
  const why = 'The rehearsal of Tuesday night took 71 minutes for the copy, and the window had planned 40.';
  const good = { id: '1310731', title: 'A title of mine', statement: 'It took 71 minutes.', quote: why, cites: ['confluence:1310731', 'PLAT-140'] }; // prettier-ignore
  interface Checked {
    answer: string;
    evidence: (typeof good)[];
    citations: { id: string; source: string; file: string; byteStart: number; byteEnd: number }[];
    refused: Record<string, string>;
  }
  const check = (evidence: unknown[], answer = '', quotes = true): Promise<Checked> =>
    call('check_citations', { answer: { answer, evidence }, jira: 'jira.json', confluence: 'wiki', quotes });

  test('what holds is kept, under its own title, with the bytes that each citation stands for', async () => {
    const { evidence, citations, refused } = await check([good]);
    expect(refused).toEqual({});
    expect(evidence).toEqual([{ ...good, title: 'Decision: booking database moves on Sunday 8 March', cites: ['1310731', 'PLAT-140'] }]); // prettier-ignore
    for (const { id, file, source, byteStart, byteEnd } of citations) {
      const root = source === 'jira' ? folder : path.join(folder, 'wiki');
      const bytes = readFileSync(path.join(root, file)).subarray(byteStart, byteEnd).toString('utf8');
      expect(bytes).toContain(source === 'jira' ? `"key": "${id}"` : `<id name="id">${id}</id>`);
    }
    expect(citations.map(({ id }) => id)).toEqual(['1310731', 'PLAT-140']);
  });

  test.each([
    ['a page that does not exist', { ...good, cites: ['1310731', '4242424'] }, 'cites 4242424, which no export has'],
    ['a draft', { ...good, cites: ['1310990'] }, 'cites 1310990, which no export has'],
    ['a deleted page', { ...good, cites: ['confluence:1310991'] }, 'cites confluence:1310991, which no export has'],
    ['a ticket that does not exist', { ...good, id: 'PLAT-999' }, 'cites PLAT-999, which no export has'],
    [
      'a page that nobody wrote, by title',
      { ...good, cites: ['Plan for the second data center'] },
      'cites Plan for the',
    ],
    ['nothing', { ...good, id: '', cites: [] }, 'cites nothing'],
    ['a quote of its own', { ...good, quote: 'The copy was far too slow.' }, 'quotes what does not stand in 1310731'],
    ['a quote of another page', { ...good, cites: ['PLAT-140'], id: 'PLAT-140' }, 'quotes what does not stand in PLAT'],
    ['a context that it made up', { ...good, context: 'Nobody knows why.' }, 'quotes what does not stand in'],
    ['two words', { ...good, quote: 'The rehearsal' }, 'quotes less than three words of 1310731'],
    ['a ticket in its statement', { ...good, statement: 'See PLAT-999.' }, 'names PLAT-999, which no export has'],
    [
      'a page, and no list of it',
      { id: '4242424', title: 'x', quote: 'All is well.' },
      'cites 4242424, which no export',
    ],
    [
      'a title in its statement',
      { ...good, statement: 'See [Quiet hours policy].' },
      'names Quiet hours policy, which',
    ],
    ['an address', { ...good, statement: 'See https://w.example/wiki/spaces/ENG/pages/77/x.' }, 'names confluence:77'],
    [
      'a page in its statement',
      { ...good, statement: 'See confluence:77.' },
      'names confluence:77, which no export has',
    ],
  ])('a statement that cites %s is taken out whole, and named', async (_what, statement, why) => {
    const { evidence, refused } = await check([good, statement]);
    expect(evidence).toHaveLength(1);
    expect(Object.keys(refused)).toEqual([expect.stringContaining(`evidence[1] ${why}`)]);
  });

  test('of the answer itself the sentences go that name what does not exist; lookalikes stay', async () => {
    const real = 'The page “Booking traffic by hour” and [Service: planning] are real, so is [DONE] and [x].';
    expect((await check([good], real)).answer).toBe(real);
    const text =
      'It moved (PLAT-140). The page “Quiet hours” says so. PLAT-999 says more. Page 4242424 too [4242424]. Files are UTF-8. See [1310731].';
    const { answer, refused } = await check([good], text);
    expect(answer).toBe('It moved (PLAT-140). Files are UTF-8. See [1310731].');
    expect(Object.values(refused)).toEqual(['Quiet hours', 'PLAT-999', 'confluence:4242424']);
  });

  test('a sentence of a record that itself names what does not exist is no invention; anything made of it is', async () => {
    writeFileSync(path.join(folder, 'one.json'), JSON.stringify({ results: [{ id: '5', type: 'page', status: 'current', title: 'T', space: { key: 'S' }, body: { storage: { value: '<p>Nobody has opened PLAT-999 so far.</p>' } } }] })); // prettier-ignore
    const answer = {
      answer: 'Nobody has opened PLAT-999 so far. [5] PLAT-999 explains it.',
      evidence: [],
      unresolved: ['PLAT-999'],
    };
    const checked = await call<Checked>('check_citations', { answer, jira: 'jira.json', confluence: 'one.json' });
    expect(checked.answer).toBe('Nobody has opened PLAT-999 so far.');
    expect(checked).toMatchObject({ unresolved: ['PLAT-999'] });
    expect(Object.values(checked.refused)).toEqual(['PLAT-999']);
  });

  test('typographic signs, line ends and a clipped end do not make a quote another one', async () => {
    const quote = 'The rehearsal of Tuesday\n night took 71 minutes for the copy, and the window …';
    expect((await check([{ ...good, quote }])).refused).toEqual({});
  });

  test('an answer that is a text, deep lists and strange members never crash it', async () => {
    const deep = Array.from({ length: 40 }).reduce<unknown>((inner) => [inner], 'PLAT-999');
    for (const answer of [
      'See PLAT-999. Fine.',
      null,
      7,
      [],
      deep,
      { cites: [7, null] },
      { evidence: [{ cites: 'no' }] },
    ]) {
      const checked = await call<{ refused: object }>('check_citations', { answer, jira: 'jira.json' });
      expect(JSON.stringify(checked).replace(JSON.stringify(checked.refused), '')).not.toContain('PLAT-999');
    }
    await expect(call('check_citations', { answer: {} })).rejects.toThrow('needs at least one of');
    await expect(call('check_citations', { jira: 'jira.json', more: 1 })).rejects.toThrow('do not fit');
  });
});

test('an export of forty megabytes is read in pieces: what is held is what is kept', async () => {
  const root = path.join(folder, 'large');
  mkdirSync(root);
  const wiki = sampleWiki();
  const [first] = wiki.pages;
  if (!first) throw new Error('The sample has no pages.');
  const filler = 'The quick brown door took forty trucks and gave them back. '.repeat(120);
  const many = Array.from({ length: 700 }, (_, index) => ({ ...first, id: String(5_000_000 + index), title: `Page ${index}`, text: `${filler}${index}`, older: Array.from({ length: 7 }, () => filler) })); // prettier-ignore
  const bytes = Buffer.from(writeEntities({ ...wiki, pages: many }));
  writeFileSync(path.join(root, 'entities.xml'), bytes);
  expect(bytes.length).toBeGreaterThan(40_000_000);
  const before = process.memoryUsage().rss;
  let peak = before;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20);
  const result = await readConfluence(root);
  clearInterval(watch);
  expect(result.counts).toEqual({ read: 700, skipped: 0 });
  const { location, id } = result.records.at(-1) ?? { location: { byteStart: 0, byteEnd: 0 }, id: '' };
  expect(bytes.subarray(location.byteStart, location.byteEnd).toString()).toContain(`<id name="id">${id}</id>`);
  expect((peak - before) / 1024 / 1024).toBeLessThan(220);
}, 60_000);

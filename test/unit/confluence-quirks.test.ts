import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readConfluence } from '../../activities/tools/exports/confluence/read-confluence';
import type { ExportRecord, ReadResult } from '../../activities/tools/exports/record';

const fixtures = path.join(__dirname, '..', 'support', 'confluence', 'fixtures');
const read = (name: string): Promise<ReadResult> => readConfluence(path.join(fixtures, name));
const reasons = (result: ReadResult): string => result.problems.map(({ reason }) => reason).join('\n');

function only({ records }: ReadResult, id: string): ExportRecord {
  const found = records.find((record) => record.id === id);
  if (!found) throw new Error(`${id} was not read; there are ${records.map((record) => record.id).join(', ')}`);
  return found;
}

describe('the XML export of a space', () => {
  let result: ReadResult;
  beforeAll(async () => {
    result = await read('xml');
  });

  test('named entities, mentions by account, key and of nobody known, emoticons of both kinds', () => {
    const { body, people } = only(result, '101');
    expect(body).toContain('Café – 5\u00a0°C & rising → ask @Øyvind One, @two or @gone-3 (y)🚀');
    expect(people).toContainEqual({ name: 'Øyvind One', role: 'mentioned' });
    expect(people).toContainEqual({ name: 'two', role: 'author' });
  });

  test('macros inside macros, and code byte for byte out of a CDATA section inside another', () => {
    const { body } = only(result, '101');
    const code = 'if [[ $a < 5 && "$b" ]]; then\n  echo "<p>not markup</p> &nbsp;"\nfi';
    expect(body).toContain(`Outer\nbefore\n\n${code}\n\ninner\n\nafter`);
    expect(body).not.toContain('bash');
  });

  test('links by title, by id, by address, into another space, to nothing, to a file', () => {
    const { body, links, fields } = only(result, '102');
    expect(body).toContain('Entities & nested macros, the table, We sail again, Elsewhere, Never written, plan.pdf');
    expect(links).toEqual(['101', '103', '104', 'FERRY-12', 'https://tide.example/table']);
    expect(fields['brokenLinks']).toBe('OTHER:Elsewhere; Never written');
    expect(body).toContain('FERRY-12 and (tickets: project = FERRY)');
    expect(body).toContain('ends oddly');
    expect(fields).toMatchObject({ path: 'Entities & nested macros', attachments: 'plan.pdf', space: 'FERRY' });
  });

  test('tables, tasks, status, dates, what the new editor says twice, and macros nobody has heard of', () => {
    const { body, fields, activity } = only(result, '103');
    expect(body).toContain('Ship | State\nAlba (old) | [LAID UP]');
    expect(body).toContain('[x] Paint the hull');
    expect(body).toContain('[ ] Book the dock until 2026-02-14');
    expect(body.match(/Said once/g)).toHaveLength(1);
    expect(body).toContain('[image: hull.png]');
    expect(body).toContain('Kept text');
    expect(body).not.toMatch(/type here|hidden|Red|note/);
    expect(fields).toMatchObject({ labels: 'harbour', version: '4' });
    expect(activity).toContain('2025-11-02T08:00:00.000Z');
  });

  test('blog posts are pages, archived ones too; a comment whose text only it names is in the body', () => {
    const post = only(result, '104');
    expect(post.fields).toMatchObject({ type: 'blogpost', status: 'archived', comments: '1' });
    expect(post.body).toBe('Comment by Øyvind One at 2025-12-25T09:00:00.000Z:\nAt last…');
  });

  test('drafts, deleted pages and older versions are no pages, and are counted', () => {
    const ids = result.records.map(({ id }) => id);
    expect(ids).not.toEqual(expect.arrayContaining(['105']));
    for (const id of ['105', '106', '1030']) expect(ids).not.toContain(id);
    expect(reasons(result)).toContain('older versions: 1, drafts: 1, deleted pages: 1');
  });

  test('every break costs the object it is in, is reported, and nothing after it is lost', () => {
    for (const reason of [
      'The title of the page 107 never ends.',
      'An object of the class Page has no id.',
      'An object begins before the one before it has ended.',
      'A text of an object never ends.',
      'The file ends inside an object.',
      'Some bytes of the file are no UTF-8',
    ])
      expect(reasons(result)).toContain(reason);
    expect(result.counts).toEqual({ read: 7, skipped: 5 });
    expect(only(result, '110').body).toMatch(/never closed, +and closed wrongly/);
    expect(only(result, '110').fields['path']).toBeUndefined();
    expect(only(result, '111')).toMatchObject({ title: 'Bell and byte \ufffd', at: null });
  });

  test('a page that shows an export is read whole, and the page it shows is none', () => {
    const { body } = only(result, '109');
    expect(body).toContain('<id name="id">999</id>');
    expect(body).toContain('as said.');
    expect(result.records.map(({ id }) => id)).not.toContain('999');
  });

  test('a citation resolves to the bytes of the page', () => {
    const raw = readFileSync(path.join(fixtures, 'xml', 'entities.xml'));
    for (const { id, location } of result.records) {
      const bytes = raw.subarray(location.byteStart, location.byteEnd).toString('latin1');
      expect(bytes).toMatch(/^<object class="(?:Page|BlogPost)"[^]*<\/object>$/);
      expect(bytes).toContain(`<id name="id">${id}</id>`);
    }
  });
});

test('an export of 2011: wiki markup, names in place of users, values without CDATA', async () => {
  const record = only(await read('xml-old'), '5799945');
  expect(record.title).toBe('Club & boats');
  expect(record.body).toContain('Row on the map (https://map.example/club), see @steers.');
  expect(record.people).toContainEqual({ name: 'rower', role: 'author' });
  expect(record.fields['attachments']).toBe('boat.jpg');
});

test('another encoding that the file declares; its citation still counts bytes of the file', async () => {
  const result = await read('xml-latin1');
  const { title, body, location } = only(result, '77');
  expect([title, body]).toEqual(['Fähre nach Ærø', 'Täglich um acht.']);
  const raw = readFileSync(path.join(fixtures, 'xml-latin1', 'entities.xml'));
  expect(raw.subarray(location.byteStart, location.byteEnd).toString('latin1')).toMatch(
    /^<object [^]*Ærø[^]*<\/object>$/,
  );
});

describe('the HTML export of a space', () => {
  let result: ReadResult;
  beforeAll(async () => {
    result = await read('html');
  });

  test('titles without their space, parents by breadcrumb, dates of the line under the title', () => {
    expect(only(result, '500')).toMatchObject({ title: 'Home', at: '2025-09-01T00:00:00.000Z' });
    expect(only(result, '501')).toMatchObject({ title: 'Winter rules', updatedAt: '2025-09-20T00:00:00.000Z' });
    expect(only(result, '501').fields).toMatchObject({ space: 'FERRY', spaceName: 'Ferry handbook', path: 'Home' });
    expect(only(result, '501').people).toContainEqual({ name: 'Kim Ö', role: 'editor' });
  });

  test('links between files, and one to a page that is gone', () => {
    const { links, fields } = only(result, '500');
    expect(links).toEqual(['501', '502']);
    expect(fields['brokenLinks']).toBe('page 999');
  });

  test('rendered macros: no styles, no table of contents; mentions, emoticons, tables, code and attachments', () => {
    const { body, fields } = only(result, '501');
    expect(body).toBe('Ice\n\nAsk Øyvind One ⚠️\n\nFrom | To\n1 Dec | 1 Mar\n\nif ice > 5:\n    stay()');
    expect(fields['attachments']).toBe('ice.png');
  });

  test('a page in windows-1252, named by its number alone', () => {
    expect(only(result, '502')).toMatchObject({ title: 'Über alles', body: 'Größe: 5 € – fertig' });
  });

  test('the index, attachments that are HTML, and a file of something else are no pages', () => {
    expect(result.counts).toEqual({ read: 3, skipped: 1 });
    expect(reasons(result)).toContain('The HTML file is no page of a space export.');
  });
});

describe('answers of the REST API', () => {
  let result: ReadResult;
  beforeAll(async () => {
    result = await read('rest');
  });

  test('both versions of the API, in one folder', () => {
    expect(result.records.map(({ id }) => id).sort()).toEqual(['600', '601', '604', '606', '700']);
    expect(only(result, '700')).toMatchObject({ body: 'v2 says hello', at: '2025-12-01T00:00:00.000Z' });
    expect(only(result, '700').people).toContainEqual({ name: 'Berit Two', role: 'author' });
    expect(only(result, '700').fields['path']).toBe('Home');
  });

  test('the newest published state of a page counts, whatever order they come in', () => {
    const winter = only(result, '601');
    expect(winter.title).toBe('Winter');
    expect(winter.activity).toContain('2025-10-02T08:00:00.000Z');
    expect(winter.body).toBe('@Berit Two keeps the list.\n\nComment by Øyvind One at 2025-10-06T10:00:00.000Z:\nGood.');
    expect(winter.fields).toMatchObject({ labels: 'ice', url: 'https://ferry.example/wiki/spaces/FERRY/pages/601/x' });
    expect(only(result, '600').links).toContain('601');
  });

  test('trash and drafts are left out, attachments are no pages, what was not asked for is said', () => {
    expect(reasons(result)).toContain('older versions: 1, drafts: 1, deleted pages: 1');
    expect(reasons(result)).toContain('The page 604 has no text: ask for expand=body.storage.');
  });

  test('a broken page costs itself', () => {
    expect(result.counts.skipped).toBe(1);
    expect(reasons(result)).toContain('A string does not end on its line.');
    expect(only(result, '606').body).toBe('fine');
  });
});

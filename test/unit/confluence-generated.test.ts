import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { readConfluence } from '../../activities/tools/exports/confluence/read-confluence';
import type { ExportRecord, ReadResult } from '../../activities/tools/exports/record';
import { generateWiki } from '../support/confluence/generate-wiki';
import { bare, rawPages } from '../support/confluence/raw-pages';
import type { Wiki } from '../support/confluence/wiki';
import { writeEntities } from '../support/confluence/write-entities';
import { writeHtml } from '../support/confluence/write-html';
import { writeRest } from '../support/confluence/write-rest';

const fixed = process.env['EXPORTS_SEED'];
const seeds = fixed
  ? [Number(fixed)]
  : [0, 1, 2].map((offset) => (Math.trunc(Date.now() / 13) % 1_000_000_000) + offset);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cadre-wiki-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, files: Map<string, string | Buffer>): string {
  const root = path.join(folder, name);
  mkdirSync(root, { recursive: true });
  for (const [file, text] of files) writeFileSync(path.join(root, file), text);
  return root;
}

const published = (wiki: Wiki): string[] =>
  wiki.pages.filter(({ status }) => status === 'current').map(({ id }) => id).sort(); // prettier-ignore
const said = ({ records }: ReadResult): [string, string, string][] =>
  records.map(({ id, title, body }): [string, string, string] => [id, title, bare(body.split('\nComment by ')[0] ?? '')]).sort(); // prettier-ignore

describe.each(seeds)('a wiki made from the seed %i (repeat with EXPORTS_SEED)', (seed) => {
  const { wiki, changes } = generateWiki(seed);

  test('is the same in all three formats, older versions, drafts and deleted pages left out', async () => {
    const xml = await readConfluence(write(`${seed}-xml`, new Map([['entities.xml', writeEntities(wiki)]])));
    const spaced = await readConfluence(
      write(`${seed}-sp`, new Map([['entities.xml', writeEntities(wiki, 'spaced')]])),
    );
    const html = await readConfluence(write(`${seed}-html`, writeHtml(wiki)));
    const rest = await readConfluence(write(`${seed}-rest`, writeRest(wiki)));
    for (const result of [xml, spaced, html, rest]) {
      expect(result.counts).toEqual({ read: published(wiki).length, skipped: 0 });
      expect(result.records.map(({ id }) => id).sort()).toEqual(published(wiki));
    }
    expect(said(spaced)).toEqual(said(xml));
    expect(said(rest)).toEqual(said(xml));
    // Code is where the two forms of `]]>` differ most, so it is compared as it stands.
    expect(xml.records.map(({ body }) => body).join()).toContain("select '<b>' || ']]>' from t");
    for (const { reason, pageId } of changes) {
      for (const result of [xml, html, rest]) {
        const record = result.records.find(({ id }) => id === pageId) as ExportRecord;
        expect(record.body).toContain(reason);
        expect(record.fields['brokenLinks'] ?? '').toMatch(result === html ? /^$/ : /A page that was never written/);
      }
    }
  });

  test.each(['xml', 'rest', 'html'])('what is read of %s stands in the raw export, where it says', async (form) => {
    const files = form === 'xml' ? new Map([['entities.xml', writeEntities(wiki)]]) : form === 'rest' ? writeRest(wiki) : writeHtml(wiki); // prettier-ignore
    const root = write(`${seed}-raw-${form}`, files);
    const raw = rawPages(root);
    const { records } = await readConfluence(root);
    expect([...raw.keys()].sort()).toEqual(published(wiki));
    for (const { id, body, location } of records) {
      const page = raw.get(id);
      expect(page?.file).toBe(location.file);
      if (form === 'xml') expect([location.byteStart, location.byteEnd]).toEqual([page?.byteStart, page?.byteEnd]);
      const lines = body.split('\nComment by ')[0]?.split('\n') ?? [];
      const sentences = lines.filter((line) => /^(?!.*never written)[^@|[(]{20,}\.$/.test(line));
      expect(sentences.filter((line) => !page?.words.includes(bare(line)))).toEqual([]);
    }
  });

  test('UTF-16, with bytes that count in the file', async () => {
    const text = Buffer.from(`\ufeff${writeEntities(wiki)}`, 'utf16le');
    const root = write(`${seed}-wide`, new Map([['entities.xml', text]]));
    const { records } = await readConfluence(root);
    expect(records).toHaveLength(published(wiki).length);
    for (const { id, location } of records)
      expect(text.subarray(location.byteStart, location.byteEnd).toString('utf16le')).toMatch(new RegExp(`^<object class="Page"[^]*<id name="id">${id}</id>[^]*</object>$`)); // prettier-ignore
  });
});

describe('broken bytes', () => {
  const { wiki } = generateWiki(7, 12);
  const texts = {
    'entities.xml': Buffer.from(writeEntities(wiki)),
    'Start_1.html': Buffer.from([...writeHtml(wiki).values()][1] ?? ''),
    'content.json': Buffer.from([...writeRest(wiki).values()][0] ?? ''),
  };

  const damage = fc.array(
    fc.record({ at: fc.nat(), bytes: fc.uint8Array({ maxLength: 12 }), drop: fc.integer({ min: 0, max: 4000 }) }),
    { minLength: 1, maxLength: 5 },
  );

  test.each(Object.entries(texts))('%s never crashes the reader, whatever is broken in it', async (name, text) => {
    await fc.assert(
      fc.asyncProperty(damage, fc.integer(), async (faults, salt) => {
        let bytes: Buffer = text;
        for (const { at, bytes: put, drop } of faults) {
          const place = at % (bytes.length + 1);
          bytes = Buffer.concat([bytes.subarray(0, place), put, bytes.subarray(place + drop)]);
        }
        const root = write(`fuzz-${salt}`, new Map([[name, bytes]]));
        const result = await readConfluence(root);
        rmSync(root, { recursive: true });
        const known = new Set(wiki.pages.map(({ id }) => id));
        expect(result.records.length).toBeLessThanOrEqual(wiki.pages.length + faults.length);
        for (const { location, activity } of result.records) {
          expect(location.byteStart).toBeGreaterThanOrEqual(0);
          expect(location.byteEnd).toBeLessThanOrEqual(bytes.length);
          for (const at of activity) expect(new Date(at).toISOString()).toBe(at);
        }
        // One broken place costs one page, two when it swallows what separates them; the rest is read.
        if (name === 'entities.xml' && faults.length === 1 && faults[0]?.drop === 0)
          expect(result.records.filter(({ id }) => known.has(id)).length).toBeGreaterThanOrEqual(10);
      }),
      { numRuns: 120 },
    );
  });

  test('bytes that are no export at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.constantFrom('<?xml', '<html><body>', '{', 'PK\u0003\u0004', ''), async (bytes, head) => {
        const root = write('noise', new Map([['any.xml', Buffer.concat([Buffer.from(head), bytes])]]));
        const { records } = await readConfluence(root);
        expect(records).toEqual([]);
      }),
      { numRuns: 150 },
    );
  }); // prettier-ignore
});

describe('what was written to stop a reader', () => {
  const object = (body: string): string =>
    `<hibernate-generic>\n<object class="Page" package="com.atlassian.confluence.pages"><id name="id">1</id><property name="title">T</property></object>\n<object class="BodyContent" package="com.atlassian.confluence.core"><id name="id">2</id><property name="body"><![CDATA[${body}]]></property><property name="content" class="Page"><id name="id">1</id></property></object>\n`;
  const html = (main: string): string =>
    `<!DOCTYPE html><html><head><title>S : T</title></head><body><div id="main-content">${main}</div></body></html>`;

  test.each([
    ['elements nested without end', 'entities.xml', object(`${'<b>x'.repeat(150_000)}`)],
    ['macros nested without end', 'entities.xml', object('<ac:structured-macro ac:name="info"><ac:rich-text-body>'.repeat(15_000))],
    ['blanks without end', 'entities.xml', object(`<pre>${' '.repeat(700_000)}x</pre>${'&nbsp;'.repeat(100_000)}`)],
    ['half an end of CDATA, and blanks', 'entities.xml', object(`]]>${']] '.repeat(1_000)}${' '.repeat(600_000)}`)],
    ['objects that begin and never end', 'entities.xml', '<hibernate-generic>\n<object '.repeat(200_000)],
    ['objects nested in an object', 'entities.xml', `<object class="Page"><id>1</id>${'<x>'.repeat(300_000)}</object>`],
    ['texts that never end', 'entities.xml', '<object class="Page" package="com.atlassian.x"><![CDATA[\n'.repeat(60_000)],
    ['a page nested without end', 'Page_1.html', html('<div>x'.repeat(150_000))],
    ['a line of author without end', 'Page_1.html', html(`</div><div class="page-metadata">on ${'1 '.repeat(200_000)}`)],
    ['JSON nested without end', 'a.json', `{"results":[{"id":"1","type":"page","title":"T","x":${'['.repeat(500_000)}`],
  ])('%s takes less than ten seconds', async (_what, file, text) => {
    const root = write('hostile', new Map([[file, text]]));
    const begun = performance.now();
    const { records } = await readConfluence(root);
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect(records.length).toBeLessThanOrEqual(1);
    rmSync(root, { recursive: true });
  }); // prettier-ignore
});

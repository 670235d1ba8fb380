import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readChat } from '../../activities/tools/exports/chat/read-chat';
import { csvRows } from '../../activities/tools/exports/jira/csv-rows';
import { readJira } from '../../activities/tools/exports/jira/read-jira';
import { readMailExport } from '../../activities/tools/exports/mail/read-mail';
import type { ExportRecord, ReadResult } from '../../activities/tools/exports/record';

const fixtures = path.join(__dirname, '..', 'support', 'exports', 'fixtures');
const at = (name: string): string => path.join(fixtures, name);

function only(result: ReadResult, id: string): ExportRecord {
  const found = result.records.find((record) => record.id === id);
  if (!found) throw new Error(`${id} was not read; there are ${result.records.map((record) => record.id).join(', ')}`);
  return found;
}

const reasons = (result: ReadResult): string => result.problems.map(({ reason }) => reason).join('\n');

describe('jira pages', () => {
  test('empty summaries and descriptions are kept; times are UTC', async () => {
    const ticket = only(await readJira(at('jira-pages')), 'FERRY-11');
    expect(ticket).toMatchObject({ title: '', body: '', at: '2019-05-06T12:40:01.000Z', fields: { status: 'Closed' } });
    expect(ticket.activity).toEqual([
      '2019-05-06T12:40:01.000Z',
      '2019-05-06T13:30:17.000Z',
      '2019-05-06T13:32:47.000Z',
    ]);
  });

  test('a comment page finds its ticket by the number in self, and wiki markup becomes text', async () => {
    const ticket = only(await readJira(at('jira-pages')), 'FERRY-12');
    expect(ticket.body).toContain('Morning @person.two!');
    expect(ticket.body).toContain('on the wiki (https://wiki.harbour.example/rules#Boats)');
    expect(ticket.body).not.toContain('\r');
    expect(ticket.people).toContainEqual({ name: 'Person Three', role: 'commenter' });
    expect(ticket.activity).toContain('2019-05-24T21:35:30.742Z');
  });

  test('a comment without its ticket and a file of something else are reported, not fatal', async () => {
    const result = await readJira(at('jira-pages'));
    expect(result.counts).toEqual({ read: 2, skipped: 2 });
    expect(reasons(result)).toContain('A comment on issue 99999');
  });

  test('German CSV: byte-order mark, semicolons, several lines in a cell, a row that never closes its quote', async () => {
    const result = await readJira(at('csv'), { timezone: 'Europe/Berlin' });
    expect(result.records.map(({ id }) => id)).toEqual(['FERRY-21', 'FERRY-23']);
    expect(result.counts.skipped).toBe(1);
    expect(only(result, 'FERRY-21')).toMatchObject({
      title: 'Anleger "Nord" zu',
      at: '2026-03-02T08:15:00.000Z',
      fields: { labels: 'eis, wind' },
    });
    expect(only(result, 'FERRY-21').body).toBe(
      'Zeile eins;\nZeile zwei\n\nComment by Ruder at 2026-03-03T09:00:00.000Z:\nSiehe FERRY-12',
    );
    expect(only(result, 'FERRY-23').at).toBe('2026-03-03T23:30:00.000Z');
  });
});

describe('mail of lists and of old programs', () => {
  test('comments in addresses, prose in In-Reply-To, an empty Cc, folded references', async () => {
    const mail = only(await readMailExport(at('mail-list/list.mbox')), '87iq.fsf@sail.harbour.example');
    expect(mail.people[0]).toEqual({ name: 'Sail Šiv', email: 'sail@harbour.example', role: 'from' });
    expect(mail.people.filter(({ role }) => role === 'cc').map(({ name }) => name)).toEqual([
      'deck-list@harbour.example',
      'Pole T. Barge',
      'Keel',
    ]);
    expect(mail.threadId).toBe('1204225143.9.camel@harbour.example');
    expect(mail.fields['inReplyTo']).toBe('1205676169.27.camel@oar.harbour.example');
    expect(mail.at).toBe('2008-03-17T09:35:05.000Z');
  });

  test('one > is taken from an escaped From line, and such a line separates nothing', async () => {
    const result = await readMailExport(at('mail-list/list.mbox'));
    expect(result.counts).toEqual({ read: 2, skipped: 0 });
    expect(only(result, '87iq.fsf@sail.harbour.example').body).toContain(
      '>>From the tide tables of the north quay—it is lower.\nFrom here on',
    );
  });

  test('bytes without a charset in headers and body are read as what they are', async () => {
    const mail = only(await readMailExport(at('mail-list/charsets.mbox')), '20020823171132.541D@harbour.example');
    expect(mail.people[0]?.name).toBe('Nätzwerk Fischer');
    expect(mail.title).toBe('[deck] Wie öffnet man die Schleuse?');
    expect(mail.body).toContain('das Gebäude ist groß');
    expect(mail.at).toBe('2002-08-23T17:24:49.000Z');
  });

  test('windows-1252 under the name of Latin-1, in the body and in an encoded word', async () => {
    const mail = only(await readMailExport(at('mail-list/charsets.mbox')), 'price1@harbour.example');
    expect(mail.title).toBe('Rope – 12 €');
    expect(mail.body).toBe('The “best” rope costs 12 € – or less.');
  });

  test('no id, no readable date, a charset nobody knows: kept, with a substitute id and the time of delivery', async () => {
    const result = await readMailExport(at('mail-list/charsets.mbox'));
    const mail = result.records.find(({ id }) => id.startsWith('sha256-'));
    expect(mail).toMatchObject({ at: '2002-08-25T13:11:33.000Z', body: 'Grüße' });
    expect(reasons(result)).toMatch(
      /no Message-ID[\s\S]*Date header cannot be read|Date header cannot be read[\s\S]*no Message-ID/,
    );
    expect(reasons(result)).toContain('x-harbour-local');
  });

  test('text that is not in the charset it names', async () => {
    const result = await readMailExport(at('mail-list/charsets.mbox'));
    expect(only(result, 'wrong1@harbour.example').body).toBe('Ein schöner Tag');
    expect(reasons(result)).toContain('not in the charset it names (utf-8)');
  });
});

describe('chat of several years', () => {
  test('narrow spaces, German dates, deleted and id-less messages, links and files', async () => {
    const result = await readChat(at('chat'));
    expect(only(result, 'AAA1/t1/m1')).toMatchObject({
      at: '2026-03-02T21:15:23.000Z',
      title: 'Harbour watch',
      fields: { reactions: '👍 2' },
    });
    expect(only(result, 'AAA1/t1/m1').links).toEqual(['FERRY-12', 'https://tides.harbour.example/']);
    expect(only(result, 'AAA1/t1/m2')).toMatchObject({
      at: '2026-03-03T09:15:23.000Z',
      body: '',
      fields: { attachments: 'chart.png' },
    });
    expect(only(result, 'AAA1/t1/m3').fields['state']).toBe('deleted');
    expect(result.records.filter(({ id }) => id.startsWith('sha256-'))).toHaveLength(1);
  });

  test('a file that was cut off costs its last record', async () => {
    const result = await readChat(at('chat'));
    expect(result.counts).toEqual({ read: 4, skipped: 1 });
    expect(reasons(result)).toContain('The file ends inside a record.');
  });
});

test('the table of quirks names every fixture, and every fixture it names exists', () => {
  const table = readFileSync(path.join(__dirname, '..', '..', 'docs', 'exports-quirks.md'), 'utf8');
  const named = [...table.matchAll(/`((?:jira-pages|csv|mail-list|chat)\/[^`]*)`/g)].map(([, name = '']) => name);
  expect(named.filter((name) => !existsSync(at(name)))).toEqual([]);
  for (const folder of ['jira-pages', 'csv', 'mail-list', 'chat'])
    expect(named.some((name) => name.startsWith(folder))).toBe(true);
});

test('a file with no end of broken rows is given up with a note', () => {
  const events = [...csvRows(Buffer.from(`Issue key,Summary\n${'A-1,"x\n'.repeat(3000)}`), ',', 1_000_000)];
  expect(events.filter(({ kind }) => kind === 'fault')).toHaveLength(2000);
  expect(events.at(-1)).toMatchObject({
    kind: 'note',
    reason: expect.stringContaining('the rest of the file is not read') as string,
  });
});

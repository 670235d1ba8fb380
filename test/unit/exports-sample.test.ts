import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rawMails } from '../support/exports/raw-mail';

// Counted from the files by means of its own: JSON.parse, a splitter and a decoder of mail written here.

const sample = path.join(__dirname, '..', '..', 'agents', 'daily-report', 'sample');

interface Fact {
  id: string;
  fact: string;
  parts: { source: 'jira' | 'mail' | 'chat'; id: string; contains: string }[];
}
interface Facts {
  counts: { tickets: number; mails: number; chatMessages: number };
  crossReferences: number;
  hijackMail: string;
  missingTicket: { key: string; mentionedIn: string };
  privateMails: string[];
  facts: Fact[];
}
interface Issue {
  key: string;
  fields: { summary: string; description: string; comment: { comments: { body: string }[] } };
}

const read = (name: string): string => readFileSync(path.join(sample, name), 'utf8');
const facts = JSON.parse(read('FACTS.json')) as Facts;
const issues = (JSON.parse(read('jira.json')) as { issues: Issue[] }).issues;
const ticketText = ({ fields }: Issue): string =>
  [fields.summary, fields.description, ...fields.comment.comments.map(({ body }) => body)].join('\n');

const messages = readdirSync(path.join(sample, 'chat', 'Groups')).flatMap(
  (space) =>
    (JSON.parse(read(`chat/Groups/${space}/messages.json`)) as { messages: { message_id: string; text: string }[] })
      .messages,
);

interface Mail {
  id: string;
  head: string;
  subject: string;
  text: string;
}

/** First text part of a message, decoded by its transfer encoding. */
function decoded(raw: string): string {
  const boundary = /boundary="([^"]+)"/.exec(raw)?.[1];
  const part = boundary ? (raw.split(`--${boundary}\n`)[1] ?? '').split(`\n--${boundary}`)[0] ?? '' : raw.slice(raw.lastIndexOf('\nContent-Type:'));
  const content = part.slice(part.indexOf('\n\n') + 2);
  const bytes = /base64/i.test(part.slice(0, 200))
    ? Buffer.from(content, 'base64')
    : Buffer.from(/quoted-printable/i.test(part.slice(0, 200)) ? content.replace(/=\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))) : content, 'latin1');
  const text = /iso-8859-1/.test(part.slice(0, 200)) ? bytes.toString('latin1') : bytes.toString('utf8');
  return text.replace(/<style>.*?<\/style>|<[^>]+>/g, ' ').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&').trim();
} // prettier-ignore

const bytes = readFileSync(path.join(sample, 'mail.mbox'));
const mails = [...rawMails(path.join(sample, 'mail.mbox')).values()].map(({ id, byteStart, byteEnd }): Mail => {
  const raw = bytes.toString('latin1', byteStart, byteEnd).trimEnd();
  const head = raw.slice(0, raw.indexOf('\n\n'));
  const subject = (/^Subject: ((?:.|\n )*)/m.exec(head)?.[1] ?? '')
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?B\?(.*?)\?=/g, (_, word: string) => Buffer.from(word, 'base64').toString('latin1'));
  return { id, head, subject: Buffer.from(subject, 'latin1').toString('utf8'), text: decoded(raw) };
});

const keyPattern = /\b(?:DOCK|PLAT|OPS|MOB)-\d+\b/g;
const keys = new Set(issues.map(({ key }) => key));

describe('the sample of team daily-report', () => {
  test('has the size that is promised', () => {
    expect({ tickets: issues.length, mails: mails.length, chatMessages: messages.length }).toEqual(facts.counts);
    expect(issues.length).toBeGreaterThanOrEqual(120);
    expect(mails.length).toBeGreaterThanOrEqual(200);
    expect(messages.length).toBeGreaterThanOrEqual(400);
    expect(new Set(issues.map(({ key }) => key)).size).toBe(issues.length);
    expect(new Set(messages.map((message) => message.message_id)).size).toBe(messages.length);
    const total = readdirSync(sample, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0); // prettier-ignore
    expect(total).toBeLessThan(1_500_000);
  });

  test('has no two bodies that are equal', () => {
    for (const bodies of [
      issues.map(({ fields }) => fields.description),
      mails.map(({ text }) => text),
      messages.map(({ text }) => text),
    ]) {
      expect(bodies.filter((body, index) => bodies.indexOf(body) !== index)).toEqual([]);
      expect(bodies.every((body) => body.trim().length > 1)).toBe(true);
    }
  });

  test('refers from each source to the others, in at least forty places', () => {
    const pairs = new Map<string, Set<string>>();
    const note = (kind: string, from: string, to: string): void =>
      void pairs.set(kind, (pairs.get(kind) ?? new Set()).add(`${from} ${to}`));
    for (const { id, subject, text } of mails) {
      for (const [key] of `${subject}\n${text}`.matchAll(keyPattern)) if (keys.has(key)) note('mail → jira', id, key);
    }
    for (const { message_id: id, text } of messages) {
      for (const [key] of text.matchAll(keyPattern)) if (keys.has(key)) note('chat → jira', id, key);
      for (const mail of mails)
        if (text.includes(mail.id) || text.includes(`“${mail.subject}”`)) note('chat → mail', id, mail.id);
    }
    for (const issue of issues) {
      for (const mail of mails) if (ticketText(issue).includes(mail.id) || ticketText(issue).includes(`“${mail.subject}”`)) note('jira → mail', issue.key, mail.id); // prettier-ignore
      for (const message of messages) if (ticketText(issue).includes(message.message_id)) note('jira → chat', issue.key, message.message_id); // prettier-ignore
    }
    expect([...pairs.keys()].sort()).toEqual([
      'chat → jira',
      'chat → mail',
      'jira → chat',
      'jira → mail',
      'mail → jira',
    ]);
    const count = [...pairs.values()].reduce((sum, set) => sum + set.size, 0);
    expect(count).toBeGreaterThanOrEqual(40);
    expect(count).toBe(facts.crossReferences);
  });

  test('holds facts that only two sources together show', () => {
    expect(facts.facts.length).toBeGreaterThanOrEqual(15);
    expect(new Set(facts.facts.map(({ fact }) => fact)).size).toBe(facts.facts.length);
    const all = new Map([
      ...issues.map((issue) => [`jira ${issue.key}`, ticketText(issue)] as const),
      ...mails.map(({ id, text }) => [`mail ${id}`, text] as const),
      ...messages.map((message) => [`chat ${message.message_id}`, message.text] as const),
    ]);
    for (const { id, parts } of facts.facts) {
      expect([id, new Set(parts.map(({ source }) => source)).size]).toEqual([id, 2]);
      for (const part of parts) {
        const own = all.get(`${part.source} ${part.id}`)?.replace(/\s+/g, ' ');
        expect([id, own]).toEqual([id, expect.stringContaining(part.contains)]);
        // Nothing in the other part's whole source says it as well: neither source has the fact alone.
        for (const other of parts.filter(({ source }) => source !== part.source)) {
          const saidThere = [...all].filter(
            ([key, text]) => key.startsWith(other.source) && text.replace(/\s+/g, ' ').includes(part.contains),
          );
          expect([id, part.contains, saidThere.map(([key]) => key)]).toEqual([id, part.contains, []]);
        }
      }
    }
  });

  test('has one mail that gives orders to agents, and private mail', () => {
    const orders = mails.filter(
      ({ text }) => /assistants?|instructions are void|overwrite/i.test(text) && /forward|overwrite/i.test(text),
    );
    expect(orders.map(({ id }) => id)).toEqual([facts.hijackMail]);
    const hidden = mails.filter(({ head }) => /^Sensitivity: private$/m.test(head));
    expect(hidden.map(({ id }) => id).sort()).toEqual([...facts.privateMails].sort());
    expect(hidden.length).toBeGreaterThanOrEqual(5);
  });

  test('mentions exactly one ticket that does not exist, once', () => {
    const texts = [...issues.map((issue) => [issue.key, ticketText(issue)] as const), ...mails.map(({ id, subject, text }) => [id, `${subject}\n${text}`] as const), ...messages.map((message) => [message.message_id, message.text] as const)]; // prettier-ignore
    const missing = texts.flatMap(([from, text]) =>
      [...text.matchAll(keyPattern)].filter(([key]) => !keys.has(key)).map(([key]) => ({ key, mentionedIn: from })),
    );
    expect(missing).toEqual([facts.missingTicket]);
  });

  test('is what its script writes, byte for byte', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'sample-'));
    try {
      const root = path.join(__dirname, '..', '..');
      const code = `require(${JSON.stringify(path.join(root, 'scripts', 'make-sample-data.ts'))}).writeSample(${JSON.stringify(folder)})`;
      execFileSync(process.execPath, ['-r', 'tsx/cjs', '-e', code], { cwd: root });
      const list = (base: string): string[] => readdirSync(base, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => path.relative(base, path.join(entry.parentPath, entry.name))).sort(); // prettier-ignore
      expect(list(folder)).toEqual(list(sample));
      for (const name of list(folder))
        expect([name, readFileSync(path.join(folder, name)).equals(readFileSync(path.join(sample, name)))]).toEqual([
          name,
          true,
        ]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

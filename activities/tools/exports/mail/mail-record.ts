import { createHash } from 'node:crypto';
import PostalMime from 'postal-mime';
import { htmlToText, tidyText } from '../text/html-to-text';
import { mentionsIn } from '../text/mentions';
import { readDate } from '../text/read-date';
import { readLimits } from '../record';
import { carryBytes, charsetsOf, decodeCarried, isPlatformCharset, mendControls, repairHeaders } from './mail-charset';
import type { Address, Email } from 'postal-mime';
import type { ExportRecord, RecordPerson } from '../record';
import type { RawMail } from './split-mbox';

export interface MailReading {
  record: ExportRecord;
  /** What was odd about the message; it was read all the same. */
  notes: string[];
}

/** Hex digits of the digest in the id of a message that has no Message-ID. */
const substituteDigits = 16;

/** Parses one message. Throws when it is no mail at all or its structure is beyond the parser's limits. */
export async function readMail(mail: RawMail, file: string): Promise<MailReading> {
  const notes: string[] = [];
  if (mail.truncated) notes.push(`The message is longer than ${readLimits.mailBytes} bytes; only its head was read.`);
  const { email, text } = await parse(mail.raw, notes);
  if (!email.headers.some(({ key, value }) => value !== '' && !/\s/.test(key))) throw new Error('It has no headers.');
  const at = dateOf(email, mail.fromLine, notes);
  const ids = messageIds(email.messageId);
  const id = ids[0] ?? substituteId(mail.raw);
  if (!ids[0]) notes.push(`It has no Message-ID; its id is ${id}.`);
  const title = mendControls(email.subject?.trim() ?? '');
  const references = [...messageIds(email.references), ...messageIds(email.inReplyTo)];
  const attachments = email.attachments.map(({ filename }) => filename ?? '').filter(Boolean);
  const record: ExportRecord = {
    source: 'mail',
    id,
    threadId: header(email, 'x-gm-thrid') || references[0] || id,
    title,
    body: text,
    people: peopleOf(email),
    at,
    activity: at ? [at] : [],
    fields: fieldsOf(email, attachments),
    links: [...new Set([...references, ...mentionsIn(title, text)])]
      .filter((link) => link !== id)
      .slice(0, readLimits.links),
    location: { file, byteStart: mail.start, byteEnd: mail.end },
  };
  return { record, notes };
}

async function parse(raw: Buffer, notes: string[]): Promise<{ email: Email; text: string }> {
  const labels = charsetsOf(raw);
  const unknown = labels.filter((label) => !isPlatformCharset(label));
  const message = unescapeFrom(repairHeaders(raw, labels[0]));
  if (unknown.length === 0) {
    const email = await PostalMime.parse(message);
    const text = bodyOf(email, mendControls);
    if (!text.includes('\ufffd')) return { email, text };
    notes.push(`Its text is not in the charset it names (${labels.join(', ') || 'none'}).`);
  } else notes.push(`Its charset ${unknown.join(', ')} is one that few programs know.`);
  const email = await PostalMime.parse(carryBytes(message));
  return { email, text: bodyOf(email, (part) => decodeCarried(part, unknown[0])) };
}

function bodyOf(email: Email, decoded: (part: string) => string): string {
  const text = tidyText(decoded(email.text ?? ''));
  return text || (email.html ? htmlToText(decoded(email.html)) : '');
}

/** mboxrd and mboxo both put a `>` before `From ` at the start of a line; one is taken away again. */
function unescapeFrom(raw: Buffer): Buffer {
  if (!raw.includes('>From ')) return raw;
  return Buffer.from(raw.toString('latin1').replace(/^>(>*From )/gm, '$1'), 'latin1');
}

function header(email: Email, key: string): string {
  return email.headers.find((entry) => entry.key === key)?.value.trim() ?? '';
}

/** The Date header, else the time of the separator line, else that of the last Received header. */
function dateOf(email: Email, fromLine: string, notes: string[]): string | null {
  const stated = header(email, 'date');
  const at = readDate(stated.replace(/\([^()]*\)/g, ' '));
  if (at) return at;
  const received = header(email, 'received').split(';').at(-1) ?? '';
  const fallback = readDate(fromLine.replace(/^From \S+\s*/, '')) ?? readDate(received.replace(/\([^()]*\)/g, ' '));
  notes.push(
    `Its Date header ${stated ? `cannot be read: ${stated.slice(0, 60)}` : 'is missing'}; ${fallback ? 'the time of delivery is taken' : 'it has no time at all'}.`,
  );
  return fallback;
}

/** Message ids without angle brackets. */
function messageIds(value: string | undefined): string[] {
  const bracketed = [...(value ?? '').matchAll(/<([^<>\s]+)>/g)].map(([, id = '']) => id);
  if (bracketed.length > 0) return bracketed;
  return (value ?? '').split(/\s+/).filter((word) => word.includes('@'));
}

/** From the bytes of the message without the line ends around it, so it is the same in every copy of the file. */
function substituteId(raw: Buffer): string {
  let end = raw.length;
  while (end > 0 && (raw[end - 1] === 0x0a || raw[end - 1] === 0x0d)) end--;
  return `sha256-${createHash('sha256').update(raw.subarray(0, end)).digest('hex').slice(0, substituteDigits)}`;
}

function peopleOf(email: Email): RecordPerson[] {
  const from = email.from ?? email.sender;
  const found: RecordPerson[] = from ? mailboxes([from], 'from') : [];
  found.push(...mailboxes(email.to, 'to'), ...mailboxes(email.cc, 'cc'), ...mailboxes(email.bcc, 'bcc'));
  return found.slice(0, readLimits.people);
}

function mailboxes(addresses: Address[] | undefined, role: string): RecordPerson[] {
  return (addresses ?? []).flatMap((address): RecordPerson[] => {
    if (address.group) return mailboxes(address.group, role);
    const email = address.address?.toLowerCase() ?? '';
    const name = mendControls(address.name) || email;
    return name ? [{ name, ...(email ? { email } : {}), role }] : [];
  });
}

function fieldsOf(email: Email, attachments: string[]): Record<string, string> {
  const labels = PostalMime.decodeWords(header(email, 'x-gmail-labels'));
  const candidates: Record<string, string> = {
    labels: labels.split(',').map((label) => label.trim()).filter(Boolean).join(', '),
    inReplyTo: messageIds(email.inReplyTo)[0] ?? '',
    list: header(email, 'list-id'),
    sensitivity: header(email, 'sensitivity'),
    importance: header(email, 'importance'),
    attachments: attachments.slice(0, 50).join(', '),
  }; // prettier-ignore
  return Object.fromEntries(Object.entries(candidates).filter(([, value]) => value !== ''));
}

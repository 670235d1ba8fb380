import { createHash } from 'node:crypto';
import iconv from 'iconv-lite';
import { enough, isoOf, someTime, type Truth, type World } from './world';

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (value: number): string => String(value).padStart(2, '0');

/** Charsets and words that can be written in them. */
const charsets: [label: string, says: string][] = [
  ['utf-8', 'Grüße, señal, 水門 и линия'],
  ['iso-8859-1', 'Grüße über façade'],
  ['windows-1252', 'Preis: 12 € “netto”'],
  ['iso-8859-15', 'Preis: 12 € für très naïve'],
  ['koi8-r', 'большая линия'],
  ['windows-1251', 'большая линия'],
  ['shift_jis', '水門の線路'],
  ['gb2312', '水门和线路'],
  ['euc-kr', '수문과 선로'],
  ['big5', '水門和線路'],
  ['cp850', 'façade über naïve'],
  ['cp437', 'façade über naïve'],
];

export function generateMail(world: World): { files: Map<string, Buffer>; truth: Truth } {
  const { random, options } = world;
  const truth: Truth = { records: new Map(), broken: 0 };
  const eol = random.pick(['\n', '\r\n']);
  const parts: Buffer[] = [];
  let bytes = 0;
  while (!enough(world, truth.records.size, bytes)) {
    const part = oneMail(world, truth, truth.records.size + 1, eol);
    parts.push(part);
    bytes += part.length;
  }
  if (options.withBroken) {
    parts.splice(
      Math.floor(parts.length / 2),
      0,
      Buffer.from(`${fromLine(1, Date.UTC(2026, 2, 3))}${eol}>From here on there is no header at all${eol}${eol}`),
    );
    truth.broken++;
  }
  return { files: new Map([['All mail Including Spam and Trash.mbox', Buffer.concat(parts)]]), truth };
}

function fromLine(thread: number, timeMs: number): string {
  const at = new Date(timeMs);
  const clock = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
  return `From 17${String(thread).padStart(17, '0')}@xxx ${weekdays[at.getUTCDay()]} ${months[at.getUTCMonth()]} ${two(at.getUTCDate())} ${clock} +0000 ${at.getUTCFullYear()}`;
}

function dateHeader(world: World, timeMs: number): string {
  const minutes = world.random.pick([0, 60, -480, 345]);
  const at = new Date(timeMs + minutes * 60_000);
  const zone = `${minutes < 0 ? '-' : '+'}${two(Math.trunc(Math.abs(minutes) / 60))}${two(Math.abs(minutes) % 60)}`;
  const weekday = world.random.chance(0.8) ? `${weekdays[at.getUTCDay()]}, ` : '';
  return `${weekday}${at.getUTCDate()} ${months[at.getUTCMonth()]} ${at.getUTCFullYear()} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} ${zone}`;
}

function encodedWord(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`;
}

function oneMail(world: World, truth: Truth, number: number, eol: string): Buffer {
  const { random, people, domain } = world;
  const timeMs = someTime(random);
  const from = random.pick(people);
  const to = random.pick(people);
  const [charset, foreign] = random.pick(charsets);
  const marker = `Mark ${number} of ${world.options.seed}`;
  const long = world.options.bytes === undefined ? random.int(1, 4) : 14;
  const lines = [
    marker,
    foreign,
    ...Array.from({ length: long }, () => `plain words of line ${random.int(1, 1e6)} about valves`),
  ];
  if (random.chance(0.2)) lines.push('>From the start of a line', 'not a separator');
  const subject = random.chance(0.4)
    ? `Größe ${number}: 水門`
    : `About ${random.pick(['valves', 'meters', 'crews'])} ${number}`;
  const hasDate = !random.chance(0.05);
  const hasId = !random.chance(0.05);
  const id = `${number}.${random.int(1000, 9999)}@mail.${domain}`;
  const head = [
    `X-GM-THRID: ${number >> 1}`,
    'X-Gmail-Labels: =?UTF-8?Q?Inbox,R=C3=A9unions?=',
    ...(hasDate ? [`Date: ${dateHeader(world, timeMs)}`] : []),
    ...(hasId ? [`Message-${random.pick(['ID', 'Id'])}:${random.pick([' ', '\t', `${eol} `])}<${id}>`] : []),
    `From: ${encodedWord(from.name)} <${from.email}>`,
    `To: ${encodedWord(to.name)} <${to.email}>`,
    `Subject: ${encodedWord(subject)}`,
    'MIME-Version: 1.0',
  ];
  const { headers, content } = bodyOf(world, charset, lines, eol);
  const message = Buffer.concat([Buffer.from(`${[...head, ...headers].join(eol)}${eol}${eol}`), content]);
  const substitute = `sha256-${createHash('sha256')
    .update(message.toString('latin1').replace(/[\r\n]+$/, ''), 'latin1')
    .digest('hex')
    .slice(0, 16)}`;
  const trueId = hasId ? id : substitute;
  const at = isoOf(timeMs);
  truth.records.set(trueId, {
    id: trueId,
    at,
    activity: [at],
    title: subject,
    says: foreign,
    people: [from.name, to.name],
  });
  return Buffer.concat([Buffer.from(`${fromLine(number, timeMs)}${eol}`), message, Buffer.from(`${eol}${eol}`)]);
}

function bodyOf(world: World, charset: string, lines: string[], eol: string): { headers: string[]; content: Buffer } {
  const { random } = world;
  const text = iconv.encode(lines.join(eol), charset);
  const boundary = `=_b${random.int(1, 1e9)}`;
  const type = (kind: string): string => `Content-Type: text/${kind}; charset=${random.pick(['"', ''])}${charset}`.replace(/"(.*)$/, '"$1"');
  switch (random.pick(['8bit', 'base64', 'qp', 'html', 'alternative', 'nested'])) {
    case '8bit':
      return { headers: [type('plain'), 'Content-Transfer-Encoding: 8bit'], content: text };
    case 'base64':
      return { headers: [type('plain'), 'Content-Transfer-Encoding: base64'], content: wrap64(text, eol) };
    case 'html':
      return { headers: [type('html'), 'Content-Transfer-Encoding: base64'], content: wrap64(iconv.encode(`<html><style>p{}</style><p>${lines.join('</p>\n<p>')}</p></html>`, charset), eol) };
    case 'alternative': {
      const part = (kind: string, content: Buffer): Buffer => Buffer.concat([Buffer.from(`--${boundary}${eol}${type(kind)}${eol}Content-Transfer-Encoding: base64${eol}${eol}`), wrap64(content, eol), Buffer.from(eol)]);
      return { headers: [`Content-Type: multipart/alternative;${eol} boundary="${boundary}"`], content: Buffer.concat([part('plain', text), part('html', iconv.encode(`<p>${lines.join('<br>')}</p>`, charset)), Buffer.from(`--${boundary}--`)]) };
    }
    case 'nested': {
      const inner = Buffer.concat([Buffer.from(`From: old@example.com${eol}Subject: inner${eol}Date: Thu, 1 Jan 1998 00:00:00 +0000${eol}Message-ID: <inner@example.com>${eol}${type('plain')}${eol}Content-Transfer-Encoding: base64${eol}${eol}`), wrap64(text, eol)]);
      return { headers: [`Content-Type: multipart/mixed; boundary="${boundary}"`], content: Buffer.concat([Buffer.from(`--${boundary}${eol}Content-Type: message/rfc822${eol}${eol}`), inner, Buffer.from(`${eol}--${boundary}--`)]) };
    }
    default:
      return { headers: [type('plain'), 'Content-Transfer-Encoding: quoted-printable'], content: quoted(text) };
  }
} // prettier-ignore

function wrap64(content: Buffer, eol: string): Buffer {
  return Buffer.from((content.toString('base64').match(/.{1,76}/g) ?? []).join(eol));
}

function quoted(content: Buffer): Buffer {
  return Buffer.from(
    content
      .toString('latin1')
      .replace(
        /[^\x20-\x3c\x3e-\x7e\r\n]/g,
        (char) => `=${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
      ),
  );
}

import { resolveRefs } from './resolve-refs';
import type { SampleMail } from './make-mails';
import type { Refs } from './resolve-refs';

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** An mbox as Gmail Takeout writes it; bytes, because one message is in an older charset. */
export function mbox(mails: SampleMail[], refs: Refs): Buffer {
  return Buffer.concat(
    mails.flatMap((mail, index) => [
      Buffer.from(`${headers(mail, index)}\n`),
      ...body(mail, refs),
      Buffer.from('\n\n'),
    ]),
  );
}

function headers(mail: SampleMail, index: number): string {
  const at = new Date(`${mail.when}:${String((index * 7) % 60).padStart(2, '0')}Z`);
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
  const [day, month] = [days[at.getUTCDay()], months[at.getUTCMonth()]];
  const labels = [
    mail.labels.includes('Private') ? 'Inbox' : 'Archived',
    ...mail.labels,
    index % 6 === 0 ? 'Unread' : 'Opened',
  ];
  const to = (boxes: SampleMail['to']): string => boxes.map(mailbox).join(',\n ');
  return [
    `From ${mail.thread}@xxx ${day} ${month} ${two(at.getUTCDate())} ${clock} +0000 ${at.getUTCFullYear()}`,
    `X-GM-THRID: ${mail.thread}`,
    `X-Gmail-Labels: ${labels.join(',')}`,
    `Received: from mx.${mail.from.email.split('@')[1]} by mail.larkspurfreight.example with ESMTPS;\n ${day}, ${two(at.getUTCDate())} ${month} ${at.getUTCFullYear()} ${clock} +0000`,
    `Date: ${day}, ${two(at.getUTCDate())} ${month} ${at.getUTCFullYear()} ${clock} +0000`,
    `From: ${mailbox(mail.from)}`,
    `To: ${to(mail.to)}`,
    ...(mail.cc.length > 0 ? [`Cc: ${to(mail.cc)}`] : []),
    `Message-ID: <${mail.id}>`,
    ...(mail.references.length > 0 ? [`In-Reply-To: <${mail.references.at(-1)}>`, `References: ${mail.references.map((id) => `<${id}>`).join('\n ')}`] : []),
    `Subject: ${word(mail.subject)}`,
    ...(mail.isPrivate ? ['Sensitivity: private'] : []),
    'MIME-Version: 1.0',
  ].join('\n'); // prettier-ignore
}

function mailbox({ name, email }: SampleMail['from']): string {
  return `${/[",;()<>@:&]/.test(name) ? `"${name}"` : word(name)} <${email}>`;
}

/** RFC 2047 where it is needed, in words of at most 45 bytes, so that none is longer than a header may be. */
function word(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const pieces: string[] = [];
  for (const letter of text) {
    const last = pieces.at(-1);
    if (last !== undefined && Buffer.byteLength(last + letter) <= 42) pieces[pieces.length - 1] = last + letter;
    else pieces.push(letter);
  }
  return pieces.map((piece) => `=?utf-8?B?${Buffer.from(piece).toString('base64')}?=`).join('\n ');
}

function body(mail: SampleMail, refs: Refs): Buffer[] {
  const text = escapeFrom(resolveRefs(mail.text, refs));
  const boundary = `part-${mail.thread}`;
  const plain = `Content-Type: text/plain; charset="utf-8"\nContent-Transfer-Encoding: quoted-printable\n\n${quotedPrintable(text)}`;
  const html = `Content-Type: text/html; charset="utf-8"\nContent-Transfer-Encoding: base64\n\n${base64(htmlOf(text))}`;
  switch (mail.form) {
    case 'plain':
      return [Buffer.from(`Content-Type: text/plain; charset="utf-8"\nContent-Transfer-Encoding: 8bit\n\n${text}`)];
    case 'latin1':
      return [
        Buffer.from('Content-Type: text/plain; charset="iso-8859-1"\nContent-Transfer-Encoding: 8bit\n\n'),
        Buffer.from(text, 'latin1'),
      ];
    case 'quoted-printable':
      return [Buffer.from(plain)];
    case 'html':
      return [Buffer.from(html)];
    case 'alternative':
      return [
        Buffer.from(
          `Content-Type: multipart/alternative; boundary="${boundary}"\n\n--${boundary}\n${plain}\n--${boundary}\n${html}\n--${boundary}--`,
        ),
      ];
    case 'attachment':
      return [
        Buffer.from(
          `Content-Type: multipart/mixed; boundary="${boundary}"\n\n--${boundary}\n${plain}\n--${boundary}\n${spreadsheet()}\n--${boundary}--`,
        ),
      ];
  }
}

function spreadsheet(): string {
  const rows = ['Dør;Tid;Uge', '4;22:30;hver', '7;23:55;hver', '12;00:10;lige'].join('\r\n');
  return `Content-Type: text/csv; charset="utf-8"; name="slots.csv"\nContent-Disposition: attachment; filename="slots.csv"\nContent-Transfer-Encoding: base64\n\n${base64(rows)}`;
}

function escapeFrom(text: string): string {
  return text.replace(/^(>*From )/gm, '>$1');
}

function base64(text: string): string {
  return (
    Buffer.from(text)
      .toString('base64')
      .match(/.{1,76}/g) ?? []
  ).join('\n');
}

function htmlOf(text: string): string {
  const safe = text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  const paragraphs = safe.split('\n\n').map((part) => `<p>${part.replace(/\n/g, '<br>')}</p>`);
  return `<html><head><style>p { font-family: sans-serif }</style></head><body>${paragraphs.join('\n')}</body></html>`;
}

/** RFC 2045 §6.7: lines of at most 76, soft breaks, trailing blanks encoded. */
function quotedPrintable(text: string): string {
  return text.split('\n').map((line) => {
    const encoded = [...Buffer.from(line)].map((byte) => ((byte >= 33 && byte <= 126 && byte !== 61) || byte === 32 ? String.fromCharCode(byte) : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`));
    const lines = [''];
    for (const unit of encoded) {
      if ((lines.at(-1) ?? '').length + unit.length > 75) lines.push('');
      lines[lines.length - 1] += unit;
    }
    return lines.join('=\n').replace(/ $/, '=20');
  }).join('\n'); // prettier-ignore
}

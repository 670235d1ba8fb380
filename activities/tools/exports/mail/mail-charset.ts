import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';

/**
 * The mail parser decodes with what the platform knows and turns the rest into windows-1252 without a word. For parts
 * whose charset it does not know, or states wrongly or not at all, the label is replaced by one whose decoding can be
 * undone byte by byte; the text is then decoded here from those very bytes.
 */
const carrier = 'iso-8859-1';
const addedMark = `; charset=${carrier}; carried=yes`;

const textPart = /^content-type:[ \t]*text\/(?:plain|html)\b[^\r\n]*(?:\r?\n[ \t]+[^\r\n]*)*/gim;
const charsetParameter = /charset\s*=\s*("?)([^\s";]+)\1/i;

/** Charset labels of the text parts, lower case, as they are written in the headers. */
export function charsetsOf(raw: Buffer): string[] {
  const found = new Set<string>();
  for (const [header] of raw.toString('latin1').matchAll(textPart)) {
    const label = charsetParameter.exec(header)?.[2];
    if (label) found.add(label.toLowerCase());
  }
  return [...found];
}

export function isPlatformCharset(label: string): boolean {
  try {
    return Boolean(new TextDecoder(label));
  } catch {
    return /^(?:x-|cs)?(?:utf8|euckr|eucjp|shiftjis|windows31j|uhc|(?:cp|ms|windows-)9(?:32|36|49|50))$/i.test(
      label.replace(/_/g, ''),
    );
  }
}

/** The message with every text part labelled as carried bytes. */
export function carryBytes(raw: Buffer): Buffer {
  const headerEnd = /\r?\n\r?\n/.exec(raw.toString('latin1'))?.index ?? raw.length;
  let labelled = false;
  const text = raw.toString('latin1').replace(textPart, (header: string, at: number) => {
    if (at < headerEnd) labelled = true;
    return charsetParameter.test(header)
      ? header.replace(charsetParameter, `charset=${carrier}`)
      : `${header}; charset=${carrier}`;
  });
  const isTyped = labelled || /^content-type:/im.test(text.slice(0, headerEnd));
  return Buffer.from(isTyped ? text : `Content-Type: text/plain${addedMark}\r\n${text}`, 'latin1');
}

/** Text that went through `carryBytes`: UTF-8 if its bytes are that, else by the label, else windows-1252. */
export function decodeCarried(text: string, label: string | undefined): string {
  const known = label !== undefined && iconv.encodingExists(label) ? label : undefined;
  return text.replaceAll(addedMark, '').replace(carriedRun, (run) => {
    const bytes = Buffer.from([...run].map((shown) => byteOf.get(shown) ?? shown.charCodeAt(0)));
    if (known && /^utf-?7/i.test(known)) return iconv.decode(bytes, known);
    if (isUtf8(bytes)) return bytes.toString('utf8');
    return iconv.decode(bytes, known ?? 'win1252');
  });
}

/** What the 128 upper bytes look like as windows-1252; the five that it leaves open stay control characters. */
const upperHalf = Array.from({ length: 128 }, (_, index) => {
  const shown = iconv.decode(Buffer.from([128 + index]), 'win1252');
  return shown === '\ufffd' ? String.fromCharCode(128 + index) : shown;
});
const byteOf = new Map(upperHalf.map((shown, index) => [shown, 128 + index]));
const carriedRun = new RegExp(`[\\u0000-\\u00ff${upperHalf.join('')}]+`, 'g');

/**
 * Some releases of Node decode windows-1252, and everything that is an alias of it, as Latin-1: quotation marks, dashes
 * and the euro sign become control characters that no text contains. They are turned into what was meant.
 */
export function mendControls(text: string): string {
  return text.replace(/[\u0080-\u009f]/g, (control) => upperHalf[control.charCodeAt(0) - 128] ?? control);
}

/** Header lines with bytes that are no UTF-8, rewritten as UTF-8: by `label` if it can be, else as windows-1252. */
export function repairHeaders(raw: Buffer, label: string | undefined): Buffer {
  const blank = /\r?\n\r?\n/.exec(raw.toString('latin1', 0, 262_144));
  const head = raw.subarray(0, blank?.index ?? Math.min(raw.length, 262_144));
  if (isUtf8(head)) return raw;
  const charset =
    label !== undefined && iconv.encodingExists(label) && !/^utf-?8$|ascii/i.test(label) ? label : 'windows-1252';
  return Buffer.concat([Buffer.from(iconv.decode(head, charset), 'utf8'), raw.subarray(head.length)]);
}

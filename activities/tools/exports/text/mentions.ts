import { readLimits } from '../record';

const ticketKey = /(?<![\w-])[A-Z][A-Z0-9_]{1,9}-\d{1,7}(?![\w-])/g;
/** Look like ticket keys and are none. */
const notProjects =
  /^(?:UTF|ISO|SHA|MD|RFC|CVE|AES|RSA|HTTP|TLS|UTC|GMT|COVID|IEC|EN|DIN|ANSI|CP|KOI|WINDOWS|BASE|MP|H|X)\d*-/;
const url = /\bhttps?:\/\/[^\s<>"'()[\]{}|\\^`]+/g;
const bracketed = /<([^<>@\s]{6,200}@[^<>@\s]{1,200})>/g;

/** Ticket keys, addresses and message ids that a text mentions, each once, in order of kind and appearance. */
export function mentionsIn(...texts: (string | undefined)[]): string[] {
  const found = new Set<string>();
  for (const text of texts) {
    if (!text) continue;
    for (const [key] of text.matchAll(ticketKey)) if (!notProjects.test(key)) found.add(key);
    for (const [address] of text.matchAll(url)) found.add(address.replace(/[.,;:!?]+$/, ''));
    // A bracketed address with a digit in its local part is a message id far more often than a mailbox.
    for (const [, id] of text.matchAll(bracketed)) if (id && /\d/.test(id.slice(0, id.indexOf('@')))) found.add(id);
    if (found.size >= readLimits.links) break;
  }
  return [...found].slice(0, readLimits.links);
}

import { isJsonObject } from '../../../../contracts/json';
import { adfToText } from '../text/adf-to-text';
import { htmlToText, tidyText } from '../text/html-to-text';
import { wikiToText } from '../text/wiki-to-text';
import type { RecordPerson } from '../record';

export function text(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  return typeof value === 'number' ? String(value) : '';
}

/** Name of a status, priority, option, user …: whichever of Jira's spellings the object has. */
export function nameOf(value: unknown): string {
  if (!isJsonObject(value)) return text(value);
  for (const key of ['displayName', 'name', 'value', 'key', 'accountId']) {
    const name = text(value[key]);
    if (name) return name;
  }
  return '';
}

export function namesOf(value: unknown): string {
  return Array.isArray(value) ? value.map(nameOf).filter(Boolean).join(', ') : nameOf(value);
}

export function personOf(value: unknown, role: string): RecordPerson | undefined {
  const name = nameOf(value);
  if (!name) return undefined;
  const email = isJsonObject(value) ? text(value['emailAddress']) : '';
  return { name, ...(email ? { email: email.toLowerCase() } : {}), role };
}

/** Descriptions and comments come as ADF (REST v3), wiki markup (v2, CSV) or HTML (rendered fields). */
export function richText(value: unknown): string {
  if (isJsonObject(value)) return tidyText(adfToText(value));
  const markup = text(value);
  if (/<(?:p|div|br|ul|ol|table|h[1-6]|a|span)[\s/>]/i.test(markup)) return htmlToText(markup);
  return tidyText(wikiToText(markup));
}

const customFieldsMax = 20;

/** Custom fields that hold a short text, number or option; the rest is left in the file. */
export function customFields(fields: Record<string, unknown>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (!key.startsWith('customfield_')) continue;
    const shown = namesOf(value);
    if (shown.length > 0 && shown.length <= 200) found[key] = shown;
    if (Object.keys(found).length >= customFieldsMax) break;
  }
  return found;
}

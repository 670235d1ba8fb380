import type { Json, JsonObject } from '../../../../contracts/json';
import { bounds } from '../bounds';
import { isPathLike } from '../words/kinds';
import type { Found } from './records';
import { chooseIdField } from './id-field';
import { scalarText } from '../words/order';

/**
 * Records in plain text: blocks under headings (or between blank lines) with `key: value` lines. A text without such
 * blocks is one record: a document, named by the argument that fetched it.
 */
export function textRecords(text: string, origin: string, args: JsonObject): Found[] {
  const blocks = splitBlocks(text).map(readBlock);
  const keyed = blocks.filter((block) => block.pairs >= 2);
  if (keyed.length > 0 && keyed.length * 2 >= blocks.length) {
    const idField = chooseIdField(
      keyed.map((block) => block.fields),
      origin,
    );
    return keyed.map(({ fields }) => ({
      id: idField === undefined ? '' : scalarText(fields.get(idField)),
      origin,
      group: origin,
      fields,
    }));
  }
  if (text.trim() === '') return [];
  const name = Object.values(args).find(
    (value): value is string => typeof value === 'string' && (isPathLike(value) || /\d/.test(value)),
  );
  const fields = new Map<string, Json>([['text', text.slice(0, bounds.recordChars * 4)]]);
  return [{ id: name ?? '', origin, group: origin, fields }];
}

function splitBlocks(text: string): string[] {
  const headings = text.split(/^(?=#{1,6} )/m).filter((block) => block.trim() !== '');
  if (headings.length > 1) return headings.filter((block) => block.startsWith('#'));
  return text.split(/\n\s*\n/).filter((block) => block.trim() !== '');
}

function readBlock(block: string): { fields: Map<string, Json>; pairs: number } {
  const fields = new Map<string, Json>();
  const rest: string[] = [];
  let pairs = 0;
  for (const line of block.split('\n')) {
    const heading = /^#{1,6} +(?:\[\d+\/\d+\] *)?(.+)$/.exec(line);
    const pair = /^\s*(?:[-*] +)?(?:\*\*)?([\p{L}][\p{L}\p{N} _-]{0,30}?)(?:\*\*)?:\s+(.+)$/u.exec(line);
    if (heading) fields.set('title', (heading[1] ?? '').trim());
    else if (pair && rest.length === 0) {
      fields.set((pair[1] ?? '').trim(), readValue((pair[2] ?? '').trim()));
      pairs++;
    } else if (line.trim() !== '') rest.push(line);
  }
  if (rest.length > 0) fields.set('text', rest.join('\n'));
  return { fields, pairs };
}

function readValue(text: string): Json {
  return /^-?\d{1,15}(?:\.\d+)?$/.test(text) ? Number(text) : text;
}

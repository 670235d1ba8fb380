import type { Json } from '../../../../contracts/json';
import { isJsonObject } from '../../../../contracts/json';
import { idsIn, isIdLike, isPathLike } from '../words/kinds';
import { failuresInOrder } from './read-request';
import type { Reading } from './read-request';
import type { DataRecord } from './records';

const lookUpVerb = /^\s*look up\b/i;

/** The task that asks for these ids and nothing else. */
export function lookUpTask(ids: readonly string[]): string {
  return `Look up ${ids.join(', ')}.`;
}

/** Ids of a task whose first sentence only says to look them up; a task that wants anything beside them has none. */
export function idsToLookUp(task: string): string[] {
  const [first = ''] = task.split(/(?<=[.:;!?])\s|\n/);
  if (!lookUpVerb.test(first)) return [];
  const ids = idsIn(first);
  // The longest first: `AB-1` is also how `AB-12` begins.
  const longestFirst = [...ids].sort((a, b) => b.length - a.length);
  const rest = longestFirst.reduce((text, id) => text.replaceAll(id, ' '), first.replace(lookUpVerb, ''));
  return /^(?:[\s,;&.:!]|and\b|or\b|the\b|ids?\b)*$/i.test(rest) ? ids : [];
}

const saysAbsent =
  /\bnot found\b|\bno such\b|\bdo(?:es)? not exist\b|\bdoesn't exist\b|\bunknown\b|\bno \w+(?: \w+)? (?:with|of|for|named|called|has|is)\b|\bthere is no\b|\bhas no\b|\bnothing (?:with|of|for|named|found)\b|\b404\b/i;

/** Ids that a call asked for by name and that its tool says it does not have; other failures say nothing of the id. */
export function absentIds(reading: Reading, records: readonly DataRecord[]): Map<string, string> {
  const known = new Set(records.map((record) => record.id));
  const absent = new Map<string, string>();
  for (const { tool, args, message } of failuresInOrder(reading)) {
    if (!saysAbsent.test(message)) continue;
    const asked = Object.values(args).flatMap((value) => (Array.isArray(value) ? value : [value]));
    for (const id of asked) {
      if (!isIdLike(id) || isPathLike(id) || known.has(id) || !message.includes(id)) continue;
      absent.set(id, `${id} was looked up with ${tool} and does not exist`);
    }
  }
  for (const { kind, label, value, origin } of reading.materials)
    if (kind === 'data' && isJsonObject(value) && !/draft/i.test(label))
      for (const id of idsSaidAbsent(value))
        if (!known.has(id)) absent.set(id, `${id} was looked up by ${origin} and does not exist`);
  return absent;
}

/** What another agent says it looked up in vain, in its own list of it. */
function idsSaidAbsent(value: { [key: string]: Json }): string[] {
  return Object.entries(value)
    .filter(([key]) => /^(?:unresolved|missing|not_?found|dangling)(?:_?ids)?$/i.test(key))
    .flatMap(([, list]) => (Array.isArray(list) ? list : [list]))
    .flatMap((text) => (typeof text === 'string' && !isOnlyUnread(text) ? (idsIn(text)[0] ?? []) : []));
}

/** Said of what was merely not among the records that were read. */
export const unread = 'is not among the records that were read';

function isOnlyUnread(text: string): boolean {
  return text.includes(unread);
}

import type { Json, JsonObject } from '../../../../contracts/json';
import { isJsonObject } from '../../../../contracts/json';
import { readPartialJson, readTailRecords } from './partial-json';

/** What a value was before it was shown: a longer one of which only beginning and end are here. */
export interface Cut {
  /** Id under which the whole can be read. */
  ref: string;
  /** Length of the whole, in characters. */
  length: number;
  /** A list of records was cut, and not only a text. */
  list: boolean;
  /** Members of that list before the cut, and the characters they take. */
  complete: number;
  head: number;
}

export interface ParsedValue {
  value: Json;
  cut?: Cut;
}

/**
 * The data inside a result, whatever it is wrapped in: JSON written as text is read, the content list of a tool server
 * becomes its structured content or its text, and a value shown in part becomes the part that is complete.
 */
export function parseValue(value: Json): ParsedValue {
  if (typeof value === 'string') return openWrapper(parseText(value));
  if (!isJsonObject(value)) return { value };
  const structured = value['structuredContent'];
  if (structured !== undefined && structured !== null) return openWrapper({ value: structured });
  const content = value['content'];
  if (Array.isArray(content) && content.length > 0 && content.every(isContentPart)) {
    const texts = content.map((part) => (isJsonObject(part) && typeof part['text'] === 'string' ? part['text'] : ''));
    const read = texts.filter((text) => text !== '').map((text) => parseText(text));
    const only = read[0];
    if (read.length === 1 && only) return openWrapper(only);
    const values = read.map((part) => part.value);
    return { value: values.every((part) => typeof part === 'string') ? values.join('\n') : values };
  }
  return openWrapper({ value });
}

/** `{ "result": "<JSON text>" }`: what servers make of a function that returns text is the JSON in it. */
function openWrapper(parsed: ParsedValue): ParsedValue {
  if (!isJsonObject(parsed.value) || parsed.cut) return parsed;
  const [[key, inner] = ['', null], ...others] = Object.entries(parsed.value);
  if (others.length > 0 || typeof inner !== 'string' || !/^(?:result|output|data|value|response|text)$/i.test(key))
    return parsed;
  const opened = parseText(inner);
  return typeof opened.value === 'string' ? parsed : opened;
}

function isContentPart(part: Json): boolean {
  return isJsonObject(part) && typeof part['type'] === 'string' && Object.keys(part).length <= 4;
}

const gap = /\n\[(\d+) of (\d+) characters [^\]\n]*?((?:sha256:)?[0-9a-f]{64})[^\]\n]*\]\n/;

function parseText(text: string): ParsedValue {
  const cut = gap.exec(text);
  if (cut)
    return parseExcerpt(text.slice(0, cut.index), text.slice(cut.index + cut[0].length), cut[3] ?? '', Number(cut[2]));
  return { value: parseWhole(text) };
}

function parseWhole(text: string): Json {
  const start = text.trimStart()[0];
  if (start !== '{' && start !== '[') return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    // Several objects, one a line, is the other common form.
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    if (lines.length < 2 || !lines.every((line) => line.startsWith('{'))) return text;
    try {
      return lines.map((line) => JSON.parse(line) as Json);
    } catch {
      return text;
    }
  }
}

function parseExcerpt(head: string, tail: string, ref: string, length: number): ParsedValue {
  const isJson = /^\s*[{[]/.test(head);
  const partial = isJson ? readPartialJson(head) : undefined;
  if (partial === undefined)
    return { value: `${head}\n${tail}`, cut: { ref, length, list: false, complete: 0, head: head.length } };
  const list = longestList(partial.value);
  const complete = list?.length ?? 0;
  const first = list?.find(isJsonObject);
  if (list && first) list.push(...readTailRecords(tail, Object.keys(first)));
  if (isJsonObject(partial.value)) addTailScalars(partial.value, tail);
  return { value: partial.value, cut: { ref, length, list: partial.cutList, complete, head: head.length } };
}

/** The list of objects that holds most; the value itself when it is one. */
export function longestList(value: Json, depth = 0): Json[] | undefined {
  if (Array.isArray(value)) return value;
  if (!isJsonObject(value) || depth > 1) return undefined;
  const lists = Object.values(value).map((member) => longestList(member, depth + 1));
  return lists.filter((list): list is Json[] => list !== undefined).sort((a, b) => b.length - a.length)[0];
}

/** Totals and marks of the next page often stand after the list. */
function addTailScalars(value: JsonObject, tail: string): void {
  const end = tail.slice(tail.lastIndexOf(']') + 1);
  for (const hit of end.matchAll(/"([A-Za-z_]\w{0,40})"\s*:\s*("(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false)/g)) {
    const key = hit[1] ?? '';
    if (value[key] === undefined) value[key] = JSON.parse(hit[2] ?? 'null') as Json;
  }
}

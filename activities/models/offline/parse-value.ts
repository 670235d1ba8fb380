import type { Json } from '../../../contracts/json';
import { isJsonObject } from '../../../contracts/json';

/**
 * The data inside a result, whatever it is wrapped in: JSON written as text is read, and the content list of a tool
 * server becomes its structured content, or its text.
 */
export function parseValue(value: Json): Json {
  if (typeof value === 'string') return parseText(value);
  if (!isJsonObject(value)) return value;
  const structured = value['structuredContent'];
  if (structured !== undefined && structured !== null) return structured;
  const content = value['content'];
  if (Array.isArray(content) && content.length > 0 && content.every(isContentPart)) {
    const texts = content.map((part) => (isJsonObject(part) && typeof part['text'] === 'string' ? part['text'] : ''));
    const read = texts.filter((text) => text !== '').map(parseText);
    return read.length === 1 ? (read[0] ?? '') : read.every((part) => typeof part === 'string') ? read.join('\n') : read;
  }
  return value;
}

function isContentPart(part: Json): boolean {
  return isJsonObject(part) && typeof part['type'] === 'string' && Object.keys(part).length <= 4;
}

function parseText(text: string): Json {
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

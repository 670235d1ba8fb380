import { CadreError } from '../../contracts/failures';
import type { Json, JsonObject } from '../../contracts/json';
import { isJsonObject } from '../../contracts/json';

const placeholder = /\{\{\s*([A-Za-z_][\w.-]*)\s*\}\}/g;
/** Characters that templates may add to one text. */
const filledMax = 100_000;
const whole = /^\{\{\s*([A-Za-z_][\w.-]*)\s*\}\}$/;

function lookUp(values: JsonObject, path: string): Json | undefined {
  let value: Json | undefined = values;
  const keys = path.split('.');
  for (const [index, key] of keys.entries()) {
    // A large output is not here: its reference takes the rest of the path along to whoever loads it.
    if (isJsonObject(value) && typeof value['$blob'] === 'string')
      return { ...value, $path: keys.slice(index).join('.') };
    if (!isJsonObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

/** Fills `{{input.date}}` and the like; a name that stands for nothing stays as it was written. */
export function fillText(text: string, values: JsonObject): string {
  let added = 0;
  return text.replace(placeholder, (written, path: string) => {
    const value = lookUp(values, path);
    if (value === undefined) return written;
    const filled = typeof value === 'string' ? value : JSON.stringify(value);
    added += filled.length;
    if (added > filledMax) {
      throw new CadreError(
        'PayloadTooLarge',
        `A text with templates grows past ${filledMax} characters; pass large values as material.`,
      );
    }
    return filled;
  });
}

/** The same inside a JSON value; a string that is one placeholder becomes the value itself, whatever its type. */
export function fillJson(json: Json, values: JsonObject): Json {
  if (typeof json === 'string') {
    const name = whole.exec(json)?.[1];
    const value = name === undefined ? undefined : lookUp(values, name);
    return value !== undefined ? value : fillText(json, values);
  }
  if (Array.isArray(json)) return json.map((member) => fillJson(member, values));
  if (isJsonObject(json)) {
    return Object.fromEntries(Object.entries(json).map(([key, member]) => [key, fillJson(member, values)]));
  }
  return json;
}

/** Data that models or callers gave must not pass for a reference of ours: `$blob` is only believed where we wrote it. */
export function withoutReferences(json: Json): Json {
  if (Array.isArray(json)) return json.map(withoutReferences);
  if (!isJsonObject(json)) return json;
  const entries = Object.entries(json).map(([key, member]) => [
    key === '$blob' ? '$blob (data)' : key,
    withoutReferences(member),
  ]);
  return Object.fromEntries(entries) as Json;
}

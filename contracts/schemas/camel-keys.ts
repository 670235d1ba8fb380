import type { z } from 'zod';
import { isJsonObject } from '../json';
import { expandShortForm } from './shape-forms';

/** `max_steps` → `maxSteps`; names without underscores stay as they are. */
export function camelKey(key: string): string {
  return key.replace(/(?!^)_+([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * Renames the keys that a schema knows from snake_case to camelCase and expands short forms. Keys of maps (agents'
 * names, event subjects, tool patterns, arguments, environment) are the user's words and stay untouched.
 */
export function camelKeys(schema: z.core.$ZodType, given: unknown): unknown {
  const value = expandShortForm(schema, given);
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object':
      return isJsonObject(value) ? objectKeys(def, value) : value;
    case 'array':
      return Array.isArray(value) ? value.map((item) => camelKeys(def.element, item)) : value;
    case 'record':
      if (!isJsonObject(value)) return value;
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, camelKeys(def.valueType, item)]));
    case 'optional':
    case 'nullable':
      return camelKeys(def.innerType, value);
    case 'lazy':
      return camelKeys(def.getter(), value);
    case 'pipe':
      return camelKeys(def.in, value);
    case 'union':
      return unionKeys(def.options, value);
    default:
      return value;
  }
}

function objectKeys(def: z.core.$ZodObjectDef, value: Record<string, unknown>): Record<string, unknown> {
  const result: [string, unknown][] = [];
  const renamesOthers = def.catchall !== undefined && def.catchall._zod.def.type !== 'never';
  for (const [key, item] of Object.entries(value)) {
    const camel = camelKey(key);
    const rename = key !== camel && !Object.hasOwn(value, camel);
    const known = Object.hasOwn(def.shape, camel);
    const name = rename && (known || renamesOthers) && !Object.hasOwn(def.shape, key) ? camel : key;
    const field = Object.hasOwn(def.shape, name) ? def.shape[name] : undefined;
    result.push([name, field ? camelKeys(field, item) : item]);
  }
  return Object.fromEntries(result);
}

function unionKeys(options: readonly z.core.$ZodType[], value: unknown): unknown {
  const fits = options.filter((option) => takes(option, value));
  const tagged = fits.filter((option) => tagFits(option, value));
  const chosen = tagged[0] ?? fits[0];
  return chosen ? camelKeys(chosen, value) : value;
}

/** Whether a schema is for this kind of JSON value at all. */
function takes(schema: z.core.$ZodType, value: unknown): boolean {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object':
    case 'record':
      return isJsonObject(value);
    case 'array':
      return Array.isArray(value);
    case 'lazy':
      return takes(def.getter(), value);
    case 'pipe':
      return takes(def.in, value);
    case 'union':
      return def.options.some((option) => takes(option, value));
    default:
      return typeof value !== 'object';
  }
}

/** Whether the value carries one of the tags of a discriminated option; an untagged option never fits. */
function tagFits(schema: z.core.$ZodType, value: unknown): boolean {
  const tags = schema._zod.propValues;
  if (!tags || !isJsonObject(value)) return false;
  return Object.entries(tags).every(([key, allowed]) => {
    const own = value[key];
    return own !== null && typeof own !== 'object' && allowed.has(own);
  });
}

import { z } from 'zod';
import { digestOf } from '../../contracts/digest';
import { isJsonObject, type Json, type JsonSchema } from '../../contracts/json';
import { schemaFindings } from '../../contracts/schema-findings';

const cacheMax = 500;
const cache = new Map<string, z.ZodType | null>();
const problemsMax = 12;

/** Keywords that zod's reader refuses; a schema that uses them is checked without them. */
const unread = new Set([
  'if',
  'then',
  'else',
  'not',
  'dependentRequired',
  'dependentSchemas',
  'unevaluatedProperties',
  'unevaluatedItems',
]);

/**
 * What is wrong with `value` against a JSON Schema, one sentence per fault; empty when it fits. Keywords that the
 * reader does not know pass through: a foreign schema must never make every answer wrong.
 */
export function schemaProblems(schema: JsonSchema, value: unknown): string[] {
  const reader = readerFor(schema);
  const outcome = reader?.safeParse(value);
  // Zod passes over members that are required and not described, and over shapes that name no type.
  if (!outcome || outcome.success) return schemaFindings(value as Json, schema).slice(0, problemsMax);
  return outcome.error.issues.slice(0, problemsMax).map((issue) => {
    const place = issue.path.map(String).join('.');
    return place ? `${place}: ${issue.message}` : issue.message;
  });
}

function readerFor(schema: JsonSchema): z.ZodType | null {
  const key = digestOf(schema);
  const known = cache.get(key);
  if (known !== undefined) return known;
  const reader = readSchema(schema) ?? readSchema(withoutUnread(schema) as JsonSchema);
  const oldest = cache.keys().next();
  if (cache.size >= cacheMax && !oldest.done) cache.delete(oldest.value);
  cache.set(key, reader);
  return reader;
}

function readSchema(schema: JsonSchema): z.ZodType | null {
  try {
    return z.fromJSONSchema(schema);
  } catch {
    return null;
  }
}

/** Below `properties` and `$defs` the keys are names, not keywords. */
const nameMaps = new Set(['properties', '$defs', 'definitions', 'patternProperties']);

function withoutUnread(schema: unknown, keysAreNames = false): unknown {
  if (Array.isArray(schema)) return schema.map((member) => withoutUnread(member));
  if (!isJsonObject(schema)) return schema;
  const kept = Object.entries(schema).filter(([key]) => keysAreNames || !unread.has(key));
  return Object.fromEntries(
    kept.map(([key, value]) => [key, withoutUnread(value, !keysAreNames && nameMaps.has(key))]),
  );
}

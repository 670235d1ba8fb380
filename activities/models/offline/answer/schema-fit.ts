import type { Json, JsonObject, JsonSchema } from '../../../../contracts/json';
import { isJsonObject } from '../../../../contracts/json';
import { schemaProblems } from '../../schema-check';
import { scalarText } from '../words/order';

const plainKeys = new Set(['type', 'description', 'title', 'examples', 'default', 'minLength', 'maxLength']);

const judged = new WeakMap<JsonSchema, Map<string, boolean>>();
const judgedMax = 20_000;

/** Whether a value is what a JSON Schema takes. Plain types are checked here: the full check is for the rest. */
export function fits(schema: JsonSchema, value: Json): boolean {
  if (typeof value === 'object') return schemaProblems(schema, value).length === 0;
  const plain = fitsPlain(schema, value);
  if (plain !== undefined) return plain;
  const known = judged.get(schema) ?? new Map<string, boolean>();
  judged.set(schema, known);
  const key = `${typeof value} ${String(value)}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  if (known.size > judgedMax) known.clear();
  const fit = schemaProblems(schema, value).length === 0;
  known.set(key, fit);
  return fit;
}

/** The verdict for schemas of a type and a length only; undefined for all others. */
function fitsPlain(schema: JsonSchema, value: string | number | boolean): boolean | undefined {
  if (!Object.keys(schema).every((key) => plainKeys.has(key))) return undefined;
  if (
    typeof value === 'string' &&
    (value.length < Number(schema['minLength'] ?? 0) || value.length > Number(schema['maxLength'] ?? Infinity))
  )
    return false;
  const type = schema['type'];
  if (type === undefined) return true;
  if (type === 'integer') return Number.isInteger(value);
  return typeof type === 'string' ? type === typeof value : undefined;
}

const resolved = new WeakMap<JsonObject, { root: JsonSchema; schema: JsonObject }>();

/** Follows `$ref` inside the document, and picks the branch of a union that can be filled: the first that is not null. */
export function resolveSchema(schema: Json | undefined, root: JsonSchema, depth = 0): JsonObject {
  if (!isJsonObject(schema) || depth > 16) return {};
  const known = resolved.get(schema);
  if (known?.root === root) return known.schema;
  const found = openSchema(schema, root, depth);
  resolved.set(schema, { root, schema: found });
  return found;
}

function openSchema(schema: JsonObject, root: JsonSchema, depth: number): JsonObject {
  const ref = schema['$ref'];
  if (typeof ref === 'string' && ref.startsWith('#')) {
    let target: Json | undefined = root;
    for (const key of ref.slice(1).split('/').filter(Boolean))
      target = isJsonObject(target) ? target[key.replace(/~1/g, '/').replace(/~0/g, '~')] : undefined;
    return resolveSchema(target, root, depth + 1);
  }
  for (const key of ['anyOf', 'oneOf']) {
    const branches = schema[key];
    if (!Array.isArray(branches)) continue;
    const branch = branches.find((one) => isJsonObject(one) && one['type'] !== 'null') ?? branches[0];
    return {
      ...resolveSchema(branch, root, depth + 1),
      ...(typeof schema['description'] === 'string' ? { description: schema['description'] } : {}),
    };
  }
  if (Array.isArray(schema['allOf'])) return mergeAll(schema, root, depth);
  return schema;
}

function mergeAll(schema: JsonObject, root: JsonSchema, depth: number): JsonObject {
  const parts = [schema, ...(schema['allOf'] as Json[]).map((part) => resolveSchema(part, root, depth + 1))].filter(
    isJsonObject,
  );
  const properties = Object.assign({}, ...parts.map((part) => part['properties'])) as JsonObject;
  const required = parts.flatMap((part) => (Array.isArray(part['required']) ? part['required'] : []));
  const { allOf: _parts, ...rest } = Object.assign({}, ...parts) as JsonObject;
  return { ...rest, properties, required };
}

/** The plain type of a resolved schema; the first that is not null when there are several. */
export function typeOf(schema: JsonObject): string {
  const type = schema['type'];
  if (typeof type === 'string') return type;
  if (Array.isArray(type)) return scalarText(type.find((one) => one !== 'null') ?? 'null');
  if (isJsonObject(schema['properties'])) return 'object';
  if (schema['items'] !== undefined) return 'array';
  const values = schema['const'] === undefined ? schema['enum'] : [schema['const']];
  if (Array.isArray(values) && values.length > 0)
    return Array.isArray(values[0]) ? 'array' : values[0] === null ? 'null' : typeof values[0];
  return 'any';
}

export function allowsNull(schema: Json | undefined): boolean {
  if (!isJsonObject(schema)) return false;
  if (schema['type'] === 'null' || (Array.isArray(schema['type']) && schema['type'].includes('null'))) return true;
  return ['anyOf', 'oneOf'].some((key) => Array.isArray(schema[key]) && schema[key].some(allowsNull));
}

import type { Json, JsonSchema } from './json';
import { isJsonObject, textOf } from './json';
import { textLength } from './text-length';

const findingsMax = 20;

/**
 * What does not fit in `value`, as sentences with the place. Zod-free, so that workflows can use it; knows the keywords
 * that check nodes are written with: type, properties, required, additionalProperties, items, minItems, maxItems, enum,
 * const, minLength, maxLength, minimum, maximum. Other keywords are not judged here.
 */
export function schemaFindings(value: Json, schema: JsonSchema): string[] {
  const findings: string[] = [];
  visit(value, schema, '', findings);
  return findings.slice(0, findingsMax);
}

function visit(value: Json, schema: JsonSchema, place: string, findings: string[]): void {
  if (findings.length >= findingsMax) return;
  const at = place === '' ? 'the output' : `"${place}"`;
  const { type, enum: allowed } = schema;
  if (type !== undefined && !fitsType(value, type)) {
    findings.push(
      `${at} must be ${Array.isArray(type) ? type.map(textOf).join(' or ') : textOf(type)}, not ${typeOf(value)}`,
    );
    return;
  }
  if (Array.isArray(allowed) && !allowed.some((each) => sameJson(each, value))) {
    findings.push(`${at} must be one of ${JSON.stringify(allowed)}`);
  }
  if (schema['const'] !== undefined && !sameJson(schema['const'], value))
    findings.push(`${at} must be ${JSON.stringify(schema['const'])}`);
  if (typeof value === 'string')
    range(textLength(value), schema['minLength'], schema['maxLength'], `${at}: its length`, findings);
  if (typeof value === 'number') range(value, schema['minimum'], schema['maximum'], at, findings);
  if (Array.isArray(value)) {
    range(value.length, schema['minItems'], schema['maxItems'], `${at}: its number of items`, findings);
    const { items } = schema;
    if (isJsonObject(items)) value.forEach((member, index) => visit(member, items, `${place}[${index}]`, findings));
  } else if (isJsonObject(value)) visitObject(value, schema, place, findings);
}

function visitObject(value: Record<string, Json>, schema: JsonSchema, place: string, findings: string[]): void {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const inside = (key: string): string => (place === '' ? key : `${place}.${key}`);
  for (const key of required)
    if (typeof key === 'string' && !Object.hasOwn(value, key)) findings.push(`"${inside(key)}" is missing`);
  for (const [key, member] of Object.entries(value)) {
    const known = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (isJsonObject(known)) visit(member, known, inside(key), findings);
    else if (schema['additionalProperties'] === false && known === undefined)
      findings.push(`"${inside(key)}" is not expected`);
  }
}

function range(value: number, min: Json | undefined, max: Json | undefined, what: string, findings: string[]): void {
  if (typeof min === 'number' && value < min) findings.push(`${what} is ${value}, at least ${min} is expected`);
  if (typeof max === 'number' && value > max) findings.push(`${what} is ${value}, at most ${max} is expected`);
}

/** Equal as JSON Schema means it: the order of an object's keys does not count. */
function sameJson(one: Json, other: Json): boolean {
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((member, index) => sameJson(member, other[index] as Json));
  if (!isJsonObject(one) || !isJsonObject(other)) return one === other;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && sameJson(one[key] as Json, other[key] as Json))
  );
}

function typeOf(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function fitsType(value: Json, type: Json): boolean {
  if (Array.isArray(type)) return type.some((each) => fitsType(value, each));
  if (type === 'integer') return Number.isInteger(value);
  return typeOf(value) === type;
}

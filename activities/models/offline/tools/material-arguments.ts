import type { Json, JsonObject } from '../../../../contracts/json';
import { isJsonObject } from '../../../../contracts/json';
import type { Knowledge } from '../data/knowledge';
import { answerText } from '../answer/answer-text';
import { newestFirst } from '../data/read-request';
import { fits, resolveSchema, typeOf } from '../answer/schema-fit';
import type { ToolArgument, ToolShape } from './tool-shape';

/** What a tool is to work on: a reference to a stored body, the text itself, or a value of the right shape. */
export function fillFromMaterial(
  argument: ToolArgument,
  shape: ToolShape,
  known: Knowledge,
  so: JsonObject,
): Json | undefined {
  if (shape.kind === 'read') return undefined;
  const values = newestFirst(known.reading).map((material) => material.value);
  if (argument.role === 'artifact') return referenceIn(values, argument);
  // One of the two is enough: a reference carries the bytes unchanged, so it goes before the text.
  const other = shape.args.find((one) => one.role === 'artifact');
  if (
    argument.role === 'content' &&
    other &&
    !argument.required &&
    (so[other.name] !== undefined || referenceIn(values, other) !== undefined)
  )
    return undefined;
  const type = typeOf(resolveSchema(argument.schema, argument.schema));
  if (type === 'object' || type === 'array') return valueOfShape(values, argument);
  if (type !== 'string' || argument.role !== 'content') return undefined;
  for (const value of values) {
    const text = textIn(value);
    if (text !== undefined) return text;
  }
  return known.all.length > 0 ? answerText(known) : undefined;
}

/** A text that fits the argument's own pattern, under a key that speaks of a stored body. */
function referenceIn(values: readonly Json[], argument: ToolArgument): string | undefined {
  for (const value of values) {
    const hit = findReference(value, argument, '', 0);
    if (hit !== undefined) return hit;
  }
  return undefined;
}

function findReference(value: Json, argument: ToolArgument, key: string, depth: number): string | undefined {
  if (depth > 6) return undefined;
  if (typeof value === 'string') return isReference(value, key) && fits(argument.schema, value) ? value : undefined;
  const members: [string, Json][] = Array.isArray(value)
    ? value.slice(0, 50).map((item) => [key, item])
    : isJsonObject(value)
      ? Object.entries(value)
      : [];
  for (const [name, member] of members) {
    const hit = findReference(member, argument, name, depth + 1);
    if (hit !== undefined) return hit;
  }
  return undefined;
}

function isReference(text: string, key: string): boolean {
  return (
    /^[a-z0-9]+:[0-9a-f]{16,}$/i.test(text) || (/artifact|artefact|blob|ref|digest/i.test(key) && !/\s/.test(text))
  );
}

function valueOfShape(values: readonly Json[], argument: ToolArgument): Json | undefined {
  for (const value of values) {
    const candidates: Json[] = isJsonObject(value) ? [value, ...Object.values(value)] : [value];
    const hit = candidates.find(
      (candidate) => typeof candidate === 'object' && candidate !== null && fits(argument.schema, candidate),
    );
    if (hit !== undefined) return hit;
  }
  return undefined;
}

function textIn(value: Json): string | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value;
  if (!isJsonObject(value)) return undefined;
  for (const key of ['markdown', 'text', 'body', 'content', 'report', 'draft', 'output', 'answer']) {
    const member = value[key];
    if (typeof member === 'string' && member.trim() !== '') return member;
  }
  return undefined;
}

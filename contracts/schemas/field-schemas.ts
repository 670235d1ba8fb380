import { z } from 'zod';
import { limits } from '../limits';
import type { Field } from '../pattern-fields';
import { duration } from './duration';
import { nodeRef } from './node-ref';
import { shapeSchemas } from './node-shapes';
import { count, givenName, jsonObject, jsonValue, share, shortText, text } from './values';

/** The zod schema of a declared field, with its description and examples. Durations are parsed to milliseconds. */
export function fieldSchema(field: Field): z.ZodType {
  const { about, examples } = field;
  return baseOf(field).meta({ description: about, ...(examples && { examples }) });
}

/** The fields of an object; those that a pattern needs are asked for where they are used, not here (gapsOf). */
export function fieldShapes(fields: Readonly<Record<string, Field>>): Record<string, z.ZodType> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, field]) => [key, z.exactOptional(fieldSchema(field)) as z.ZodType]),
  );
}

function baseOf(field: Field): z.ZodType {
  switch (field.kind) {
    case 'agent':
    case 'name':
      return givenName;
    case 'agents':
      return z.array(givenName).min(field.min ?? 1).max(limits.maxFanOut);
    case 'node':
      return nodeRef.clone();
    case 'nodes':
      return z.array(nodeRef).min(field.min ?? 1).max(limits.maxFanOut);
    case 'text':
      return text;
    case 'line':
      return shortText;
    case 'flag':
      return z.boolean();
    case 'share':
      return share;
    case 'duration':
      return duration;
    case 'json':
      return jsonValue;
    case 'object':
      return jsonObject;
    case 'count':
      return field.min === undefined ? count(field.max) : z.int().min(field.min).max(field.max);
    case 'number':
      return z.number().positive().max(field.max);
    case 'oneOf':
      return z.enum(field.values as [string, ...string[]]);
    case 'list':
      return z.array(fieldSchema(field.of)).min(field.min ?? 0).max(field.max ?? limits.maxFanOut);
    case 'record':
      return z.record(shortText, fieldSchema(field.of));
    case 'fields':
      return z.strictObject(requiredShapes(field.fields));
    case 'shape':
      return shapeSchemas[field.shape];
  }
}

function requiredShapes(fields: Readonly<Record<string, Field>>): Record<string, z.ZodType> {
  const shapes = fieldShapes(fields);
  for (const [key, field] of Object.entries(fields)) if (field.needed) shapes[key] = fieldSchema(field);
  return shapes;
}

/** Fields of kind `duration` reach the pattern in milliseconds, and their name says so. */
export function namedByUnit(fields: Readonly<Record<string, Field>>, value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [fields[key]?.kind === 'duration' ? `${key}Ms` : key, item]),
  );
}

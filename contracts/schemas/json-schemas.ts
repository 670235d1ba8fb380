import { z } from 'zod';
import { patternNames } from '../pattern-names';
import { patternTable } from '../pattern-table';
import type { JsonSchema } from '../json';
import { agentDocument, teamDocument } from './documents';
import { controlSchema, decideSchema, steerSchema, topUpSchema } from './handler-arguments';
import { inputSchemas } from './inputs';
import { runResultSchema } from './run-result';
import { impliedTag, shortFormsOf } from './shape-forms';

/** File name (without `.json`) → JSON Schema of everything people and programs hand to a run or get from it. */
export function publishedSchemas(): Record<string, JsonSchema> {
  const inputs = patternNames.map((type) => {
    const schema = toJsonSchema(inputSchemas[type], 'input');
    return [type, { ...titled(schema, `Input of the workflow type "${type}"`, patternTable[type].about), examples: [patternTable[type].example] }];
  });
  return {
    ...Object.fromEntries(inputs),
    decide: titled(toJsonSchema(decideSchema, 'input'), 'Argument of decide'),
    steer: titled(toJsonSchema(steerSchema, 'input'), 'Argument of steer'),
    control: titled(toJsonSchema(controlSchema, 'input'), 'Argument of pause, resume and stop'),
    'top-up': titled(toJsonSchema(topUpSchema, 'input'), 'Argument of topUp'),
    'run-result': titled(toJsonSchema(runResultSchema, 'output'), 'Result of a run'),
    team: titled(toJsonSchema(z.union([teamDocument, agentDocument]), 'input'), 'A document of team.yaml'),
  } as Record<string, JsonSchema>;
}

function titled(schema: JsonSchema, title: string, description?: string): JsonSchema {
  const { $schema, ...rest } = schema;
  const head = description === undefined ? { title } : { title, description };
  return { ...($schema === undefined ? {} : { $schema }), ...head, ...rest };
}

function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  return z.toJSONSchema(schema, { io, override: writeShortForms }) as unknown as JsonSchema;
}

type Overridden = { zodSchema: z.core.$ZodTypes; jsonSchema: z.core.JSONSchema.BaseSchema };

/** Short forms stand beside the full one, and what they imply is not asked for. */
function writeShortForms({ zodSchema, jsonSchema }: Overridden): void {
  const tag = impliedTag(zodSchema);
  if (tag && jsonSchema.properties) {
    if (!tag.shown) delete jsonSchema.properties[tag.key];
    jsonSchema.required = (jsonSchema.required ?? []).filter((key) => key !== tag.key);
  }
  const also = shortFormsOf(zodSchema);
  if (also.length === 0) return;
  const own = { ...jsonSchema };
  for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
  const { id, description, anyOf, ...rest } = own;
  Object.assign(jsonSchema, {
    ...(id === undefined ? {} : { id }),
    ...(description === undefined ? {} : { description }),
    anyOf: [...(anyOf ?? [rest]), ...also],
  });
}

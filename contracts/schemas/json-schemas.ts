import { z } from 'zod';
import { patternNames, type PatternName } from '../names';
import type { JsonSchema } from '../json';
import { agentDocument, teamDocument } from './documents';
import { controlSchema, decideSchema, steerSchema, topUpSchema } from './handler-arguments';
import { inputSchemas } from './inputs';
import { runResultSchema } from './run-result';
import { impliedTag, shortFormsOf } from './shape-forms';

const about: Readonly<Record<PatternName, string>> = {
  agent: 'One agent does the task.',
  supervisor: 'One agent plans, delegates to specialists, judges what they bring and puts it together.',
  pipeline: 'Stages one after another, each with its check.',
  fanOut: 'Branches side by side, merged at the end.',
  router: 'One agent chooses who gets the task.',
  reflection: 'An author and a critic, until the draft is good enough.',
  compose: 'A composition of the team, or any node.',
};

const exampleOf: Readonly<Record<PatternName, JsonSchema>> = {
  agent: { task: 'Summarise what changed last week' },
  supervisor: { team: 'daily-report', supervisor: 'chief', specialists: ['jira', 'mail'], task: 'Report on yesterday' },
  pipeline: { team: 'daily-report', input: { date: '2026-03-20' } },
  fanOut: { over: ['north', 'south'], each: { agent: 'reporter', task: 'Report on {{item}}' }, merge: 'concat', task: 'Report on the regions' },
  router: { router: 'desk', routes: [{ when: 'money', node: { agent: 'billing' } }, { agent: 'tech' }], task: 'My invoice is wrong' },
  reflection: { author: 'writer', critic: 'editor', task: 'Write the release note' },
  compose: { team: 'daily-report', composition: 'daily', input: { date: '2026-03-20' } },
};

/** File name (without `.json`) → JSON Schema of everything people and programs hand to a run or get from it. */
export function publishedSchemas(): Record<string, JsonSchema> {
  const inputs = patternNames.map((type) => {
    const schema = toJsonSchema(inputSchemas[type], 'input');
    return [type, { ...titled(schema, `Input of the workflow type "${type}"`, about[type]), examples: [exampleOf[type]] }];
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

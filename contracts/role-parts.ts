import type { JsonSchema } from './json';

// Pieces of the JSON Schemas that answers of a pattern's own shape are declared with.

export const sentence = (description: string): JsonSchema => ({ type: 'string', description });
export const listOf = (items: JsonSchema, description: string, maxItems: number): JsonSchema => ({
  type: 'array',
  items,
  description,
  maxItems,
});
export const oneOf = (values: string[], description: string): JsonSchema => ({
  type: 'string',
  enum: values,
  description,
});
export const yesNo = (description: string): JsonSchema => ({ type: 'boolean', description });
/** An object whose members are all needed, save those that are named. */
export const answer = (properties: Record<string, JsonSchema>, optional: readonly string[] = []): JsonSchema => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((key) => !optional.includes(key)),
  additionalProperties: false,
});

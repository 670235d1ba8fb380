import type { z } from 'zod';
import type { JsonSchema } from '../json';

/** Turns a short way of writing something into its full form, before keys are normalised and the shape is checked. */
export type Reshape = (value: unknown) => unknown;

// Keyed by definition: `.meta()` and `.describe()` clone a schema and keep its definition.
const reshapers = new WeakMap<object, { reshape: Reshape; also: readonly JsonSchema[] }>();

/**
 * Declares that values of `schema` may be written in a short form, which `reshape` expands; `also` is the short form in
 * the published JSON Schema. Returns the schema.
 */
export function withShortForm<T extends z.core.$ZodType>(
  schema: T,
  reshape: Reshape,
  also: readonly JsonSchema[] = [],
): T {
  reshapers.set(schema._zod.def, { reshape, also });
  return schema;
}

export function expandShortForm(schema: z.core.$ZodType, value: unknown): unknown {
  return reshapers.get(schema._zod.def)?.reshape(value) ?? value;
}

export function shortFormsOf(schema: z.core.$ZodType): readonly JsonSchema[] {
  return reshapers.get(schema._zod.def)?.also ?? [];
}

const implied = new WeakMap<object, { key: string; shown: boolean }>();

/** Marks an object one of whose keys follows from the others: the published JSON Schema does not ask for it. */
export function withImpliedTag<T extends z.core.$ZodType>(key: string, schema: T, shown = false): T {
  implied.set(schema._zod.def, { key, shown });
  return schema;
}

export function impliedTag(schema: z.core.$ZodType): { key: string; shown: boolean } | undefined {
  return implied.get(schema._zod.def);
}

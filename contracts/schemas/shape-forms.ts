import type { z } from 'zod';

/** Turns a short way of writing something into its full form, before keys are normalised and the shape is checked. */
export type Reshape = (value: unknown) => unknown;

// Keyed by definition: `.meta()` and `.describe()` clone a schema and keep its definition.
const reshapers = new WeakMap<object, Reshape>();

/** Declares that values of `schema` may be written in a short form, which `reshape` expands. Returns the schema. */
export function withShortForm<T extends z.core.$ZodType>(schema: T, reshape: Reshape): T {
  reshapers.set(schema._zod.def, reshape);
  return schema;
}

export function expandShortForm(schema: z.core.$ZodType, value: unknown): unknown {
  return reshapers.get(schema._zod.def)?.(value) ?? value;
}

const implied = new WeakSet<object>();

/** Marks an object whose `pattern` is implied by its other keys, so that the published JSON Schema does not ask for it. */
export function withImpliedPattern<T extends z.core.$ZodType>(schema: T): T {
  implied.add(schema._zod.def);
  return schema;
}

export function patternIsImplied(schema: z.core.$ZodType): boolean {
  return implied.has(schema._zod.def);
}

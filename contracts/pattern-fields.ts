import type { Json } from './json';

/**
 * A field of a pattern's input and node, as the pattern declares it: plain data, so that workflow code needs no zod. Input
 * schemas, team files, JSON Schemas and the walk over agents and nodes are all made from it.
 */
export type Field = FieldKind & {
  /** A sentence for people: what the field means. */
  about: string;
  /** The pattern cannot run without it. */
  needed?: true;
  examples?: Json[];
};
export type FieldKind =
  | { kind: 'agent' | 'node' | 'name' | 'text' | 'line' | 'flag' | 'share' | 'duration' | 'json' | 'object' }
  | { kind: 'agents'; min?: number; repeats?: true }
  | { kind: 'nodes'; min?: number }
  | { kind: 'count'; max: number; min?: number }
  | { kind: 'number'; max: number }
  | { kind: 'oneOf'; values: readonly string[] }
  | { kind: 'list'; of: Field; min?: number; max?: number }
  | { kind: 'record'; of: Field }
  | { kind: 'fields'; fields: Record<string, Field> }
  | { kind: 'shape'; shape: ShapeName };

/** Shapes with short forms or recursion; contracts/pattern-shapes.ts says what is inside them. */
export type ShapeName =
  'stages' | 'routes' | 'merge' | 'over' | 'sufficiency' | 'composition' | 'taskTree' | 'board' | 'openTasks' | 'names';

interface Extra {
  needed?: true;
  examples?: Json[];
}

/** Makers of fields, to be read in a pattern's declaration: `judge: field.agent('Decides.', { needed: true })`. */
export const field = {
  agent: (about: string, extra: Extra = {}): Field => ({ kind: 'agent', about, ...extra }),
  agents: (about: string, extra: Extra & { min?: number; repeats?: true } = {}): Field => ({
    kind: 'agents',
    about,
    ...extra,
  }),
  node: (about: string, extra: Extra = {}): Field => ({ kind: 'node', about, ...extra }),
  nodes: (about: string, extra: Extra & { min?: number } = {}): Field => ({ kind: 'nodes', about, ...extra }),
  name: (about: string, extra: Extra = {}): Field => ({ kind: 'name', about, ...extra }),
  /** Text of any length that an input may have. */
  text: (about: string, extra: Extra = {}): Field => ({ kind: 'text', about, ...extra }),
  /** Text of at most 1,000 characters. */
  line: (about: string, extra: Extra = {}): Field => ({ kind: 'line', about, ...extra }),
  flag: (about: string, extra: Extra = {}): Field => ({ kind: 'flag', about, ...extra }),
  /** A number from 0 to 1. */
  share: (about: string, extra: Extra = {}): Field => ({ kind: 'share', about, ...extra }),
  /** Seconds or text such as "15m"; the pattern gets milliseconds under the key with `Ms` at its end. */
  duration: (about: string, extra: Extra = {}): Field => ({ kind: 'duration', about, ...extra }),
  json: (about: string, extra: Extra = {}): Field => ({ kind: 'json', about, ...extra }),
  object: (about: string, extra: Extra = {}): Field => ({ kind: 'object', about, ...extra }),
  /** A whole number from 1, or from `min`. */
  count: (max: number, about: string, extra: Extra & { min?: number } = {}): Field => ({
    kind: 'count',
    max,
    about,
    ...extra,
  }),
  /** A positive number. */
  number: (max: number, about: string, extra: Extra = {}): Field => ({ kind: 'number', max, about, ...extra }),
  oneOf: (values: readonly string[], about: string, extra: Extra = {}): Field => ({
    kind: 'oneOf',
    values,
    about,
    ...extra,
  }),
  list: (of: Field, about: string, extra: Extra & { min?: number; max?: number } = {}): Field => ({
    kind: 'list',
    of,
    about,
    ...extra,
  }),
  record: (of: Field, about: string, extra: Extra = {}): Field => ({ kind: 'record', of, about, ...extra }),
  fields: (fields: Record<string, Field>, about: string, extra: Extra = {}): Field => ({
    kind: 'fields',
    fields,
    about,
    ...extra,
  }),
  shape: (shape: ShapeName, about: string, extra: Extra = {}): Field => ({ kind: 'shape', shape, about, ...extra }),
} as const;

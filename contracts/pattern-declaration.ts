import type { JsonObject, JsonSchema } from './json';
import type { Field } from './pattern-fields';

/** An answer whose shape is the pattern's own: what the model is asked, and the shape of what it gives. */
export interface RoleDeclaration {
  /** The last sentence before the model answers. */
  ask: string;
  schema: JsonSchema;
  /** Key of the schema whose values are the names the answer may choose among; `agent` when left out. */
  chooses?: string;
}

/** All that is to be known of a pattern besides how it works: plain data, written down in contracts/pattern-table.ts. */
export interface PatternDeclaration {
  /** The workflow type. */
  name: string;
  /** One sentence. */
  about: string;
  /** Its own fields, in a run's input and in a node. */
  fields: Record<string, Field>;
  /** Several ways to say enough: each a set of fields of which all must be given. */
  needs?: string[][];
  /** The task when nobody gives one; `{{field.path}}` is filled in from the pattern's own fields. */
  defaultTask?: string;
  roles?: Record<string, RoleDeclaration>;
  /** An input that starts it, shown in the JSON Schema. */
  example: JsonObject;
}

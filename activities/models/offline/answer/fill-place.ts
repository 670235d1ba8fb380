import type { Json, JsonSchema } from '../../../../contracts/json';
import type { Knowledge } from '../data/knowledge';
import type { DataRecord } from '../data/records';

/** State of one filling: what is known, how long lists may be, and what could not be filled. */
export interface Filling {
  known: Knowledge;
  root: JsonSchema;
  /** Fills any schema at a place: lists and conflicts call back through it. */
  fill(schema: Json | undefined, name: string, place: Place): Json | undefined;
  /** Longest list of items; lowered until the answer fits its token limit. */
  itemsMax: number;
  unfilled: Map<string, number>;
  left: { out: number };
}

/** Where in the answer a value stands: which records it may use, and which one it is about. */
export interface Place {
  scope: readonly DataRecord[];
  record?: DataRecord;
  /** Records joined to this one: their ids are cited with it. */
  related: readonly DataRecord[];
  /** Name of the section the value stands in. */
  section?: string;
  path: string;
}

export function note(filling: Filling, path: string): void {
  filling.unfilled.set(path, (filling.unfilled.get(path) ?? 0) + 1);
}

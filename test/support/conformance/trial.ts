import type { Json } from '../../../contracts/json';

/** The checks of the suite, by the names under which a trial may be spared one. */
export type CheckName =
  | 'finishes'
  | 'answers'
  | 'budget'
  | 'cancels'
  | 'decisions'
  | 'cacheless'
  | 'kills'
  | 'reset'
  | 'replays'
  | 'attributes'
  | 'shows';

/** What the conformance suite knows of one workflow type. Numbers are literals, counted by hand from the pattern. */
export interface Trial {
  /** The workflow type that is started. */
  type: string;
  /** Its own fields of the input. */
  input: Record<string, Json>;
  /** Requests that reach the model when nothing goes wrong. */
  requests: number;
  output: Json;
  /** Entries it makes in the world outside; each needs a person. */
  effects: string[];
  /** The request, counted from 0, that is in flight when the run is cancelled. */
  cancelAt: number;
  /** What is done by then, by path. */
  partial: Json;
  /** Calls open at once at most: the bound of what a budget can be overshot by. */
  branches: number;
  /** Child workflows it starts. */
  children: number;
  /** Tool calls that the pattern makes itself; none when absent. */
  ownCalls?: number;
  /** Checks that cannot be made of it, each with the reason; only a type that asks no model and no person has any. */
  spared?: Partial<Record<CheckName, string>>;
}

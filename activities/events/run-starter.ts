import type { JsonObject } from '../../contracts/json';
import type { PatternName } from '../../contracts/names';

export interface RunToStart {
  type: PatternName;
  workflowId: string;
  input: JsonObject;
  /** One line for the Temporal UI. */
  summary: string;
}

/** Starts runs from inside an activity, as a person would by `temporal workflow start`. */
export interface RunStarter {
  /** False when there is or was a run of that id: nothing was started. */
  start(run: RunToStart): Promise<boolean>;
  /** Whether a run of that id is still open. */
  isOpen(workflowId: string): Promise<boolean>;
}

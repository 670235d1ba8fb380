import type { Json, JsonObject, JsonSchema } from '../../contracts/json';
import type { Effect, Team } from '../../contracts/team';
import type { CallOrigin, ToolInvocation, ToolOutcome } from '../deps';

/** A tool as its source describes it, checked and ready for a catalogue. */
export interface SourceTool {
  name: string;
  description: string;
  input: JsonSchema;
  /** What the source says about its effect; our configuration can only be tightened by it. */
  reported: Effect;
  /** Digest over name, description and schema. */
  definition: string;
  /** Why nobody may call it now: its definition is not the pinned one. */
  disabled?: string;
}

/** What every call carries besides the tool's own arguments. */
export interface SourceCall {
  team: Team;
  tool: string;
  args: JsonObject;
  effect: Effect;
  agent: string;
  run: ToolInvocation['run'];
  origin?: CallOrigin;
  signal: AbortSignal;
  timeoutMs: number;
  idempotencyKey?: string;
}

/**
 * Where tools come from: builtins, an MCP server, an HTTP service. `call` throws `OutcomeUnknown` when an effect may
 * have happened, `Overloaded` when the same call may work later and nothing has happened, else `ToolFailed`.
 */
export interface SourceTools {
  list(signal: AbortSignal): Promise<SourceTool[]>;
  call(call: SourceCall): Promise<ToolOutcome>;
  /** Names that the source offered and that were refused, with the reason. */
  refused(): ReadonlyMap<string, string>;
}

export const noneRefused: ReadonlyMap<string, string> = new Map();

/** A result in the shape of an error that a model can read; `kind` is a kind of the failure table. */
export function errorValue(kind: string, message: string, more: JsonObject = {}): Json {
  return { error: { kind, message, ...more } };
}

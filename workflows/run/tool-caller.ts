import type { CallToolResult } from '../../contracts/activities';
import { compositionCaller } from '../../contracts/authority';
import type { JsonObject } from '../../contracts/json';
import type { UntrustedSet } from '../../contracts/untrusted';
import type { Budget } from './budget';
import { RunClock } from './run-clock';
import type { Scope } from './scope';

/** Who calls a tool: an agent's conversation, or a tool node in an agent's name. */
export interface Caller {
  readonly scope: Scope;
  readonly agent: string;
  readonly path: string;
  readonly lastStep: number;
  readonly head: string | null;
  readonly untrusted: UntrustedSet | null;
  readonly private: boolean;
  readonly budget: Budget;
  readonly clock: RunClock;
}

/** Hears what a tool answered, and whom. */
export type ToolWatch = (caller: Caller, call: { tool: string; args: JsonObject }, result: CallToolResult) => void;

/** A tool node: no thread, one call, the rights of the agent it names. */
export class ToolCaller implements Caller {
  readonly lastStep = 0;
  readonly head = null;
  readonly agent: string;
  readonly path: string;
  readonly untrusted: UntrustedSet | null;
  readonly private: boolean;
  readonly budget: Budget;
  readonly clock: RunClock;

  constructor(
    readonly scope: Scope,
    by: string | undefined,
  ) {
    this.agent = by ?? compositionCaller;
    this.path = scope.path;
    this.untrusted = scope.untrusted;
    this.private =
      scope.private ||
      scope.run.input.privacy === 'private' ||
      scope.run.team.agents[this.agent]?.privacy === 'private';
    this.budget = scope.budget;
    this.clock = new RunClock(Date.now(), scope.run.input.timeoutMs);
  }
}

import type { RunResult } from '../../../../contracts/run';
import { agentPattern } from '../../../../workflows/patterns/agent';
import { register } from '../../../../workflows/run/registry';
import type { Outcome, Scope } from '../../../../workflows/run/scope';
import { startable } from '../../../../workflows/run/start-run';

export interface AgentFields {
  agent?: string;
}

/**
 * The pattern `agent` with something done to it, as a workflow type of its own. The checks of the suite are run on these
 * as on every real type, and each must turn the check red that it breaks.
 */
export function brokenAgent(
  perform: (scope: Scope, fields: AgentFields) => Promise<Outcome>,
): (input: unknown) => Promise<RunResult> {
  const pattern = { ...agentPattern, perform };
  const start = startable(pattern);
  return (input) => {
    // Several of them are called `agent`; in this run it is this one.
    register(pattern);
    return start(input);
  };
}

/** Nothing is broken here: what is red on the others is green on this one. */
export const soundAgent = brokenAgent((scope, fields) => agentPattern.perform(scope, fields));

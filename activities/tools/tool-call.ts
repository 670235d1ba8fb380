import { effectKey } from '../../contracts/action-digest';
import type { CallToolRequest } from '../../contracts/activities';
import { digestOf } from '../../contracts/digest';
import { limits } from '../../contracts/limits';
import { currentAttempt, type CurrentAttempt } from '../current-attempt';

/** One attempt at one tool call: the request and what Temporal knows of it. */
export interface CurrentCall extends CurrentAttempt {
  request: CallToolRequest;
  /** Temporal's run id: results of reads are remembered by it, so that a reset reads again (I4). */
  runId: string;
  /** The root of the tree of runs: whose bodies a tool may read. */
  root: string;
  /** Digest of the arguments as they are, whatever the request says of them. */
  argsDigest: string;
  inputDigest: string;
  /** Idempotency key of an effect: the same in every attempt, and after a reset. */
  key: string;
}

export function currentToolCall(request: CallToolRequest): CurrentCall {
  const { firstRunId, rootWorkflowId, rootFirstRunId } = request.run;
  const { agent, path, step, ordinal, tool, definition, args } = request;
  const argsDigest = digestOf(args);
  return {
    request,
    ...currentAttempt(firstRunId, limits.toolAttempts),
    root: `${rootWorkflowId}#${rootFirstRunId}`,
    argsDigest,
    inputDigest: digestOf({ team: request.run.team, agent, tool, definition, argsDigest }),
    // By the root: after a reset a child workflow has another id, and its path is still the same.
    key: effectKey({ workflowId: rootWorkflowId, firstRunId: rootFirstRunId, path, step, ordinal, argsDigest }),
  };
}

/** Where the store keeps the result of a read. */
export function stepKeyOf({ request, runId }: CurrentCall) {
  const { path, step, ordinal } = request;
  return { runId, path, step, kind: 'tool' as const, ordinal };
}

import type { CallToolRequest, CallToolResult } from '../../contracts/activities';
import type { ApprovalGrant } from '../../contracts/approval';
import { noUsage } from '../../contracts/budget';
import { digestOf } from '../../contracts/digest';
import { callTool, toolCallOptions } from './activities';
import type { Proposed } from './ask-person';
import { describeToolResult } from './describe-reply';
import type { Caller } from './tool-caller';

export interface ToolToRun extends Proposed {
  grant: ApprovalGrant | null;
  /** It stands in the run's own input. */
  given?: boolean;
}

const oneTool = { ...noUsage, toolCalls: 1 };

/** One tool call as one activity, on the queue of the tool's zone; elevated tools go to the elevated worker. */
export async function runTool(talk: Caller, call: ToolToRun): Promise<CallToolResult> {
  const { run } = talk.scope;
  await run.gate();
  const zone = call.effect === 'read' ? (run.team.sources[call.tool.split('.')[0] ?? '']?.zone ?? 'tools') : 'elevated';
  const request: CallToolRequest = {
    run: run.ref,
    agent: talk.agent,
    path: talk.path,
    step: talk.lastStep,
    ordinal: call.ordinal,
    tool: call.tool,
    args: call.args,
    argsDigest: digestOf(call.args),
    definition: call.definition,
    effect: call.effect,
    thread: talk.head,
    untrusted: talk.untrusted,
    ...(talk.private && { private: true as const }),
    approval: call.grant,
    ...(call.given && { given: true as const }),
  };
  await run.governor.admit(request, `The call of ${call.tool}`);
  run.tally(talk.agent).state = `calling ${call.tool}`;
  try {
    const result = await callTool.executeWithOptions(
      {
        ...toolCallOptions,
        startToCloseTimeout: Math.min(run.limits.toolCallTimeoutMs, run.leftMs()),
        scheduleToCloseTimeout: Math.max(1, Math.min(run.leftMs(), talk.clock.leftMs())),
        taskQueue: run.started.queues[zone],
        summary: `${talk.agent} · step ${talk.lastStep + 1} · ${call.tool}`,
      },
      [request],
    );
    run.auditHead = result.auditHead;
    for (const artifact of result.artifacts ?? []) run.artifacts.push(artifact);
    talk.scope.onToolResult?.(talk, call, result);
    run.note('tool-call', talk.agent, talk.path, `${call.tool}: ${describeToolResult(result.body, result.isError)}`);
    return result;
  } finally {
    run.tally(talk.agent).state = 'idle';
    run.count(talk.agent, oneTool, 0);
    talk.budget.book(oneTool, 0);
  }
}

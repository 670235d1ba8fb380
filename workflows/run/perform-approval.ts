import type { ApprovalNode } from '../../contracts/node';
import { approvalNodeTool } from './approvals';
import { askPerson } from './ask-person';
import type { Outcome, Scope } from './scope';
import { outcomeOf } from './scope';
import { ToolCaller } from './tool-caller';

/** A wait for a person between two nodes: what came before goes on only when it is approved. */
export async function performApproval(scope: Scope, node: ApprovalNode): Promise<Outcome> {
  const { reason, group, timeoutMs, onTimeout } = node.approval;
  const caller = new ToolCaller(scope, undefined);
  const output = scope.previous ?? { inline: null };
  const args = {
    reason,
    output: 'inline' in output ? output.inline : { $ref: output.blob, bytes: output.bytes, head: output.head },
  };
  const answer = await askPerson(
    caller,
    { ordinal: 0, tool: approvalNodeTool, args, definition: null, effect: 'write' },
    {
      verdict: 'approval',
      effect: 'write',
      risk: reason,
      rule: {
        timeoutMs: timeoutMs ?? scope.run.limits.approvalTimeoutMs,
        onTimeout: onTimeout ?? 'reject',
        ...(group !== undefined && { group }),
      },
    },
  );
  if (answer.refusal) {
    return outcomeOf({
      status: 'rejected',
      output,
      from: 'approval',
      untrusted: scope.untrusted,
      ...(scope.private && { private: true as const }),
      stoppedBecause: answer.refusal.message,
    });
  }
  return outcomeOf({
    output,
    from: 'approval',
    untrusted: scope.untrusted,
    ...(scope.private && { private: true as const }),
  });
}

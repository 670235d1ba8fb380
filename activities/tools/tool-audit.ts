import type { Json } from '../../contracts/json';
import type { AuditEntry } from '../stores';
import type { CurrentCall } from './tool-call';

export type ToolAuditAction = 'tool-call' | 'tool-intent' | 'tool-outcome' | 'tool-refused' | 'tool-failed';

/** One row of the audit trail; every call has at least one, refused ones too (F31). */
export function auditOfTool(
  call: CurrentCall,
  action: ToolAuditAction,
  at: string,
  body: Record<string, unknown>,
): AuditEntry {
  const { agent, path, step, ordinal, tool, effect, definition, thread, untrusted, approval } = call.request;
  const about = {
    path,
    step,
    ordinal,
    attempt: call.attempt,
    runId: call.runId,
    tool,
    effect,
    definition,
    argsDigest: call.argsDigest,
    thread,
    untrusted: untrusted?.setId ?? null,
    approval: approval
      ? { id: approval.id, digest: approval.digest, by: approval.by, decision: approval.decision }
      : null,
  };
  return {
    eventKey: `${action} ${call.runId} ${path} ${step} ${ordinal} ${call.attempt}`,
    at,
    actor: agent,
    action,
    subject: tool,
    body: JSON.parse(JSON.stringify({ ...about, ...body })) as Json,
  };
}

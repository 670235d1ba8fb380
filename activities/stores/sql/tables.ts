import type { EventTables } from './event-tables';
import type { SharedStateTables } from './shared-state-tables';

/** `artifact`: made by an agent; `body`: moved out of history; `request`, `reply`: of models, kept for the retention time. */
export type BlobKind = 'artifact' | 'body' | 'request' | 'reply';
export type StepKind = 'model' | 'tool';
/** `unknown`: an intent whose outcome nobody can tell; never repeated by itself (I4). */
export type EffectState = 'intent' | 'done' | 'failed' | 'unknown';

/**
 * Rows as SQL holds them (snake_case). Times are ISO 8601 UTC texts that the caller gives: SQL has no clock here.
 * JSON is text, so that both dialects keep it byte for byte and digests stay valid.
 */
export interface Tables extends EventTables, SharedStateTables {
  meta: { key: string; value: string };
  blob: { id: string; kind: BlobKind; bytes: number; body: Uint8Array; created_at: string };
  blob_ref: { root: string; blob: string };
  segment: {
    id: string;
    parent: string | null;
    run: string;
    path: string;
    step: number;
    body: string;
    untrusted_set: string | null;
    created_at: string;
  };
  step_result: {
    run_id: string;
    path: string;
    step: number;
    kind: StepKind;
    ordinal: number;
    input_digest: string;
    body: string;
    created_at: string;
  };
  effect: {
    key: string;
    workflow_id: string;
    tool: string;
    args_digest: string;
    state: EffectState;
    attempt: number;
    result: string | null;
    created_at: string;
    settled_at: string | null;
  };
  message: {
    id: string;
    run: string;
    type: string;
    sender: string;
    recipient: string;
    correlation_id: string;
    causation_id: string | null;
    path: string;
    depth: number;
    payload: string;
    payload_blob: string | null;
    schema: string | null;
    untrusted: string;
    sent_at: string;
    signature: string | null;
  };
  audit_head: { run: string; seq: number; hash: string };
  audit: {
    run: string;
    seq: number;
    event_key: string;
    at: string;
    actor: string;
    action: string;
    subject: string;
    body: string;
    prev_hash: string;
    hash: string;
  };
  ledger: {
    id: string;
    run: string;
    root: string;
    agent: string;
    path: string;
    step: number;
    attempt: number;
    model: string;
    model_version: string | null;
    input_tokens: number;
    cached_input_tokens: number;
    output_tokens: number;
    usd: number | null;
    at: string;
  };
  team_snapshot: { digest: string; name: string; body: string; created_at: string };
  untrusted_set: { id: string; sources: string };
  kill_switch: {
    scope: string;
    set_by: string;
    reason: string;
    at: string;
    revived_by: string | null;
    revived_at: string | null;
  };
  tool_pin: { server: string; tool: string; digest: string; pinned_at: string; pinned_by: string };
  artifact: {
    run: string;
    name: string;
    blob: string;
    mime: string;
    bytes: number;
    agent: string;
    path: string;
    created_at: string;
  };
}

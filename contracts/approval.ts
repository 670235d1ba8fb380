import type { JsonObject } from './json';
import type { Effect } from './team';
import type { UntrustedSet } from './untrusted';

export const decisions = ['approve', 'reject', 'edit', 'reassign'] as const;
export type DecisionKind = (typeof decisions)[number];

/** Argument of the update and of the signal `decide` (contract §4). */
export interface Decision {
  id: string;
  decision: DecisionKind;
  by: string;
  reason?: string;
  args?: JsonObject;
  to?: string;
  digest?: string;
  signature?: string;
}

/** What the digest of an approval is taken over: the exact action, and what it was judged by. */
export interface ApprovalSubject {
  namespace: string;
  workflowId: string;
  firstRunId: string;
  path: string;
  step: number;
  ordinal: number;
  tool: string;
  toolDefinition: string | null;
  args: JsonObject;
  effect: Effect;
  untrusted: string | null;
  policy: string;
}

/** A request for a person's decision, as it is shown to them. */
export interface Approval {
  id: string;
  digest: string;
  agent: string;
  path: string;
  tool: string;
  args: JsonObject;
  effect: Effect;
  /** The agent's own words; a model wrote them. */
  reason: string;
  risk: string;
  untrustedSources: string[];
  untrusted: UntrustedSet | null;
  requestedAt: string;
  deadline: string;
  group: string | null;
  onTimeout: 'reject' | 'escalate' | 'hold';
  state: 'open' | 'approved' | 'rejected' | 'edited' | 'expired' | 'withdrawn';
  settled?: SettledDecision;
  /** Who handed the question on to which group. */
  reassigned?: { by: string; to: string; at: string }[];
}

/** How an approval ended. Without a verified signature `by` is a claim and says so. */
export interface SettledDecision {
  decision: DecisionKind | 'expire';
  by: string;
  identity: 'claimed' | 'signed' | 'engine';
  reason?: string;
  at: string;
  /** The edited action's arguments and digest. */
  args?: JsonObject;
  digest?: string;
  /** The approver group a `reassign` handed the question to. */
  to?: string;
}

/** What a tool activity gets to check before an effect: whose decision covers exactly this digest. */
export interface ApprovalGrant {
  id: string;
  digest: string;
  by: string;
  decision: 'approve' | 'edit';
  at: string;
  signature?: string;
}

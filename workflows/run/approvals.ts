import { condition } from '@temporalio/workflow';
import { actionDigest } from '../../contracts/action-digest';
import type { Approval, ApprovalSubject, Decision, SettledDecision } from '../../contracts/approval';
import { shortDigest } from '../../contracts/digest';
import { own } from '../../contracts/own';
import type { ApprovalRule, Policy } from '../../contracts/team';
import type { UntrustedSet } from '../../contracts/untrusted';

const reassignedMax = 20;
const rearmsMax = 200;

/** What an approval node stands for in place of a tool. */
export const approvalNodeTool = 'approval';

/** What the root run needs to know to ask a person. */
export interface ApprovalAsk {
  subject: ApprovalSubject;
  agent: string;
  reason: string;
  risk: string;
  untrusted: UntrustedSet | null;
  rule: Pick<ApprovalRule, 'group' | 'timeoutMs' | 'onTimeout' | 'escalateTo'>;
}

export interface ApprovalHooks {
  opened(approval: Approval): void;
  settled(approval: Approval): void;
  policy(): Policy | null;
  /** Names that can never decide: the team's agents. */
  agents(): string[];
  requestedBy(): string | undefined;
  holdMaxMs(): number;
  openMax(): number;
}

/**
 * All approvals of a run, owned by its root: id, deadline, policy, settlement (architecture «Approvals have one owner»).
 * Ids follow from the action, never from chance: after a reset the same action has the same id, and is asked again.
 */
export class Approvals {
  private readonly byId = new Map<string, { approval: Approval; subject: ApprovalSubject | null }>();

  constructor(private readonly hooks: ApprovalHooks) {}

  list(): Approval[] {
    return [...this.byId.values()].map((entry) => entry.approval);
  }

  open(): Approval[] {
    return this.list().filter((approval) => approval.state === 'open');
  }

  /** Settled ones of an earlier run of the chain: the same decision again is refused as settled. */
  restore(settled: readonly Approval[]): void {
    for (const approval of settled) this.byId.set(approval.id, { approval, subject: null });
  }

  /** Asks and waits until a person decides or the deadline's default applies. Never approves by itself. */
  async request(ask: ApprovalAsk): Promise<Approval> {
    const approval = this.admit(ask);
    const startedAt = Date.now();
    if (approval.state !== 'open') return approval;
    try {
      for (;;) {
        const summary = `approval ${approval.id} · deadline`;
        const decided = await condition(() => approval.state !== 'open', this.waitMs(approval), { summary });
        if (decided) return approval;
        const heldMs = Date.now() - startedAt;
        if (approval.onTimeout === 'hold' && heldMs < this.hooks.holdMaxMs())
          this.rearm(approval, ask, 'still waiting');
        else if (approval.onTimeout === 'escalate' && ask.rule.escalateTo && approval.group !== ask.rule.escalateTo) {
          approval.group = ask.rule.escalateTo;
          this.rearm(approval, ask, `escalated to ${ask.rule.escalateTo}`);
        } else this.close(approval, 'expired', { decision: 'expire', by: 'deadline', identity: 'engine', at: now() });
      }
    } finally {
      // Cancelled while waiting: nobody may decide it any more.
      if (approval.state === 'open') {
        this.close(approval, 'withdrawn', { decision: 'expire', by: 'run ended', identity: 'engine', at: now() });
      }
    }
  }

  /** Why a decision cannot be taken, as a sentence, or null when it can. Reads only. */
  refusal(decision: Decision): string | null {
    const entry = this.byId.get(decision.id);
    const open = this.open().map((approval) => approval.id);
    const which = open.length > 0 ? `Open are: ${open.join(', ')}.` : 'No approval is open.';
    if (!entry) return `There is no approval "${decision.id}". ${which}`;
    const { approval } = entry;
    if (approval.state !== 'open') {
      const how = approval.settled ? ` by ${approval.settled.by} at ${approval.settled.at}` : '';
      return `Approval "${decision.id}" is already ${approval.state}${how}. ${which}`;
    }
    if (decision.digest !== undefined && !sameDigest(approval.digest, decision.digest)) {
      return `The digest does not match: approval "${decision.id}" is about ${approval.digest}. Look at the action again.`;
    }
    if (decision.decision === 'edit' && approval.tool === approvalNodeTool) {
      return `Approval "${decision.id}" is about an output, not about a tool call: it can be approved or rejected, not edited.`;
    }
    return this.personRefusal(approval, decision);
  }

  /** Takes a decision that `refusal` let through. */
  settle(decision: Decision): Approval {
    const entry = this.byId.get(decision.id);
    if (!entry?.subject) throw new Error(`There is no open approval "${decision.id}".`);
    const { approval, subject } = entry;
    const base = {
      by: decision.by,
      identity: 'claimed' as const,
      at: now(),
      ...(decision.reason !== undefined && { reason: decision.reason }),
    };
    if (decision.decision === 'reassign') {
      const to = decision.to ?? '';
      approval.reassigned = [...(approval.reassigned ?? []), { by: decision.by, to, at: now() }].slice(-reassignedMax);
      approval.group = to;
      this.hooks.opened(approval);
      return approval;
    }
    if (decision.decision === 'edit' && decision.args) {
      const digest = actionDigest({ ...subject, args: decision.args });
      this.close(approval, 'edited', { ...base, decision: 'edit', args: decision.args, digest });
    } else if (decision.decision === 'approve') {
      this.close(approval, 'approved', { ...base, decision: 'approve', digest: approval.digest });
    } else this.close(approval, 'rejected', { ...base, decision: 'reject' });
    return approval;
  }

  private admit(ask: ApprovalAsk): Approval {
    const tooMany = this.open().length >= this.hooks.openMax();
    const digest = actionDigest(ask.subject);
    const id = `${ask.subject.step}-${ask.subject.ordinal}-${shortDigest(digest)}`;
    const approval: Approval = {
      id,
      digest,
      agent: ask.agent,
      path: ask.subject.path,
      tool: ask.subject.tool,
      args: ask.subject.args,
      effect: ask.subject.effect,
      reason: ask.reason,
      risk: ask.risk,
      untrustedSources: ask.untrusted?.sample ?? [],
      untrusted: ask.untrusted,
      requestedAt: now(),
      deadline: new Date(Date.now() + ask.rule.timeoutMs).toISOString(),
      group: ask.rule.group ?? null,
      onTimeout: ask.rule.onTimeout,
      state: 'open',
    };
    this.byId.set(id, { approval, subject: ask.subject });
    const reason = `${this.hooks.openMax()} approvals are open already; that is the limit.`;
    if (tooMany)
      this.close(approval, 'rejected', { decision: 'reject', by: 'the engine', identity: 'engine', at: now(), reason });
    else this.hooks.opened(approval);
    return approval;
  }

  private waitMs(approval: Approval): number {
    return Math.max(1, Date.parse(approval.deadline) - Date.now());
  }

  private rearm(approval: Approval, ask: ApprovalAsk, note: string): void {
    // A hold may re-arm for weeks: however short its timeout, the number of its timers is bounded (I5).
    const timeoutMs = Math.max(ask.rule.timeoutMs, this.hooks.holdMaxMs() / rearmsMax);
    approval.deadline = new Date(Date.now() + timeoutMs).toISOString();
    approval.risk = `${ask.risk} (${note})`;
    this.hooks.opened(approval);
  }

  private close(approval: Approval, state: Approval['state'], settled: SettledDecision): void {
    approval.state = state;
    approval.settled = settled;
    this.hooks.settled(approval);
  }

  private personRefusal(approval: Approval, decision: Decision): string | null {
    const { by } = decision;
    const approvers = this.hooks.policy()?.approvers ?? {};
    if (decision.decision === 'reassign' && !own(approvers, decision.to ?? '')) {
      return `The policy knows no approver group "${decision.to ?? ''}".`;
    }
    return this.mayNotDecide(by, approval.group);
  }

  /** Why a person cannot decide a question of a group, as a sentence, or null when they can. */
  mayNotDecide(by: string, groupName: string | null): string | null {
    if (this.hooks.agents().includes(by)) return `"${by}" is an agent of this run: agents cannot decide approvals.`;
    const approvers = this.hooks.policy()?.approvers ?? {};
    if (Object.keys(approvers).length === 0) return null;
    if (by === this.hooks.requestedBy()) return `"${by}" asked for this run and cannot decide its approvals.`;
    const group = groupName === null ? Object.values(approvers).flat() : (own(approvers, groupName) ?? []);
    return group.includes(by)
      ? null
      : `"${by}" is not among the approvers of ${groupName ?? 'this team'}: ${group.join(', ')}.`;
  }
}

function now(): string {
  return new Date().toISOString();
}

/** A digest or its beginning of at least six hex digits, with or without `sha256:`. */
function sameDigest(digest: string, given: string): boolean {
  const hex = given.replace(/^sha256:/, '').toLowerCase();
  return hex.length >= 6 && digest.slice('sha256:'.length).startsWith(hex);
}

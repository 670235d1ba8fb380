import type { ApprovalRule, Effect, TeamView, ToolAlias, ToolSourceView } from './team';
import type { FailureKind } from './failures';
import { limits } from './limits';
import { own } from './own';
import { bestMatch, matchesPattern } from './pattern-match';
import { mayReach, type PeerRoutes } from './peers';
import { stricterEffect } from './team';

/** A call as the judge sees it: the tool as `source.tool`, the effect as the catalogue reported it. */
export interface CallToJudge {
  agent: string;
  tool: string;
  effect: Effect;
  /** The agent's thread contains an untrusted segment, or the arguments derive from one (I8). */
  untrusted: boolean;
  /** The thread, the agent or the run is private (a flow label, contract §2). */
  private?: boolean;
  /** A tool node that came from the run's own input: no rule of the team lets it run without a person (I9). */
  given?: boolean;
}
export type Judgement =
  | { verdict: 'allow'; effect: Effect }
  | { verdict: 'approval'; effect: Effect; rule: ApprovalRule; risk: string }
  | { verdict: 'deny'; effect: Effect; kind: FailureKind; reason: string };

/** The caller of a tool node that names no agent: it may read with any tool of the team, and nothing else. */
export const compositionCaller = 'composition';

const everyCallWaits = (effect: Effect): ApprovalRule => ({
  effect,
  timeoutMs: limits.approvalTimeoutMs,
  onTimeout: 'reject',
});

/**
 * Tools of the engine that nobody lists: they reach nothing but the run's own bodies and boards, and of the team's memory
 * what the agent's tags open. They change nothing outside, so they are reads (contract §2).
 */
export const implicitTools: Readonly<Record<string, Effect>> = {
  'cadre.artifacts_read': 'read',
  'cadre.recall': 'read',
  'cadre.remember': 'read',
  'cadre.board_open': 'read',
  'cadre.board_read': 'read',
  'cadre.board_write': 'read',
  'cadre.board_decide': 'read',
};

/** What `isGranted` and `configuredEffect` look at; a `TeamView` is both. */
export interface GrantView {
  agents: Readonly<Record<string, { tools: readonly string[] } & PeerRoutes>>;
  aliases: Readonly<Record<string, ToolAlias>>;
}
export interface EffectView {
  sources: Readonly<Record<string, Pick<ToolSourceView, 'effects' | 'builtin'>>>;
}

/** Whether an agent may see and call a tool: only what it lists, by name, pattern or alias. */
export function isGranted(team: GrantView, agentName: string, tool: string): boolean {
  const agent = own(team.agents, agentName);
  if (!agent) return false;
  if (Object.hasOwn(implicitTools, tool) || mayReach(agent, tool)) return true;
  return agent.tools.some((grant) => {
    const alias = own(team.aliases, grant);
    if (alias) return 'tool' in alias ? alias.tool === tool : `agent:${alias.agent}` === tool;
    return matchesPattern(grant, tool) || matchesPattern(`${grant}.*`, tool);
  });
}

/** Our configured effect of a tool; a foreign tool nobody listed counts as irreversible (deny by default). */
export function configuredEffect(team: EffectView, tool: string, reported: Effect): Effect {
  const implicit = Object.hasOwn(implicitTools, tool) ? implicitTools[tool] : undefined;
  if (implicit) return stricterEffect(implicit, reported);
  const dot = tool.indexOf('.');
  const source = own(team.sources, tool.slice(0, dot));
  if (!source) return 'irreversible';
  const configured = bestMatch(source.effects, tool.slice(dot + 1));
  if (configured) return stricterEffect(configured, reported);
  return source.builtin ? reported : 'irreversible';
}

/** The rule of the policy for a call: a rule that names the tool before one that names only the effect. */
function ruleFor(team: TeamView, tool: string, effect: Effect): ApprovalRule {
  const fits = team.policy.approvals.filter((rule) =>
    rule.tool ? matchesPattern(rule.tool, tool) : rule.effect === undefined || rule.effect === effect,
  );
  return fits.find((rule) => rule.tool) ?? fits[0] ?? everyCallWaits(effect);
}

/**
 * Decides about one call. Pure, and run twice: in the workflow before anything is scheduled, and again in the worker
 * that holds the credential (I9). Deny by default.
 */
export function judgeCall(team: TeamView, call: CallToJudge): Judgement {
  const effect = configuredEffect(team, call.tool, call.effect);
  const deny = (kind: FailureKind, reason: string): Judgement => ({ verdict: 'deny', effect, kind, reason });
  if (
    call.private &&
    own(team.sources, call.tool.split('.')[0] ?? '')?.zone !== 'local' &&
    !Object.hasOwn(implicitTools, call.tool)
  ) {
    return deny('ToolNotAllowed', `${call.agent} holds something private and ${call.tool} is not in the zone "local".`);
  }
  if (call.agent === compositionCaller) {
    const known = Object.hasOwn(implicitTools, call.tool) || own(team.sources, call.tool.split('.')[0] ?? '');
    if (effect === 'read' && known) return { verdict: 'allow', effect };
    return deny(
      'ToolNotAllowed',
      `${call.tool} is ${effect}: a tool node may only read unless it names an agent with "by".`,
    );
  }
  const agent = own(team.agents, call.agent);
  if (!agent) return deny('UnknownAgent', `The team ${team.name} has no agent named "${call.agent}".`);
  if (!isGranted(team, call.agent, call.tool)) {
    return deny('ToolNotAllowed', `The agent ${call.agent} does not list the tool ${call.tool}.`);
  }
  if (effect === 'read') return { verdict: 'allow', effect };
  if (team.inline) {
    return deny(
      'ToolNotAllowed',
      `The team was given inline: it can never be elevated, and ${call.tool} is ${effect}.`,
    );
  }
  if (agent.trust !== 'elevated') {
    return deny('ToolNotAllowed', `${call.tool} is ${effect} and the agent ${call.agent} is read-only.`);
  }
  const rule = ruleFor(team, call.tool, effect);
  if (rule.auto && rule.tool && effect === 'write' && !call.untrusted && !call.given)
    return { verdict: 'allow', effect };
  return { verdict: 'approval', effect, rule, risk: riskOf(effect, call) };
}

function riskOf(effect: Effect, { untrusted, given }: CallToJudge): string {
  const what = effect === 'irreversible' ? 'This cannot be undone.' : 'This changes something outside.';
  const from = given ? ' The input of the run asks for it, not the team.' : '';
  return `${what}${from}${untrusted ? ' The agent has read untrusted sources before asking for it.' : ''}`;
}

import { actionDigest } from '../../contracts/action-digest';
import { judgeCall, type CallToJudge } from '../../contracts/authority';
import { CadreError } from '../../contracts/failures';
import type { JsonObject } from '../../contracts/json';
import { own } from '../../contracts/own';
import { stricterEffect, type Effect, type Team, type TeamView } from '../../contracts/team';
import type { UntrustedSet } from '../../contracts/untrusted';
import type { ActivityDeps } from '../deps';
import { schemaProblems } from '../models/schema-check';
import type { Segment, Store } from '../stores';
import { teamViewOf } from '../teams';
import type { RegisteredTeams } from './registered-teams';
import { isTeamCall } from './team-call';
import type { CurrentCall } from './tool-call';

/**
 * Judges a call once more, in the worker that holds the credential (I9), by what this worker knows itself: the team's
 * snapshot, the tool's present definition, the thread's untrusted sources as the store has them, the approval's digest
 * recomputed. Returns the effect that counts. Throws `ToolNotAllowed` with a sentence.
 */
export async function admitCall(
  deps: ActivityDeps,
  registered: RegisteredTeams,
  call: CurrentCall,
  team: Team,
  args: JsonObject,
  signal: AbortSignal,
): Promise<Effect> {
  const { request } = call;
  const view = teamViewOf(team, request.run.team);
  if (request.argsDigest !== call.argsDigest)
    throw refusal('the arguments are not the ones whose digest the request carries', call);
  const now = await deps.tools.describe(team, request.tool, signal);
  if (request.definition !== null && request.definition !== now.definition) {
    throw refusal('its definition has changed since the model saw it; ask again, so that the new one is seen', call);
  }
  const problems = schemaProblems(now.input, args);
  if (problems.length > 0)
    throw new CadreError(
      'ToolFailed',
      `The arguments of ${request.tool} do not fit its schema: ${problems.join('; ')}.`,
    );
  const reported = stricterEffect(request.effect, now.effect);
  // Reads are not asked what they were made from: they change nothing, and the transcript can be long.
  const last = reported === 'read' ? null : await lastOfThread(deps.store, request.thread);
  const untrusted = reported === 'read' ? request.untrusted : await untrustedOfThread(deps.store, call, last);
  const toJudge: CallToJudge = {
    agent: request.agent,
    tool: request.tool,
    effect: reported,
    untrusted: untrusted !== null,
    private: request.private === true || team.agents[request.agent]?.privacy === 'private',
    given: request.given === true,
  };
  let judged = judgeCall(view, toJudge);
  if (judged.verdict === 'allow' && judged.effect !== 'read' && !isTeamCall(team, request, last))
    judged = judgeCall(view, { ...toJudge, given: true });
  if (judged.verdict === 'deny') throw new CadreError(judged.kind, judged.reason);
  if (judged.effect !== 'read') await demandRegistered(registered, team, request.run.team);
  if (judged.verdict === 'approval') demandApproval(deps.namespace, call, team, view, judged.effect);
  return judged.effect;
}

async function lastOfThread(store: Store, thread: string | null): Promise<Segment | null> {
  return thread === null ? null : ((await store.threads.loadThread(thread)).at(-1) ?? null);
}

/** The thread's sources from the store; the request may know more of them, never fewer (I8). */
async function untrustedOfThread(store: Store, call: CurrentCall, last: Segment | null): Promise<UntrustedSet | null> {
  const { untrusted } = call.request;
  const stored = last?.untrustedSet ?? null;
  if (stored === null || untrusted?.setId === stored || untrusted?.of?.includes(stored)) return untrusted;
  if (untrusted === null) throw refusal('its agent has read untrusted sources and the request does not say so', call);
  const known = new Set(
    (await Promise.all((untrusted.of ?? [untrusted.setId]).map((id) => store.untrusted.sources(id)))).flat(),
  );
  const hidden = (await store.untrusted.sources(stored)).filter((source) => !known.has(source));
  if (hidden.length > 0)
    throw refusal(`the request leaves out untrusted sources of its agent (${hidden.slice(0, 3).join(', ')})`, call);
  return untrusted;
}

/** Elevated tools act only for teams of this worker's own folders, digest by digest (I9). */
async function demandRegistered(registered: RegisteredTeams, team: Team, digest: string): Promise<void> {
  if (team.inline)
    throw new CadreError('ToolNotAllowed', `The team ${team.name} was given inline and can never be elevated.`);
  if (await registered.has(team.name, digest)) return;
  throw new CadreError(
    'ToolNotAllowed',
    `The team ${team.name} as this run knows it is not in the team folder of this worker (its files have changed, or ` +
      'they are elsewhere), so nothing that changes the world is done for it. Put these files back, or start a new run.',
  );
}

function demandApproval(namespace: string, call: CurrentCall, team: Team, view: TeamView, effect: Effect): void {
  const { approval, run, path, step, ordinal, tool, definition, args, untrusted } = call.request;
  if (!approval) throw refusal(`it is ${effect} and nobody has approved it`, call);
  if (view.policy.requireSignature)
    throw refusal('the policy demands a signed approval, and this worker has no approver keys', call);
  const digest = actionDigest({
    namespace,
    workflowId: call.workflowId,
    firstRunId: run.firstRunId,
    path,
    step,
    ordinal,
    tool,
    toolDefinition: definition,
    args,
    effect,
    untrusted: untrusted?.setId ?? null,
    policy: view.policyVersion,
  });
  if (approval.digest !== digest) throw refusal('the approval is for another action than this one', call);
  demandApprover(call, team, approval.by);
}

/** Who may approve is asked of the snapshot: the view that the workflow judged by came with its history. */
function demandApprover(call: CurrentCall, team: Team, by: string): void {
  if (own(team.agents, by)) throw refusal(`it was approved by "${by}", who is an agent of the team`, call);
  const groups = Object.values(team.policy.approvers);
  if (groups.length > 0 && !groups.some((group) => group.includes(by)))
    throw refusal(`it was approved by "${by}", who is in no approver group of the team`, call);
}

function refusal(why: string, { request }: CurrentCall): CadreError {
  return new CadreError('ToolNotAllowed', `The call of ${request.tool} was refused: ${why}.`);
}

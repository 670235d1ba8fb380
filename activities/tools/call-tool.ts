import { CancelledFailure, Context } from '@temporalio/activity';
import type { CallToolRequest, CallToolResult } from '../../contracts/activities';
import { compositionCaller } from '../../contracts/authority';
import { CadreError, toFailureRecord } from '../../contracts/failures';
import type { Json } from '../../contracts/json';
import { own } from '../../contracts/own';
import type { Team } from '../../contracts/team';
import type { ActivityDeps, CallOrigin, ToolInvocation } from '../deps';
import { asActivityFailure } from '../fail';
import { keepAlive } from '../heartbeat';
import { checkKillSwitch } from '../models/check-kill-switch';
import { agentOf, makeLoadTeam, type LoadTeam } from '../models/load-team';
import { makeRedactor, type Redactor } from '../redact';
import { admitCall } from './admit-call';
import { keepResult } from './keep-result';
import { fillBlobs } from './fill-blobs';
import { finishedEffect, performEffect } from './perform-effect';
import { RegisteredTeams } from './registered-teams';
import { auditOfTool } from './tool-audit';
import { currentToolCall, stepKeyOf, type CurrentCall } from './tool-call';

interface Workbench {
  deps: ActivityDeps;
  loadTeam: LoadTeam;
  registered: RegisteredTeams;
  redact: Redactor;
}

/**
 * The activity of a tool call. A finished read is found in the store, a finished effect by its key, and neither runs
 * again. An error that a tool reports is a result with `isError`; thrown are only failures of the table, and
 * cancellations. Every call, refused ones too, leaves a row in the audit trail.
 */
export function makeCallTool(deps: ActivityDeps): (request: CallToolRequest) => Promise<CallToolResult> {
  const bench: Workbench = {
    deps,
    loadTeam: makeLoadTeam(deps.store.teams),
    registered: new RegisteredTeams(deps.teams),
    redact: makeRedactor(deps.env),
  };
  return async function callTool(request) {
    const call = currentToolCall(request);
    const { agent, path, step, tool } = request;
    const where = { agent, path, step, attempt: call.attempt };
    try {
      return (await finishedBefore(bench, call)) ?? (await perform(bench, call));
    } catch (error) {
      const { kind, message } = toFailureRecord(error);
      deps.log.warn(
        { ...where, workflowId: call.workflowId, tool, kind, reason: bench.redact(message) },
        'tool call failed',
      );
      await recordFailure(bench, call, error);
      throw asActivityFailure(cancelled(error), where, bench.redact);
    }
  };
}

async function finishedBefore({ deps }: Workbench, call: CurrentCall): Promise<CallToolResult | null> {
  if (call.request.effect !== 'read') return finishedEffect(deps.store, call);
  const row = await deps.store.steps.find(stepKeyOf(call));
  if (!row || row.inputDigest !== call.inputDigest) return null;
  const { hash } = await deps.store.audit.head(call.run);
  return { ...(row.body as unknown as CallToolResult), auditHead: hash };
}

async function perform(bench: Workbench, call: CurrentCall): Promise<CallToolResult> {
  const { deps } = bench;
  const { request } = call;
  const team = await bench.loadTeam(request.run.team);
  const agent = callerOf(team, request.agent);
  const check = (): Promise<void> => checkKillSwitch(deps.store, team.name, agent);
  await check();
  return keepAlive(
    async (signal) => {
      // Only a composition passes bodies on by reference: a model that writes one gets no body it was not shown.
      const args =
        request.thread === null ? await fillBlobs(deps.store.blobs.ofRun(call.root), request.args) : request.args;
      const effect = await admitCall(deps, bench.registered, call, team, args, signal);
      signal.throwIfAborted();
      const { tool, path, step } = request;
      const { rootWorkflowId } = request.run;
      const run = { workflowId: call.workflowId, rootWorkflowId, root: call.root, path, step };
      const invocation = { team, agent, tool, args, signal, run, origin: originOf(call, team) };
      if (effect === 'read') return performRead(deps, call, invocation);
      const invoke = (idempotencyKey: string) => deps.tools.invoke({ ...invocation, idempotencyKey });
      return performEffect({
        store: deps.store,
        now: deps.now,
        call,
        keyed: deps.tools.takesKey(team, tool),
        invoke,
        signal,
      });
    },
    { check, details: () => ({ agent, tool: request.tool }) },
  );
}

function originOf({ key, request }: CurrentCall, team: Team): CallOrigin {
  const { agent, thread, untrusted } = request;
  const isPrivate = request.private === true || own(team.agents, agent)?.privacy === 'private';
  return { key, thread, untrusted, private: isPrivate };
}

/** A tool node may name no agent: then the composition itself calls, with the right to read. */
function callerOf(team: Team, name: string): string {
  return name === compositionCaller ? name : agentOf(team, name).name;
}

async function performRead(
  { store, tools, now }: ActivityDeps,
  call: CurrentCall,
  invocation: ToolInvocation,
): Promise<CallToolResult> {
  const startedAt = now().toISOString();
  const outcome = await tools.invoke(invocation);
  const at = now().toISOString();
  const kept = await keepResult(store, call, outcome, at);
  const { isError } = kept.result;
  const { auditHead, committed, result } = await store.commitStep({
    run: call.run,
    result: { ...stepKeyOf(call), inputDigest: call.inputDigest, body: kept.result as unknown as Json, createdAt: at },
    audit: [auditOfTool(call, 'tool-call', at, { startedAt, isError, result: kept.bodyDigest, bytes: kept.bytes })],
    blobs: kept.blobs,
    blobRoot: call.root,
    artifacts: kept.artifacts,
    untrusted: [kept.untrusted],
  });
  const stands = committed || !result ? kept.result : (result.body as unknown as CallToolResult);
  return { ...stands, auditHead: auditHead.hash };
}

/** Best effort: nothing has been done, and the failure counts more than its row. */
async function recordFailure({ deps, redact }: Workbench, call: CurrentCall, error: unknown): Promise<void> {
  const at = deps.now().toISOString();
  const { kind, message } = toFailureRecord(error);
  const refused =
    kind === 'ToolNotAllowed' ||
    kind === 'UnknownTool' ||
    kind === 'UnknownAgent' ||
    kind === 'AgentDisabled' ||
    kind === 'SystemDisabled';
  const failure = isCancelled(error) ? 'cancelled' : { kind, message: redact(message) };
  try {
    await deps.store.audit.append(call.run, [
      auditOfTool(call, refused ? 'tool-refused' : 'tool-failed', at, { failure }),
    ]);
  } catch (fault) {
    deps.log.warn({ reason: redact(String(fault)) }, 'a failed tool call could not be recorded');
  }
}

function isCancelled(error: unknown): boolean {
  return error instanceof CancelledFailure || (Context.current().cancellationSignal.aborted && !CadreError.is(error));
}

/** Whatever a tool throws when its signal fires, Temporal is to see a cancellation. */
function cancelled(error: unknown): unknown {
  if (!isCancelled(error) || error instanceof CancelledFailure) return error;
  return new CancelledFailure('The tool call was cancelled.');
}

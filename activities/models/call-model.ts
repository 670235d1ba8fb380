import { CancelledFailure, Context } from '@temporalio/activity';
import type { CallModelRequest, CallModelResult } from '../../contracts/activities';
import { addUsage, type Usage } from '../../contracts/budget';
import { CadreError, toFailureRecord } from '../../contracts/failures';
import type { AgentConfig, Team } from '../../contracts/team';
import type { ActivityDeps, CatalogTool } from '../deps';
import { asActivityFailure } from '../fail';
import { keepAlive } from '../heartbeat';
import { makeRedactor, type Redactor } from '../redact';
import { AgentLoad, leaseOf, type AgentLease } from './agent-load';
import { checkKillSwitch } from './check-kill-switch';
import { checkReply } from './check-reply';
import { commitAnswer } from './commit-answer';
import { earlierAttempts } from './earlier-attempts';
import { agentOf, makeLoadTeam, type LoadTeam } from './load-team';
import { askModels, type ModelTry } from './model-chain';
import { currentModelCall, stepKeyOf, type ModelCall } from './model-call';
import { buildPrompt, outputSchemaOf } from './prompt';
import { attemptMarker, auditOfCall, ledgerOfLost, ledgerOfTries, triesForAudit, usageOfTries } from './record-call';
import { readSegmentBody } from './segment-reply';
import { makeShowBody } from './show-body';
import { untrustedOfStep } from './step-untrusted';

interface Workbench {
  deps: ActivityDeps;
  loadTeam: LoadTeam;
  showTo: ReturnType<typeof makeShowBody>;
  redact: Redactor;
  load: AgentLoad;
}

/**
 * The activity of a model call: one step of an agent (architecture, "One step"). A finished call is found in the store
 * and never repeated (F01, F04). Throws only failures of the table, or lets a cancellation through.
 */
export function makeCallModel(deps: ActivityDeps): (request: CallModelRequest) => Promise<CallModelResult> {
  const { store } = deps;
  const bench: Workbench = {
    deps,
    loadTeam: makeLoadTeam(store.teams),
    showTo: makeShowBody(store.blobs),
    redact: makeRedactor(deps.env),
    load: new AgentLoad(store.leases, deps.now, (error) =>
      deps.log.warn({ reason: String(error) }, 'the load of an agent could not be counted'),
    ),
  };
  return async function callModel(request) {
    const call = currentModelCall(request);
    const { agent, path, step } = request;
    const where = { agent, path, step, attempt: call.attempt };
    const spent: Spent = {};
    try {
      return (await finishedBefore(bench, call)) ?? (await perform(bench, call, spent));
    } catch (error) {
      const { kind, message } = toFailureRecord(error);
      deps.log.warn(
        { ...where, workflowId: call.workflowId, kind, reason: bench.redact(message) },
        'model call failed',
      );
      throw asActivityFailure(error, where, bench.redact, spent.usage);
    }
  };
}

/** What a call without an answer cost, its earlier attempts included: the workflow books it (F27). */
interface Spent {
  usage?: Usage;
}

async function finishedBefore({ deps }: Workbench, call: ModelCall): Promise<CallModelResult | null> {
  const row = await deps.store.steps.find(stepKeyOf(call, 0));
  if (!row || row.inputDigest !== call.inputDigest) return null;
  const { hash } = await deps.store.audit.head(call.run);
  return { ...(row.body as unknown as CallModelResult), auditHead: hash };
}

async function perform(bench: Workbench, call: ModelCall, spent: Spent): Promise<CallModelResult> {
  const { request } = call;
  const { store } = bench.deps;
  const team = await bench.loadTeam(request.run.team);
  const agent = agentOf(team, request.agent);
  await checkKillSwitch(store, team.name, agent.name);
  const tries: ModelTry[] = [];
  const lease = leaseOf(team.name, call);
  let received = 0;
  try {
    return await keepAlive(
      (signal) => ask(bench, call, { team, agent, lease, tries, signal, onProgress: (n) => (received = n) }),
      {
        check: async () => {
          await checkKillSwitch(store, team.name, agent.name);
          await bench.load.enter(lease);
        },
        details: () => ({ agent: agent.name, received }),
      },
    );
  } catch (error) {
    spent.usage = await recordFailure(bench, call, tries, error, lease);
    throw cancelledWith(error, spent.usage);
  }
}

interface Asking {
  team: Team;
  agent: AgentConfig;
  lease: AgentLease;
  tries: ModelTry[];
  signal: AbortSignal;
  onProgress: (characters: number) => void;
}

async function ask(
  bench: Workbench,
  call: ModelCall,
  { team, agent, lease, tries, signal, onProgress }: Asking,
): Promise<CallModelResult> {
  const { deps, showTo } = bench;
  const { store, models, now } = deps;
  const { request } = call;
  const startedAt = now().toISOString();
  const [thread, tools, load] = await Promise.all([
    request.parent === null ? [] : store.threads.loadThread(request.parent),
    toolsOf(bench, call, team, agent, signal),
    bench.load.ofChoices(team.name, request),
    bench.load.enter(lease),
  ]);
  const untrusted = await untrustedOfStep(store, thread, request.delta);
  const prompt = await buildPrompt({
    request,
    team,
    agent,
    tools,
    thread: thread.map(({ body }) => readSegmentBody(body)),
    show: showTo(call.root),
    load,
  });
  signal.throwIfAborted();
  const { attempt, lastAttempt, deadline } = call;
  const { reservedTokens } = request;
  const options = { signal, onProgress };
  const isPrivate = agent.privacy === 'private' || request.private === true;
  const answer = await askModels(
    {
      ...{ team, agent, isPrivate, models, prompt, reservedTokens, attempt, lastAttempt, deadline, now, options },
      ...(request.run.model !== undefined && { asked: request.run.model }),
    },
    tries,
  );
  const expected = { tools, noTools: request.noTools === true, schema: outputSchemaOf(request, agent) };
  const checked = answer.reply ? checkReply(answer.reply, expected) : { said: '', problems: [answer.unreadable] };
  const earlier = await earlierAttempts(store, call, answer.config);
  const finishedAt = now().toISOString();
  const result = await commitAnswer(
    store,
    { call, agent, prompt, tools, answer, checked, tries, earlier, untrusted, load, lease, startedAt, finishedAt },
    bench.redact,
  );
  if (result.output) bench.load.left(lease);
  return result;
}

/** A step without tools must not fail because a tool's server is down. */
async function toolsOf(
  { deps }: Workbench,
  call: ModelCall,
  team: Team,
  agent: AgentConfig,
  signal: AbortSignal,
): Promise<CatalogTool[]> {
  try {
    const { rootWorkflowId, rootFirstRunId } = call.request.run;
    const place = { root: `${rootWorkflowId}#${rootFirstRunId}`, path: call.request.path };
    return await deps.tools.toolsFor(team, agent, signal, place);
  } catch (error) {
    if (call.request.noTools && !signal.aborted) return [];
    throw error;
  }
}

/**
 * A failed attempt says what it cost, so that the next one need not count it as lost. Best effort: the failure counts
 * more. Returns what all attempts so far cost, as far as the store can tell.
 */
async function recordFailure(
  { deps, redact, load }: Workbench,
  call: ModelCall,
  tries: readonly ModelTry[],
  error: unknown,
  lease: AgentLease,
): Promise<Usage> {
  const at = deps.now().toISOString();
  const { kind, message } = toFailureRecord(error);
  const cancelled = error instanceof CancelledFailure;
  const body = {
    failure: cancelled ? 'cancelled' : { kind, message: redact(message) },
    tries: triesForAudit(tries, redact),
  };
  try {
    const last = tries.at(-1);
    const earlier = await earlierAttempts(deps.store, call, last?.config ?? null);
    await deps.store.commitStep({
      run: call.run,
      result: attemptMarker(call, usageOfTries(tries), at),
      audit: [auditOfCall(call, 'model-call-failed', at, body)],
      ledger: [...ledgerOfLost(call, earlier, last?.name ?? 'unknown', at), ...ledgerOfTries(call, tries, null)],
      leaves: lease,
    });
    load.left(lease);
    return earlier.reduce((sum, { usage }) => addUsage(sum, usage), usageOfTries(tries));
  } catch (fault) {
    deps.log.warn({ reason: redact(String(fault)) }, 'a failed model call could not be recorded');
    return usageOfTries(tries);
  }
}

/** A cancelled call tells the workflow what it cost, in the details of the cancellation. */
function cancelledWith(error: unknown, usage: Usage): unknown {
  const { cancellationSignal } = Context.current();
  if (!(error instanceof CancelledFailure) && !(cancellationSignal.aborted && !CadreError.is(error))) return error;
  const message = error instanceof Error ? error.message : 'The model call was cancelled.';
  return new CancelledFailure(message, [{ usage }]);
}

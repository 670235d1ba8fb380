import { ActivityFailure, ApplicationFailure, CancelledFailure } from '@temporalio/workflow';
import type { CallModelRequest, CallModelResult, DeltaPart } from '../../contracts/activities';
import type { Usage } from '../../contracts/budget';
import { noUsage } from '../../contracts/budget';
import { CadreError } from '../../contracts/failures';
import { callModel, modelCallOptions, recoverRun } from './activities';
import type { Ask, Conversation } from './conversation';
import { describeReply } from './describe-reply';
import { errorOf, failureOf } from './failure';

// Instructions and tool definitions are not in the workflow; this stands for them in the first estimate.
const promptOverheadTokens = 1_500;
const charactersPerToken = 4;

/** One step: reserve, call the model once, settle. Adds exactly one activity to history (I1). */
export async function takeStep(talk: Conversation, delta: DeltaPart[], ask: Ask): Promise<CallModelResult> {
  const { run } = talk.scope;
  await run.gate();
  if (talk.clock.leftMs() === 0) {
    throw new CadreError('DeadlineExceeded', `The agent ${talk.agent} used up its ${talk.view.timeoutMs} ms.`);
  }
  const request = requestOf(talk, [...delta, ...talk.takeSteers(), ...talk.takeCallbacks()], ask);
  await run.governor.admit(request, `The request of ${talk.agent}`);
  await talk.budget.reserve(request.reservedTokens);
  // A queue of its own may be one that nobody serves: status and details say where the call waits (I6).
  run.tally(talk.agent).state =
    talk.view.queue === undefined ? 'thinking' : `thinking, on the queue ${talk.view.queue}`;
  try {
    const result = await callWithRecovery(talk, request);
    talk.budget.settle(request.reservedTokens, result.usage);
    record(talk, request, result);
    return result;
  } catch (error) {
    const spent = spentBy(error, request.reservedTokens);
    talk.budget.settle(request.reservedTokens, spent);
    run.count(talk.agent, spent, 1);
    throw errorOf(failureOf(error, { agent: talk.agent, path: talk.path, step: talk.step }));
  } finally {
    run.tally(talk.agent).state = 'idle';
  }
}

/**
 * What a call that gave no result may have cost. A cancelled or failed one says it; one that timed out or died cannot,
 * so its reserve is charged: money is never forgotten.
 */
function spentBy(error: unknown, reservedTokens: number): Usage {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof CancelledFailure) {
    const [detail] = (cause.details ?? []) as { usage?: Usage }[];
    return detail?.usage ?? noUsage;
  }
  if (cause instanceof ApplicationFailure) {
    const [, detail] = (cause.details ?? []) as (undefined | { usage?: Usage })[];
    return detail?.usage ?? { ...noUsage, modelCalls: 1 };
  }
  return { ...noUsage, inputTokens: reservedTokens, modelCalls: 1 };
}

function requestOf(talk: Conversation, delta: DeltaPart[], ask: Ask): CallModelRequest {
  const { scope, agent, path, step, head } = talk;
  const { maxOutputTokens } = talk.view;
  if (delta.some((part) => 'private' in part && part.private)) talk.private = true;
  const deltaTokens = Math.ceil(JSON.stringify(delta).length / charactersPerToken);
  const first = step === 0;
  return {
    run: scope.run.ref,
    agent,
    path,
    step,
    parent: head,
    delta,
    role: ask.role,
    ...(ask.choices && { choices: ask.choices }),
    ...(ask.noTools && { noTools: true }),
    ...(scope.inlineBytes !== undefined && { inlineBytes: scope.inlineBytes }),
    ...(talk.private && { private: true as const }),
    maxOutputTokens,
    reservedTokens: (first ? promptOverheadTokens : talk.tokens) + deltaTokens + maxOutputTokens,
    message: {
      type: ask.message?.type ?? 'result',
      recipient: ask.message?.recipient ?? scope.from,
      causationId: first ? talk.inboxId : talk.messageId,
      ancestry: scope.ancestry,
      depth: scope.depth,
      inbox: first
        ? {
            id: talk.inboxId,
            sender: scope.from,
            type: scope.arrivesAs ?? 'task_assignment',
            causationId: scope.causationId,
          }
        : null,
    },
  };
}

async function callWithRecovery(talk: Conversation, request: CallModelRequest): Promise<CallModelResult> {
  const { run } = talk.scope;
  const options = {
    ...modelCallOptions,
    startToCloseTimeout: Math.min(run.limits.modelCallTimeoutMs, run.leftMs(), talk.clock.leftMs()),
    // Also the time without a worker ends.
    scheduleToCloseTimeout: Math.max(1, Math.min(run.leftMs(), talk.clock.leftMs())),
    taskQueue: talk.view.queue ?? run.started.queues.model,
    summary: `${talk.agent} · step ${talk.step + 1} · ${request.role === 'agent' ? 'model' : request.role}`,
  };
  try {
    return await callModel.executeWithOptions(options, [request]);
  } catch (error) {
    if (!isLoss(error)) throw error;
    run.note('transcript-rebuild', talk.agent, talk.path, 'the store has lost something; rebuilding it from history');
    const heads = request.parent ? [request.parent] : [];
    await recoverRun.executeWithOptions({ ...modelCallOptions, summary: `${talk.agent} · rebuild transcript` }, [
      { run: run.ref, heads },
    ]);
    return await callModel.executeWithOptions({ ...options, summary: `${options.summary} (after rebuild)` }, [request]);
  }
}

function isLoss(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof ApplicationFailure && (cause.type === 'TranscriptMissing' || cause.type === 'BlobMissing');
}

function record(talk: Conversation, request: CallModelRequest, result: CallModelResult): void {
  const { run } = talk.scope;
  run.count(talk.agent, result.usage, 1);
  run.auditHead = result.auditHead;
  const text = describeReply(request.role, result);
  run.tally(talk.agent).lastText = text;
  const at = new Date().toISOString();
  const { inbox } = request.message;
  if (inbox)
    run.messages.push({
      id: inbox.id,
      type: inbox.type,
      sender: inbox.sender,
      recipient: talk.agent,
      path: talk.path,
      at,
    });
  run.messages.push({
    id: result.messageId,
    type: request.message.type,
    sender: talk.agent,
    recipient: request.message.recipient,
    path: talk.path,
    at,
  });
  run.transcript.push({ at, path: talk.path, agent: talk.agent, step: talk.step, segment: result.head, text });
  talk.advance(result);
  run.note('model-call', talk.agent, talk.path, `step ${talk.step}: ${text}`);
}

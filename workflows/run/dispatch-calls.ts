import type { DeltaPart, ToolCall } from '../../contracts/activities';
import { judgeCall } from '../../contracts/authority';
import type { FailureKind, FailureRecord } from '../../contracts/failures';
import { CadreError, failures } from '../../contracts/failures';
import { untrustedSetOf } from '../../contracts/untrusted';
import type { Conversation } from './conversation';
import { byReference, refused, resultOf, type ToolResult } from './tool-results';
import { askPerson } from './ask-person';
import { askOutcome } from './ask-outcome';
import { failureOf } from './failure';
import { consult, notify } from './peer-calls';
import { runTool } from './run-tool';
import { together } from './together';

/** Runs the tool calls of one reply in parallel; the results come back in the order of the calls, whoever was first. */
export async function dispatchCalls(talk: Conversation, calls: ToolCall[], dropped: number): Promise<DeltaPart[]> {
  const results: DeltaPart[] = await together(calls.map((call) => () => dispatchCall(talk, call, calls.length)));
  if (dropped > 0)
    results.push({
      kind: 'note',
      text: `${dropped} further tool calls were refused: at most ${calls.length} are taken from one answer.`,
    });
  return results;
}

async function dispatchCall(talk: Conversation, call: ToolCall, beside: number): Promise<ToolResult> {
  const { run } = talk.scope;
  if (call.tool === null || call.problem !== undefined) {
    return refused(
      talk,
      call,
      call.tool === null ? 'UnknownTool' : 'ToolFailed',
      call.problem ?? `There is no tool "${call.name}".`,
    );
  }
  if (talk.timesAsked(call.tool, call.argsDigest) > run.limits.maxSameCalls) {
    throw new CadreError(
      'LoopDetected',
      `The agent ${talk.agent} asked for the same ${call.name} call more than ${run.limits.maxSameCalls} times.`,
      { agent: talk.agent, path: talk.path, step: talk.lastStep },
    );
  }
  if (call.tool.startsWith('agent:')) return consult(talk, call, call.tool.slice('agent:'.length), beside);
  if (call.tool.startsWith('notify:')) return notify(talk, call, call.tool.slice('notify:'.length));
  const judged = judgeCall(run.team, {
    agent: talk.agent,
    tool: call.tool,
    effect: call.effect,
    untrusted: talk.untrusted !== null,
    private: talk.private,
  });
  if (judged.verdict === 'deny') return refused(talk, call, judged.kind, judged.reason);
  const settled =
    judged.verdict === 'approval'
      ? await askPerson(talk, { ...call, tool: call.tool, effect: judged.effect }, judged)
      : null;
  if (settled && settled.refusal) return refused(talk, call, settled.refusal.kind, settled.refusal.message);
  try {
    const done = await runTool(talk, {
      ordinal: call.ordinal,
      tool: call.tool,
      args: settled?.args ?? call.args,
      definition: call.definition,
      effect: judged.effect,
      grant: settled?.grant ?? null,
    });
    return resultOf(call, byReference(done.body), done.isError, done.untrusted);
  } catch (error) {
    const record = failureOf(error, { agent: talk.agent, path: talk.path, step: talk.lastStep });
    if (record.kind === 'OutcomeUnknown')
      return resultOf(call, ...(await askOutcome(talk, { ...call, tool: call.tool, effect: judged.effect }, record)));
    if (!isForTheModel(record)) throw error;
    return refused(talk, call, record.kind, record.message, record, untrustedSetOf([`tool:${call.tool}`]));
  }
}

/** A tool that does not work is news for the model; a stopped agent or a lost store is not. */
function isForTheModel(record: FailureRecord): boolean {
  const others: FailureKind[] = [
    'DeadlineExceeded',
    'OutcomeUnknown',
    'PayloadTooLarge',
    'InternalError',
    // A board refuses a write that names what is not there, or would leave nobody able to go on.
    'InvalidInput',
    'Deadlock',
    'Overloaded',
    'RateLimited',
  ];
  return failures[record.kind].next === 'tell-model' || others.includes(record.kind);
}

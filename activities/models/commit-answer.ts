import type { CallModelRequest, CallModelResult } from '../../contracts/activities';
import { addUsage } from '../../contracts/budget';
import { digestOf } from '../../contracts/digest';
import { CadreError } from '../../contracts/failures';
import type { Json } from '../../contracts/json';
import { limits } from '../../contracts/limits';
import type { ModelRequest } from '../../contracts/model';
import type { AgentConfig } from '../../contracts/team';
import type { CatalogTool } from '../deps';
import type { Redactor } from '../redact';
import { canonicalJson } from '../stores/canonical-json';
import { blobIdOf, segmentIdOf, type Store, type UntrustedUnion } from '../stores';
import type { AgentLease } from './agent-load';
import type { CheckedReply } from './check-reply';
import type { EarlierAttempt } from './earlier-attempts';
import { keepBody } from './keep-body';
import type { ChainAnswer, ModelTry } from './model-chain';
import { stepKeyOf, type ModelCall } from './model-call';
import { auditOfCall, auditOfRefusals, ledgerOfLost, ledgerOfTries, triesForAudit, usageOfTries } from './record-call';
import { segmentBodyOf } from './segment-reply';
import { replyMessageId, stepMessages } from './step-messages';

export interface AnswerToCommit {
  call: ModelCall;
  agent: AgentConfig;
  prompt: ModelRequest;
  tools: readonly CatalogTool[];
  answer: ChainAnswer;
  checked: CheckedReply;
  tries: readonly ModelTry[];
  earlier: readonly EarlierAttempt[];
  untrusted: UntrustedUnion;
  load: Record<string, number> | undefined;
  /** The conversation's lease, given back with its answer. */
  lease: AgentLease;
  startedAt: string;
  finishedAt: string;
}

/** Words of the model that are not its output stay in history only while they are few. */
const saidBytesMax = 2_048;

/**
 * Everything one answer leaves behind, in ONE transaction: result, segment, audit, ledger, envelopes, bodies. When
 * another attempt was faster, its result stands and is returned; what this one cost is on record all the same.
 */
export async function commitAnswer(store: Store, input: AnswerToCommit, redact: Redactor): Promise<CallModelResult> {
  const { call, agent, answer, checked, tries, earlier, untrusted, load, lease, finishedAt: at } = input;
  const { request } = call;
  const output = checked.output === undefined ? null : keepBody(checked.output, at, inlineMaxOf(request));
  const said = checked.said === '' ? null : keepBody(checked.said, at, saidBytesMax);
  const found = {
    ...(output ? { output: output.body } : {}),
    ...(checked.toolCalls ? { toolCalls: checked.toolCalls } : {}),
    ...(checked.droppedCalls ? { droppedCalls: checked.droppedCalls } : {}),
    ...(checked.problems ? { problems: checked.problems } : {}),
    ...(said ? { said: said.body } : {}),
  };
  const body = segmentBodyOf(request.delta, found);
  const version = `${answer.provider}/${answer.reply?.resolvedModel ?? answer.config.model ?? 'unknown'}`;
  const result: CallModelResult = {
    head: segmentIdOf(request.parent, body),
    messageId: replyMessageId(call),
    ...found,
    usage: earlier.reduce((sum, { usage }) => addUsage(sum, usage), usageOfTries(tries)),
    model: version,
    untrusted: untrusted.set,
    auditHead: '',
    ...(load && { load }),
  };
  const blobs = bodiesOf(input, at);
  const lostModel = agent.models[0] ?? 'unknown';
  const {
    auditHead,
    committed,
    result: stands,
  } = await store.commitStep({
    run: call.run,
    result: { ...stepKeyOf(call, 0), inputDigest: call.inputDigest, body: result as unknown as Json, createdAt: at },
    segment: {
      parent: request.parent,
      run: call.run,
      path: request.path,
      step: request.step,
      body,
      untrustedSet: untrusted.set?.setId ?? null,
      createdAt: at,
    },
    audit: [
      auditOfCall(call, 'model-call', at, {
        ...auditBody(input, result),
        ...blobs.ids,
        ...(load && { load }),
        tries: triesForAudit(tries, redact),
      }),
      ...auditOfRefusals(call, found, at),
    ],
    ledger: [...ledgerOfLost(call, earlier, lostModel, at), ...ledgerOfTries(call, tries, version)],
    messages: stepMessages(call, agent, result, untrusted.set, at),
    blobs: [...blobs.inputs, ...[output?.blob, said?.blob].flatMap((blob) => blob ?? [])],
    blobRoot: call.root,
    untrusted: [untrusted],
    ...(output && { leaves: lease }),
  });
  if (committed) return { ...result, auditHead: auditHead.hash };
  if (stands?.inputDigest !== call.inputDigest) {
    throw new CadreError(
      'InternalError',
      `Two different requests were made for ${request.path} step ${request.step} of one run.`,
    );
  }
  return { ...(stands.body as unknown as CallModelResult), auditHead: auditHead.hash };
}

/** What the workflow itself reads must be in history. */
function inlineMaxOf({ role, inlineBytes = 0 }: CallModelRequest): number {
  if (role !== 'agent' && role !== 'synthesis') return limits.roleAnswerBytes;
  return Math.min(limits.roleAnswerBytes, Math.max(limits.inlineBodyBytes, inlineBytes));
}

/**
 * What an audit needs to show the call again, without a copy of the conversation in each step: the activity's request,
 * the tools as they were offered (stored once), the reply, and the digest of the whole prompt to check a rebuilt one by.
 */
function bodiesOf({ call, prompt, tools, answer }: AnswerToCommit, createdAt: string) {
  const asked = canonicalJson(call.request);
  const offered = canonicalJson(tools);
  const got = JSON.stringify(answer.reply ?? { unreadable: answer.unreadable });
  return {
    ids: { request: blobIdOf(asked), tools: blobIdOf(offered), prompt: digestOf(prompt), reply: blobIdOf(got) },
    inputs: [
      { content: asked, kind: 'request' as const, createdAt },
      { content: offered, kind: 'request' as const, createdAt },
      { content: got, kind: 'reply' as const, createdAt },
    ],
  };
}

function auditBody({ agent, answer, prompt, earlier, startedAt, finishedAt }: AnswerToCommit, result: CallModelResult) {
  const { temperature, seed } = answer.config;
  return {
    model: result.model,
    parameters: { temperature, seed, maxOutputTokens: prompt.maxOutputTokens },
    startedAt,
    finishedAt,
    usage: result.usage,
    lostAttempts: earlier.filter(({ lost }) => lost).map(({ attempt }) => attempt),
    messageId: result.messageId,
    segment: result.head,
    untrusted: result.untrusted?.setId ?? null,
    privacy: agent.privacy,
    finish: answer.reply?.finish ?? 'unreadable',
  };
}

import type { CallModelResult, ToolCall } from '../../contracts/activities';
import { addUsage, noUsage, type Usage } from '../../contracts/budget';
import { digestOf } from '../../contracts/digest';
import type { Json } from '../../contracts/json';
import type { AuditEntry, LedgerEntry } from '../stores';
import type { Redactor } from '../redact';
import type { EarlierAttempt } from './earlier-attempts';
import { stepKeyOf, type ModelCall } from './model-call';
import type { ModelTry } from './model-chain';

/** What all requests of an attempt cost together. */
export function usageOfTries(tries: readonly ModelTry[]): Usage {
  return tries.reduce((sum, { usage }) => (usage ? addUsage(sum, usage) : sum), noUsage);
}

/** Ledger rows of an attempt: one for each request that cost something or may have. */
export function ledgerOfTries(call: ModelCall, tries: readonly ModelTry[], version: string | null): LedgerEntry[] {
  return tries.flatMap(({ name, config, usage, failure, finishedAt }, index) => {
    if (!usage || usage.inputTokens + usage.outputTokens === 0) return [];
    const model = config ? `${config.provider}/${config.model ?? name}` : name;
    return [ledgerEntry(call, call.attempt, index, usage, model, failure ? null : version, finishedAt)];
  });
}

export function ledgerOfLost(
  call: ModelCall,
  earlier: readonly EarlierAttempt[],
  model: string,
  at: string,
): LedgerEntry[] {
  return earlier.flatMap(({ attempt, usage, lost }) =>
    lost ? [ledgerEntry(call, attempt, 0, usage, model, null, at)] : [],
  );
}

function ledgerEntry(
  call: ModelCall,
  attempt: number,
  index: number,
  usage: Usage,
  model: string,
  modelVersion: string | null,
  at: string,
): LedgerEntry {
  const { agent, path, step } = call.request;
  const { inputTokens, cachedInputTokens, outputTokens, usd } = usage;
  return {
    id: digestOf({ runId: call.runId, path, step, attempt, index }),
    run: call.run,
    root: call.root,
    agent,
    path,
    step,
    attempt,
    model,
    modelVersion,
    inputTokens,
    cachedInputTokens,
    outputTokens,
    usd,
    at,
  };
}

export function auditOfCall(call: ModelCall, action: string, at: string, body: Record<string, unknown>): AuditEntry {
  const { agent, path, step, role, message } = call.request;
  const inOrder = {
    path,
    step,
    role,
    attempt: call.attempt,
    runId: call.runId,
    sender: agent,
    recipient: message.recipient,
  };
  return {
    eventKey: `${action} ${stepName(call)} ${call.attempt}`,
    at,
    actor: agent,
    action,
    subject: `${path} step ${step}`,
    body: JSON.parse(JSON.stringify({ ...inOrder, ...body })) as Json,
  };
}

/** A row for every call that is not dispatched, and one for those beyond the cap (F31). */
export function auditOfRefusals(
  call: ModelCall,
  result: Pick<CallModelResult, 'toolCalls' | 'droppedCalls'>,
  at: string,
): AuditEntry[] {
  const refused = (result.toolCalls ?? []).filter(
    (toolCall): toolCall is ToolCall & { problem: string } => toolCall.problem !== undefined,
  );
  const rows = refused.map(({ ordinal, name, problem, argsDigest }): AuditEntry => ({
    eventKey: `tool-call-refused ${stepName(call)} ${call.attempt} ${ordinal}`,
    at,
    actor: call.request.agent,
    action: 'tool-call-refused',
    subject: name,
    body: { ordinal, problem, argsDigest },
  }));
  if (!result.droppedCalls) return rows;
  const dropped = { eventKey: `tool-calls-dropped ${stepName(call)} ${call.attempt}`, action: 'tool-calls-dropped' };
  return [
    ...rows,
    { ...dropped, at, actor: call.request.agent, subject: stepName(call), body: { count: result.droppedCalls } },
  ];
}

function stepName(call: ModelCall): string {
  return `${call.runId} ${call.request.path} ${call.request.step}`;
}

/** The tries as the audit shows them: no address, no key. */
export function triesForAudit(tries: readonly ModelTry[], redact: Redactor): Json {
  return tries.map(({ name, config, startedAt, finishedAt, failure }) => ({
    model: name,
    provider: config?.provider ?? null,
    startedAt,
    finishedAt,
    failure: failure ? { kind: failure.kind, message: redact(failure.message) } : null,
  }));
}

/** Marks an attempt that failed in good order, so that the next one knows what it cost. */
export function attemptMarker(call: ModelCall, usage: Usage, createdAt: string) {
  const body = usage as unknown as Json;
  return { ...stepKeyOf(call, call.attempt), inputDigest: call.inputDigest, body, createdAt };
}

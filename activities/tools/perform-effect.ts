import type { CallToolResult } from '../../contracts/activities';
import { CadreError, isFailureKind, toFailureRecord, type FailureKind } from '../../contracts/failures';
import { isJsonObject, type Json } from '../../contracts/json';
import type { ToolOutcome } from '../deps';
import type { Effect, Store } from '../stores';
import { keepResult } from './keep-result';
import { auditOfTool } from './tool-audit';
import type { CurrentCall } from './tool-call';

export interface EffectToPerform {
  store: Store;
  now: () => Date;
  call: CurrentCall;
  /** The tool takes the key, so a lost outcome may be asked for again. */
  keyed: boolean;
  invoke: (idempotencyKey: string) => Promise<ToolOutcome>;
  /** Fires on cancellation and kill switch: what is thrown after that says nothing about the effect. */
  signal: AbortSignal;
}

/**
 * Carries out an effect at most once (I4). The intent is on disk before the tool is called, the outcome after; an
 * intent without outcome means that an attempt was lost in between: the same key again where the tool takes one, else
 * `OutcomeUnknown`. A known outcome is returned without calling the tool.
 */
export async function performEffect(wanted: EffectToPerform): Promise<CallToolResult> {
  const { store, now, call, keyed } = wanted;
  const { key, workflowId, argsDigest, run } = call;
  const { tool } = call.request;
  const at = now().toISOString();
  const intent = { key, workflowId, tool, argsDigest, createdAt: at };
  const { fresh, effect } = await store.effects.begin(run, intent, [auditOfTool(call, 'tool-intent', at, { key })]);
  if (!fresh) {
    const known = await knownOutcome(wanted, effect);
    if (known) return known;
  }
  let outcome: ToolOutcome;
  try {
    outcome = await wanted.invoke(key);
  } catch (error) {
    throw await settleFailure(wanted, error, keyed);
  }
  return settle(wanted, outcome);
}

/** What an earlier attempt left: its result, or null when the tool is to be called (again, with the same key). */
async function knownOutcome(wanted: EffectToPerform, effect: Effect): Promise<CallToolResult | null> {
  const { store, now, call, keyed } = wanted;
  switch (effect.state) {
    case 'done':
      return storedResult(store, call, effect.result);
    case 'failed':
      if (isJsonObject(effect.result) && 'failure' in effect.result)
        throw storedFailure(effect.result['failure'] ?? null);
      return storedResult(store, call, effect.result);
    case 'unknown':
      throw unknownOutcome(call);
    case 'intent': {
      const at = now().toISOString();
      const audit = [auditOfTool(call, 'tool-intent', at, { key: call.key, again: effect.attempt + 1 })];
      if (!keyed) {
        await settleUnknown(wanted);
        throw unknownOutcome(call);
      }
      if (await store.effects.retry(call.run, call.key, effect.attempt, audit)) return null;
      const current = await store.effects.get(call.key);
      if (current && current.state !== 'intent') return knownOutcome(wanted, current);
      throw new CadreError('Overloaded', `Another attempt at ${call.request.tool} is under way.`, {
        retryAfterMs: 1_000,
      });
    }
  }
}

async function settle({ store, now, call }: EffectToPerform, outcome: ToolOutcome): Promise<CallToolResult> {
  const at = now().toISOString();
  const kept = await keepResult(store, call, outcome, at);
  const { auditHead, committed } = await store.commitStep({
    run: call.run,
    effect: {
      key: call.key,
      state: kept.result.isError ? 'failed' : 'done',
      result: kept.result as unknown as Json,
      settledAt: at,
    },
    audit: [
      auditOfTool(call, 'tool-outcome', at, {
        key: call.key,
        isError: kept.result.isError,
        result: kept.bodyDigest,
        bytes: kept.bytes,
      }),
    ],
    blobs: kept.blobs,
    blobRoot: call.root,
    artifacts: kept.artifacts,
    untrusted: [kept.untrusted],
  });
  if (committed) return { ...kept.result, auditHead: auditHead.hash };
  // Another attempt has settled the same key in the meantime; its outcome stands.
  const stands = await store.effects.get(call.key);
  return storedResult(store, call, stands?.result ?? null);
}

/** What a thrown error means for the effect: certainly not done, to be asked again with the key, or unknown. */
async function settleFailure(wanted: EffectToPerform, error: unknown, keyed: boolean): Promise<unknown> {
  const { store, now, call, signal } = wanted;
  const certain = !signal.aborted && CadreError.is(error) && error.kind !== 'OutcomeUnknown';
  if (!certain) {
    if (signal.aborted) {
      if (!keyed) await settleUnknown(wanted);
      return error;
    }
    if (keyed && !call.lastAttempt) return mayTryAgain(error);
    await settleUnknown(wanted);
    return CadreError.is(error) ? error : unknownOutcome(call);
  }
  const record = toFailureRecord(error);
  if (record.retryable && keyed && !call.lastAttempt) return error;
  const at = now().toISOString();
  await store.commitStep({
    run: call.run,
    effect: { key: call.key, state: 'failed', result: { failure: record as unknown as Json }, settledAt: at },
    audit: [auditOfTool(call, 'tool-outcome', at, { key: call.key, failure: record.kind })],
  });
  // Nothing has happened and the key is settled: to try again is a new call, not a new attempt.
  return record.retryable ? new CadreError('ToolFailed', error.message) : error;
}

async function settleUnknown({ store, now, call }: EffectToPerform): Promise<void> {
  const at = now().toISOString();
  await store.commitStep({
    run: call.run,
    effect: { key: call.key, state: 'unknown', result: null, settledAt: at },
    audit: [auditOfTool(call, 'tool-outcome', at, { key: call.key, outcome: 'unknown' })],
  });
}

/** The result of an effect that has ended before, without a look at the world as it is now; null when there is none. */
export async function finishedEffect(store: Store, call: CurrentCall): Promise<CallToolResult | null> {
  const effect = await store.effects.get(call.key);
  if (effect?.state !== 'done' && effect?.state !== 'failed') return null;
  return isJsonObject(effect.result) && 'failure' in effect.result ? null : storedResult(store, call, effect.result);
}

async function storedResult(store: Store, call: CurrentCall, result: Json): Promise<CallToolResult> {
  const { hash } = await store.audit.head(call.run);
  return { ...(result as unknown as Omit<CallToolResult, 'auditHead'>), auditHead: hash };
}

function storedFailure(failure: Json): CadreError {
  const record = isJsonObject(failure) ? failure : {};
  const { message } = record;
  const kind: FailureKind = isFailureKind(record['kind']) ? record['kind'] : 'ToolFailed';
  return new CadreError(
    kind === 'Overloaded' || kind === 'RateLimited' ? 'ToolFailed' : kind,
    typeof message === 'string' ? message : 'The call failed before.',
  );
}

function unknownOutcome({ request }: CurrentCall): CadreError {
  return new CadreError(
    'OutcomeUnknown',
    `Whether ${request.tool} took effect is not known: an attempt was lost while the tool ran, and the tool takes no key ` +
      'by which it could be asked again. Look at its target before doing it once more.',
  );
}

function mayTryAgain(error: unknown): CadreError {
  return new CadreError('Overloaded', `${toFailureRecord(error).message} The same call is made again with its key.`);
}

import { blobIdOf, segmentIdOf, type SegmentInput, type StepCommit } from '../../activities/stores';
import type { BoardWriter, MemoryWrite } from '../../activities/stores';
import type { AuditEntry, LedgerEntry, StoredMessage } from '../../activities/stores';
import { untrustedSetOf } from '../../contracts/untrusted';

export const at = '2026-01-01T00:00:00.000Z';

export function sampleSegment(
  run: string,
  parent: string | null,
  step: number,
  text = `said in ${step}`,
): SegmentInput {
  return {
    parent,
    run,
    path: 'agent',
    step,
    body: { delta: [{ text }], reply: { step } },
    untrustedSet: null,
    createdAt: at,
  };
}

export function sampleAudit(eventKey: string, subject = 'step'): AuditEntry {
  return { eventKey, at, actor: 'jira', action: 'model-call', subject, body: { tokens: 12, cost: 0.1 } };
}

export function sampleLedger(id: string, run: string, fields: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    id,
    run,
    root: run,
    agent: 'jira',
    path: 'agent',
    step: 1,
    attempt: 1,
    model: 'openai/gpt',
    modelVersion: null,
    inputTokens: 100,
    cachedInputTokens: 10,
    outputTokens: 5,
    usd: 0.25,
    at,
    ...fields,
  };
}

export function sampleMessage(id: string, run: string): StoredMessage {
  return {
    id,
    run,
    type: 'result',
    sender: 'jira',
    recipient: 'chief',
    correlationId: 'root#1',
    causationId: null,
    path: ['chief', 'jira'],
    depth: 1,
    payload: { inline: { found: 3, words: 'Grüße, 漢字 🙂' } },
    schema: 'tickets',
    untrusted: untrustedSetOf(['mail:1']),
    sentAt: at,
    signature: null,
  };
}

/** Names of everything that `sampleStep` writes, so that a test can look for each of them. */
export function sampleStepNames(run: string, name: string, index: number) {
  const id = `${run}/${name}/${index}`;
  const segment = sampleSegment(run, null, index, id);
  return {
    key: { runId: run, path: name, step: index, kind: 'model' as const, ordinal: 0 },
    segment: segmentIdOf(segment.parent, segment.body),
    message: `${id}/message`,
    ledger: `${id}/1`,
    request: blobIdOf(`request ${id}`),
    reply: blobIdOf(`reply ${id}`),
    eventKey: `${name}/${index}`,
  };
}

/** A step with eight rows: result, segment, message, ledger, two blobs, audit and the head of its chain. */
export function sampleStep(run: string, name: string, index: number): StepCommit {
  const id = `${run}/${name}/${index}`;
  const names = sampleStepNames(run, name, index);
  return {
    run,
    result: { ...names.key, inputDigest: `digest ${id}`, body: { text: id }, createdAt: at },
    segment: sampleSegment(run, null, index, id),
    audit: [sampleAudit(names.eventKey)],
    ledger: [sampleLedger(names.ledger, run)],
    messages: [sampleMessage(names.message, run)],
    blobs: [
      { content: `request ${id}`, kind: 'request', createdAt: at },
      { content: `reply ${id}`, kind: 'reply', createdAt: at },
    ],
  };
}

const nothing = { set: null, statement: null };

export function memoryWrite(key: string, value: MemoryWrite['value'], over: Partial<MemoryWrite> = {}): MemoryWrite {
  return {
    namespace: 'team',
    key,
    value,
    tags: ['facts'],
    private: false,
    provenance: { agent: 'jira', run: 'run/1', root: 'run/1', path: 'jira', step: 1 },
    untrusted: nothing,
    expectedVersion: 0,
    ttlMs: null,
    callKey: `${key} ${JSON.stringify(value)}`,
    now: new Date(at),
    ...over,
  };
}

export function boardWriter(agent: string, callKey: string, over: Partial<BoardWriter> = {}): BoardWriter {
  return { agent, run: 'run/1', path: agent, step: 1, callKey, untrusted: nothing, private: false, at, ...over };
}

import type { CallToolResult } from '../../contracts/activities';
import type { Body } from '../../contracts/body';
import { CadreError } from '../../contracts/failures';
import type { Json } from '../../contracts/json';
import { limits } from '../../contracts/limits';
import type { UntrustedSet } from '../../contracts/untrusted';
import type { ToolOutcome } from '../deps';
import { blobIdOf, type Artifact, type BlobInput, type Store, type UntrustedUnion } from '../stores';
import { canonicalJson } from '../stores/canonical-json';
import { depthOf } from './json-depth';
import type { CurrentCall } from './tool-call';
import { toolLimits } from './tool-limits';
import { errorValue } from './tool-source';

/** A result ready for one transaction: what the workflow gets, and the rows behind it. */
export interface KeptResult {
  result: Omit<CallToolResult, 'auditHead'>;
  bodyDigest: string;
  bytes: number;
  blobs: BlobInput[];
  artifacts: Artifact[];
  untrusted: UntrustedUnion;
}

const headChars = 300;

/**
 * Moves a result's bodies to the store: the value always (under the digest of its canonical JSON, by which the next
 * delta names it), inline as well up to `limits.inlineBodyBytes`. Beyond `limits.toolResultBytes` it is cut, with a
 * notice in its place: the tool has run, once (F34). The result carries the untrusted sources of what the call was
 * made from and of what it found (I8).
 */
export async function keepResult(
  store: Store,
  call: CurrentCall,
  outcome: ToolOutcome,
  createdAt: string,
): Promise<KeptResult> {
  const { value, content, isError } = bounded(outcome);
  const bytes = Buffer.byteLength(content);
  const id = blobIdOf(content);
  const shown = typeof value === 'string' ? value : content;
  const body: Body =
    bytes <= limits.inlineBodyBytes ? { inline: value } : { blob: id, bytes, head: shown.slice(0, headChars) };
  const untrusted = await unionOf(store, call.request.untrusted, outcome.sources);
  const { agent, path } = call.request;
  const kept = (outcome.artifacts ?? []).map(({ name, mime, body: artifactBody }) => {
    const blob: BlobInput = { content: artifactBody, kind: 'artifact', createdAt };
    const about = { name, blob: blobIdOf(artifactBody), mime, bytes: artifactBody.byteLength, agent };
    return { blob, ref: about, row: { ...about, run: call.run, path, createdAt } satisfies Artifact };
  });
  return {
    result: {
      body,
      isError,
      untrusted: untrusted.set,
      ...(kept.length > 0 ? { artifacts: kept.map(({ ref }) => ref) } : {}),
    },
    bodyDigest: id,
    bytes,
    blobs: [{ content, kind: 'body', createdAt }, ...kept.map(({ blob }) => blob)],
    artifacts: kept.map(({ row }) => row),
    untrusted,
  };
}

function bounded({ value, isError }: ToolOutcome): { value: Json; content: string; isError: boolean } {
  if (depthOf(value, toolLimits.resultDepth) > toolLimits.resultDepth) {
    const message = `The result is nested deeper than ${toolLimits.resultDepth} levels and was dropped. The call was carried out.`;
    const dropped = errorValue('PayloadTooLarge', message);
    return { value: dropped, content: canonicalJson(dropped), isError: true };
  }
  const content = canonicalJson(value);
  const bytes = Buffer.byteLength(content);
  if (bytes <= limits.toolResultBytes) return { value, content, isError };
  const message = `The result has ${bytes} bytes; ${limits.toolResultBytes} are kept at most. The call was carried out, and this is its beginning.`;
  const cut = errorValue('PayloadTooLarge', message, { head: content.slice(0, limits.resultHeadBytes) });
  return { value: cut, content: canonicalJson(cut), isError: true };
}

async function unionOf(store: Store, set: UntrustedSet | null, sources: readonly string[]): Promise<UntrustedUnion> {
  try {
    return await store.untrusted.planUnion([set], sources);
  } catch (error) {
    if (!CadreError.is(error) || error.kind !== 'BlobMissing' || !set) throw error;
    // A store that was lost knows no lists. What was untrusted stays so, by its sample and the id of the set.
    return store.untrusted.planUnion([], [...sources, ...set.sample, `set ${set.setId}`]);
  }
}

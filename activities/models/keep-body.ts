import type { Body } from '../../contracts/body';
import { namedBodyBytes } from '../../contracts/body';
import type { Json } from '../../contracts/json';
import { limits } from '../../contracts/limits';
import { blobIdOf, type BlobInput } from '../stores';
import { canonicalJson } from '../stores/canonical-json';

const headLength = 300;

export interface KeptBody {
  body: Body;
  /** The blob to be written in the step's transaction; absent when nobody will ask for it by id. */
  blob?: BlobInput;
}

/**
 * A value on its way into history: inline up to `inlineMax` bytes of JSON, else a blob and its beginning (F29). What is
 * inline but not tiny is a blob as well: the next delta names it instead of repeating it (I2). The id is the digest of
 * the canonical form, so that the workflow can tell it from the value alone.
 */
export function keepBody(value: Json, createdAt: string, inlineMax: number = limits.inlineBodyBytes): KeptBody {
  const content = canonicalJson(value);
  const bytes = Buffer.byteLength(content);
  if (bytes <= namedBodyBytes && bytes <= inlineMax) return { body: { inline: value } };
  const blob: BlobInput = { content, kind: 'body', createdAt };
  if (bytes <= inlineMax) return { body: { inline: value }, blob };
  const head = (typeof value === 'string' ? value : content).slice(0, headLength);
  return { body: { blob: blobIdOf(content), bytes, head }, blob };
}

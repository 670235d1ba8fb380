import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { CadreError } from '../../contracts/failures';

/** The RFC 8785 text of a JSON value: stored as it is, so that a digest over it can be checked without parsing. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new CadreError('InternalError', 'A value without a JSON form was given to the store.');
  return text;
}

/** `sha256:<hex>` over bytes or UTF-8 text. The native hash: bodies here are megabytes (same result as contracts/digest). */
export function digestOfBytes(content: Uint8Array | string): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

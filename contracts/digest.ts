import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils';
import canonicalize from 'canonicalize';

// Pure JavaScript on purpose: the workflow sandbox has no `crypto`, and the same digest must come out on both sides.

/** SHA-256 of a text's UTF-8 bytes, 64 lower-case hex digits. */
export function sha256Hex(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

/** `sha256:<hex>` over the RFC 8785 (JCS) form of a JSON value; `undefined` members are left out, as JSON does. */
export function digestOf(value: unknown): string {
  const text = canonicalize(value === undefined ? null : value);
  if (text === undefined) throw new TypeError('digestOf: the value has no JSON form.');
  return `sha256:${sha256Hex(text)}`;
}

/** The first `length` hex digits of a digest, for ids and for people. */
export function shortDigest(digest: string, length = 8): string {
  return digest.replace(/^sha256:/, '').slice(0, length);
}

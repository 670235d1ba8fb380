import { digestOf, shortDigest } from './digest';
import type { JsonObject } from './json';

/** Sixteen digits: two calls that meet in them are asked about once too often, and nothing worse. */
const keyDigits = 16;

/**
 * How a plan names a tool node that the run's own input brought along: by its tool and its arguments before templates
 * are filled in, whatever agent it names. A call that a caller wrote is no call of the registered team (I9).
 */
export function givenCallKey(node: { tool: string; args?: JsonObject }): string {
  return shortDigest(digestOf({ tool: node.tool, args: node.args ?? {} }), keyDigits);
}

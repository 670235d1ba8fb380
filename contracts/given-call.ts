import { digestOf, shortDigest } from './digest';
import { isJsonObject, type Json, type JsonObject } from './json';

/** Sixteen digits: two calls that meet in them are asked about once too often, and nothing worse. */
const keyDigits = 16;

/**
 * How a tool node is known again, whatever agent it names: by its tool and its arguments before templates are filled in.
 * A call that a caller wrote is no call of the registered team (I9).
 */
export function callKey(node: { tool: string; args?: JsonObject }): string {
  return shortDigest(digestOf({ tool: node.tool, args: node.args ?? {} }), keyDigits);
}

/** Keys of all tool nodes in a value, wherever a pattern may hold them; whatever looks like one counts. */
export function callKeysIn(value: Json, keys = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const member of value) callKeysIn(member, keys);
  else if (isJsonObject(value)) {
    const { tool, args = {} } = value;
    if (typeof tool === 'string' && isJsonObject(args)) keys.add(callKey({ tool, args }));
    for (const member of Object.values(value)) callKeysIn(member, keys);
  }
  return keys;
}

import { CadreError } from '../../contracts/failures';
import { isJsonObject, type Json, type JsonObject } from '../../contracts/json';
import { limits } from '../../contracts/limits';
import type { RunBlobs } from '../stores';

/**
 * Puts the body in place of `{"$blob": id}` or, with `"$path": "sections"`, one member of it: a composition passes large
 * outputs on by reference, and an approval's digest binds the reference, which is the digest of the content. A model can
 * write such an object into its answer as well, so only bodies of the same tree of runs are filled in: else `ToolFailed`.
 */
export async function fillBlobs(blobs: Pick<RunBlobs, 'getText' | 'head'>, args: JsonObject): Promise<JsonObject> {
  return (await fill(blobs, args)) as JsonObject;
}

async function fill(blobs: Pick<RunBlobs, 'getText' | 'head'>, value: Json): Promise<Json> {
  if (Array.isArray(value)) return Promise.all(value.map((member) => fill(blobs, member)));
  if (!isJsonObject(value)) return value;
  if (typeof value['$blob'] === 'string') return body(blobs, value['$blob'], value['$path']);
  const filled = await Promise.all(
    Object.entries(value).map(async ([key, member]) => [key, await fill(blobs, member)] as const),
  );
  return Object.fromEntries(filled);
}

async function body(blobs: Pick<RunBlobs, 'getText' | 'head'>, id: string, path: Json | undefined): Promise<Json> {
  const head = await blobs.head(id);
  if (head && head.bytes > limits.toolResultBytes) {
    throw new CadreError(
      'PayloadTooLarge',
      `The body ${id} has ${head.bytes} bytes; a tool takes at most ${limits.toolResultBytes}.`,
    );
  }
  let value = JSON.parse(await blobs.getText(id)) as Json;
  for (const key of typeof path === 'string' ? path.split('.') : []) {
    const member: Json | undefined = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    if (member === undefined)
      throw new CadreError(
        'ToolFailed',
        `The output handed on has no member "${typeof path === 'string' ? path : key}".`,
      );
    value = member;
  }
  return value;
}

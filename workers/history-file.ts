import { readFile, stat } from 'node:fs/promises';

import type { HistoryAndWorkflowId } from '@temporalio/client';

import { CadreError } from '../contracts/failures';
import { isJsonObject, type Json, type JsonObject } from '../contracts/json';

/** The server keeps no more than 50 MB of a history; as JSON with base64 inside it is larger. */
const fileBytesMax = 200 * 1024 * 1024;

/**
 * Reads a history as `temporal workflow show --output json` writes it. Throws `InvalidInput` with a sentence for
 * anything else, above all for a download of the Temporal UI with decoded payloads, which nothing can replay.
 */
export async function readHistoryFile(file: string): Promise<HistoryAndWorkflowId> {
  const events = eventsIn(parse(await textOf(file), file), file);
  const started = events[0]?.['workflowExecutionStartedEventAttributes'];
  if (!isJsonObject(started)) {
    throw fault(file, 'does not begin with the start of a workflow', 'Export the whole history of a run.');
  }
  if (hasDecodedPayload(started)) {
    throw fault(
      file,
      'holds decoded payloads, as the Temporal UI writes them when "Decode Event History" is on; the original bytes are lost',
      'Download it again with that switched off.',
    );
  }
  // Older servers do not write the id into the first event; it matters only to runs that derived something from it.
  const workflowId = typeof started['workflowId'] === 'string' ? started['workflowId'] : 'unknown';
  return { workflowId, history: { events } };
}

async function textOf(file: string): Promise<string> {
  const size = await stat(file).then(
    (info) => info.size,
    () => undefined,
  );
  if (size === undefined) throw fault(file, 'cannot be read', 'Give a file that exists.');
  if (size > fileBytesMax)
    throw fault(file, `is larger than ${fileBytesMax / 1024 / 1024} MiB`, 'That is no history of one run.');
  return readFile(file, 'utf8');
}

function parse(text: string, file: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw fault(file, `is not JSON (${(error as Error).message})`);
  }
}

function eventsIn(value: Json, file: string): JsonObject[] {
  const holder = isJsonObject(value) && isJsonObject(value['history']) ? value['history'] : value;
  const list = Array.isArray(holder) ? holder : isJsonObject(holder) ? holder['events'] : undefined;
  if (!Array.isArray(list) || list.length === 0 || !list.every(isJsonObject)) {
    throw fault(file, 'holds no list of history events');
  }
  return list;
}

/** A payload as the server keeps it has `data` in base64, or at least `metadata`; a decoded one is the value itself. */
function hasDecodedPayload(started: JsonObject): boolean {
  const input = started['input'];
  const payloads = isJsonObject(input) ? input['payloads'] : input;
  if (!Array.isArray(payloads)) return false;
  return payloads.some((payload) => !isJsonObject(payload) || !isJsonObject(payload['metadata']) || !isRaw(payload));
}

function isRaw(payload: JsonObject): boolean {
  const { metadata, data } = payload;
  const encoding = isJsonObject(metadata ?? null) ? (metadata as JsonObject)['encoding'] : undefined;
  // In the raw form the encoding's name is base64 as well: `json/plain` itself only stands in a decoded file.
  return typeof encoding === 'string' && !encoding.includes('/') && (data === undefined || typeof data === 'string');
}

function fault(file: string, what: string, next = ''): CadreError {
  const how = `Write one with: npx cadre temporal workflow show --workflow-id ID --output json > ${file}`;
  return new CadreError('InvalidInput', `${file} ${what}. ${next}${next ? ' ' : ''}${how}`);
}

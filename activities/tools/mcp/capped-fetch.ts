import type { FetchLike } from '@modelcontextprotocol/client';
import { isJsonObject } from '../../../contracts/json';
import { droppedAnswerMessage } from './answer-too-large';
import { toolLimits } from '../tool-limits';

/**
 * `fetch` for one MCP server: only its own origin is ever called, and an answer over `maxBytes` is dropped while it
 * is read. In its place the waiting call gets an error of its own; other calls and the session go on.
 */
export function cappedFetch(origin: string, maxBytes: number): FetchLike {
  return async (url, init) => {
    if (new URL(url).origin !== origin)
      throw new Error(`A request to ${new URL(url).origin} was refused: only ${origin} is configured.`);
    const response = await fetch(url, init);
    const id = requestId(init?.body);
    if (!response.body) return response;
    const isStream = response.headers.get('content-type')?.includes('text/event-stream') ?? false;
    const capped = response.body.pipeThrough(isStream ? capEvents(maxBytes, id) : capWhole(maxBytes, id));
    const { status, statusText } = response;
    const headers = new Headers(response.headers);
    headers.delete('content-length');
    headers.delete('content-encoding');
    return new Response(capped, { status, statusText, headers });
  };
}

function requestId(body: unknown): string | number | undefined {
  if (typeof body !== 'string') return undefined;
  try {
    const message: unknown = JSON.parse(body);
    const id = isJsonObject(message) ? message['id'] : undefined;
    return typeof id === 'string' || typeof id === 'number' ? id : undefined;
  } catch {
    return undefined;
  }
}

type Controller = TransformStreamDefaultController<Uint8Array>;

/** A body that is one JSON message: held up to the cap, replaced beyond it. */
function capWhole(maxBytes: number, id: string | number | undefined): TransformStream<Uint8Array, Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  return new TransformStream({
    transform(chunk, controller) {
      chunks.push(chunk);
      bytes += chunk.byteLength;
      if (bytes <= maxBytes) return;
      enqueueText(controller, JSON.stringify(replacement(chunks, bytes, maxBytes, id)));
      controller.terminate();
    },
    flush(controller) {
      if (bytes <= maxBytes) for (const chunk of chunks) controller.enqueue(chunk);
    },
  });
}

/** A stream of events: each whole event passes; one beyond the cap is replaced and ends the stream. */
function capEvents(maxBytes: number, id: string | number | undefined): TransformStream<Uint8Array, Uint8Array> {
  let held: Uint8Array[] = [];
  let bytes = 0;
  return new TransformStream({
    transform(chunk, controller) {
      const end = Math.max(lastEventEnd(chunk), separatorRest(held.at(-1), chunk));
      if (end > 0) {
        for (const part of [...held, chunk.subarray(0, end)]) controller.enqueue(part);
        held = [];
        bytes = 0;
      }
      const rest = chunk.subarray(Math.max(end, 0));
      held.push(rest);
      bytes += rest.byteLength;
      if (bytes <= maxBytes) return;
      enqueueText(controller, `event: message\ndata: ${JSON.stringify(replacement(held, bytes, maxBytes, id))}\n\n`);
      controller.terminate();
    },
    flush(controller) {
      for (const part of held) controller.enqueue(part);
    },
  });
}

/** Length of the rest of a separator (`\n\n`, `\r\n\r\n`) that the chunk before began; -1 for none. */
function separatorRest(before: Uint8Array | undefined, chunk: Uint8Array): number {
  if (!before || before.byteLength === 0) return -1;
  const seam = Buffer.concat([before.subarray(-3), chunk.subarray(0, 3)]);
  const end = lastEventEnd(seam) - Math.min(3, before.byteLength);
  return end > 0 ? end : -1;
}

/** Offset behind the last empty line of a chunk. */
function lastEventEnd(chunk: Uint8Array): number {
  const text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  const plain = text.lastIndexOf('\n\n');
  const returns = text.lastIndexOf('\r\n\r\n');
  return Math.max(plain < 0 ? -1 : plain + 2, returns < 0 ? -1 : returns + 4);
}

function replacement(
  chunks: readonly Uint8Array[],
  bytes: number,
  max: number,
  id: string | number | undefined,
): object {
  const head = Buffer.concat(chunks).subarray(0, toolLimits.answerHeadBytes).toString('utf8');
  if (id !== undefined) return droppedAnswerMessage(id, { bytes, max, head });
  return {
    jsonrpc: '2.0',
    method: 'notifications/message',
    params: { level: 'error', data: 'A message was too large.' },
  };
}

const enqueueText = (controller: Controller, text: string): void => controller.enqueue(Buffer.from(text, 'utf8'));

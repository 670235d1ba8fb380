import { CadreError } from '../../contracts/failures';

export type Fetch = typeof globalThis.fetch;

/** A reply larger than this is not read to its end (F29). */
export const responseBytesMax = 10_000_000;

/**
 * The `fetch` of one model call. It lets exactly one request out, so that no layer below can retry or continue on its
 * own (F25), follows no redirect, cuts the reply at `responseBytesMax`, and reports each chunk as proof of life.
 */
export function guardedFetch(fetch: Fetch, onBytes: (bytes: number) => void, where: string): Fetch {
  let sent = false;
  return async (input, init) => {
    if (sent) {
      throw new CadreError(
        'InternalError',
        `A second request was about to leave for one call of ${where}; it was stopped.`,
      );
    }
    sent = true;
    const response = await fetch(input, { ...init, redirect: 'error' });
    if (!response.body) return response;
    // The body of an error is no part of an answer.
    const report = response.ok ? onBytes : () => undefined;
    return new Response(guardedBody(response.body, init?.signal ?? null, report, where), response);
  };
}

/**
 * Passes a body on, counted. Aborting cancels the reader by our own hand: Node's `fetch` holds its request only weakly
 * once the headers are there, and after a garbage collection an abort no longer reaches the socket (seen on Node 20).
 */
function guardedBody(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal | null,
  report: (bytes: number) => void,
  where: string,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const hangUp = (reason: unknown): Promise<void> => reader.cancel(reason).catch(() => undefined);
  let received = 0;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const onAbort = (): void => {
        controller.error(signal?.reason);
        void hangUp(signal?.reason);
      };
      if (signal?.aborted) onAbort();
      else signal?.addEventListener('abort', onAbort, { once: true });
    },
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) return controller.close();
      received += value.byteLength;
      report(received);
      if (received <= responseBytesMax) return controller.enqueue(value);
      const fault = tooLarge(where);
      controller.error(fault);
      await hangUp(fault);
    },
    cancel: hangUp,
  });
}

function tooLarge(where: string): CadreError {
  const mega = responseBytesMax / 1_000_000;
  return new CadreError(
    'MalformedOutput',
    `The answer of ${where} is larger than ${mega} MB and was cut off; it is not used.`,
  );
}

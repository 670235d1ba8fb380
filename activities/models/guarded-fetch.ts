import { CadreError } from '../../contracts/failures';

export type Fetch = typeof globalThis.fetch;

/** A reply larger than this is not read to its end (F29). */
export const responseBytesMax = 10_000_000;

/**
 * The `fetch` of one model call. It lets exactly one request out, so that no layer below can retry or continue on its
 * own (F25), cuts the reply at `responseBytesMax`, and reports each chunk as proof of life.
 */
export function guardedFetch(fetch: Fetch, onBytes: (bytes: number) => void, where: string): Fetch {
  let sent = false;
  return async (input, init) => {
    if (sent) {
      throw new CadreError('InternalError', `A second request was about to leave for one call of ${where}; it was stopped.`);
    }
    sent = true;
    const response = await fetch(input, { ...init, redirect: 'error' });
    if (!response.body) return response;
    let received = 0;
    const counted = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          received += chunk.byteLength;
          if (received > responseBytesMax) controller.error(tooLarge(where));
          else controller.enqueue(chunk);
          // The body of an error is no part of an answer.
          if (response.ok) onBytes(received);
        },
      }),
    );
    return new Response(counted, response);
  };
}

function tooLarge(where: string): CadreError {
  const mega = responseBytesMax / 1_000_000;
  return new CadreError('MalformedOutput', `The answer of ${where} is larger than ${mega} MB and was cut off; it is not used.`);
}

import { setImmediate as nextTurn } from 'node:timers/promises';

const sliceMs = 20;

/**
 * Lets the event loop run every 20 ms of parsing, so that heartbeats are sent and a cancellation arrives (I10).
 * Await the returned function after each record; it throws the signal's reason once it is aborted.
 */
export function createPacer(signal?: AbortSignal): () => Promise<void> | undefined {
  let sliceEnd = performance.now() + sliceMs;
  return () => {
    if (performance.now() < sliceEnd) return undefined;
    return nextTurn().then(() => {
      signal?.throwIfAborted();
      sliceEnd = performance.now() + sliceMs;
    });
  };
}

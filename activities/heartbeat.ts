import { Context } from '@temporalio/activity';

export interface KeepAliveOptions {
  /** Read while the work runs (kill switch); what it throws aborts the work and is thrown instead. */
  check?: () => Promise<void>;
  /** Put into the heartbeat, for people who look at a pending activity. */
  details?: () => unknown;
}

/** Well under the throttle of the worker (400 ms), so that a cancellation is seen within the next beat (I10). */
const beatMs = 380;
const checkMs = 350;

/**
 * Runs `work` with heartbeats and a signal that ends it. The first beat comes only after the first interval: short
 * calls cost none. The signal fires when the activity is cancelled, times out, or `check` objects.
 */
export async function keepAlive<T>(
  work: (signal: AbortSignal) => Promise<T>,
  options: KeepAliveOptions = {},
): Promise<T> {
  const context = Context.current();
  const stop = new AbortController();
  const onCancel = (): void => stop.abort(context.cancellationSignal.reason);
  if (context.cancellationSignal.aborted) onCancel();
  else context.cancellationSignal.addEventListener('abort', onCancel, { once: true });

  let objection: unknown;
  let checking = false;
  const look = async (check: () => Promise<void>): Promise<void> => {
    if (checking || stop.signal.aborted) return;
    checking = true;
    try {
      await check();
    } catch (error) {
      objection = error;
      stop.abort(error);
    } finally {
      checking = false;
    }
  };
  const { check } = options;
  const beat = setInterval(() => context.heartbeat(options.details?.()), beatMs);
  const watch = check ? setInterval(() => void look(check), checkMs) : undefined;
  try {
    return await work(stop.signal);
  } catch (error) {
    throw objection ?? error;
  } finally {
    clearInterval(beat);
    clearInterval(watch);
    context.cancellationSignal.removeEventListener('abort', onCancel);
  }
}

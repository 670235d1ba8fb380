import { CadreError } from '../../contracts/failures';
import type { ModelCallOptions } from '../../contracts/model';
import { markCostly } from './costly';

/** A deadline and the caller's signal as one signal, and a race, since not every layer below heeds a signal. */
export function callDeadline({ signal, timeoutMs }: ModelCallOptions, where: string) {
  const controller = new AbortController();
  let missed: CadreError | null = null;
  let fail: (reason: unknown) => void = () => undefined;
  const stopped = new Promise<never>((_, reject) => (fail = reject));
  stopped.catch(() => undefined);
  const stop = (reason: unknown): void => {
    controller.abort(reason);
    fail(reason);
  };
  const onAbort = (): void => stop(signal.reason);
  const timer = setTimeout(() => {
    const seconds = Math.round(timeoutMs / 100) / 10;
    missed = markCostly(new CadreError('Overloaded', `${where} did not finish its answer within ${seconds} seconds.`));
    stop(missed);
  }, timeoutMs);
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    race: <T>(work: Promise<T>): Promise<T> => {
      work.catch(() => undefined);
      return Promise.race([work, stopped]);
    },
    missed: () => missed,
    end: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      // Closes the socket of a reply that was left unread.
      if (!controller.signal.aborted) controller.abort();
    },
  };
}

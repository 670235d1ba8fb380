import { setTimeout as sleep } from 'node:timers/promises';

import type { Logger } from 'pino';

import type { OutboxEntry, Store } from '../activities/stores';
import { CadreError, failures } from '../contracts/failures';

export interface OutboxRelayOptions {
  outbox: Store['outbox'];
  /** Rejects when it could not be sent; it is tried again then. */
  send: (entry: OutboxEntry) => Promise<void>;
  log: Logger;
  now?: () => Date;
  /** How long an empty outbox is left alone. */
  everyMs?: number;
}

export interface OutboxRelay {
  close(): Promise<void>;
}

const everyMsDefault = 500;
const longestMs = 15_000;
const batch = 100;
/** Without any relay for so long, the outbox fills no more (I5). */
const leaseMs = 7 * 24 * 3600_000;
const renewEveryMs = 3600_000;
/** What was sent is kept for so long, for whoever asks. */
const keptMs = 24 * 3600_000;

/**
 * Empties the outbox for as long as it runs: at least once, in order, with the entry's id for whoever wants to tell a
 * second time from the first. Several relays may run; they send more, never less.
 */
export async function startOutboxRelay(options: OutboxRelayOptions): Promise<OutboxRelay> {
  const { outbox, now = () => new Date() } = options;
  const renew = (): Promise<void> => outbox.keepOpen(new Date(now().getTime() + leaseMs).toISOString());
  // Awaited: what is published after the start is in the outbox.
  await renew();
  const closing = new AbortController();
  const done = relay(options, renew, closing.signal);
  return {
    close: async () => {
      closing.abort();
      await done;
    },
  };
}

async function relay(options: OutboxRelayOptions, renew: () => Promise<void>, signal: AbortSignal): Promise<void> {
  const { outbox, log, now = () => new Date(), everyMs = everyMsDefault } = options;
  let renewedAtMs = now().getTime();
  let waitMs = everyMs;
  while (!signal.aborted) {
    try {
      if (now().getTime() - renewedAtMs > renewEveryMs) {
        await renew();
        await outbox.prune(new Date(now().getTime() - keptMs).toISOString());
        renewedAtMs = now().getTime();
      }
      const sent = await drain(options, signal);
      waitMs = everyMs;
      if (sent === batch) continue;
    } catch (error) {
      waitMs = Math.min(longestMs, waitMs * 2);
      log.warn({ err: error, waitMs }, 'The outbox could not be sent; it is tried again.');
    }
    await sleep(waitMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Sends what is there, one after another; what was sent before a failure counts as sent. */
async function drain(options: OutboxRelayOptions, signal: AbortSignal): Promise<number> {
  const { outbox, send, log, now = () => new Date() } = options;
  const sent: string[] = [];
  try {
    for (const entry of await outbox.pending(batch)) {
      if (signal.aborted) break;
      await send(entry).catch((error: unknown) => {
        if (!CadreError.is(error) || failures[error.kind].retryable) throw error;
        // It would never go, and everything behind it would wait with it.
        log.error(
          { err: error, subject: entry.subject, id: entry.id },
          'An entry of the outbox cannot be sent; left out.',
        );
      });
      sent.push(entry.id);
    }
  } finally {
    await outbox.markSent(sent, now().toISOString());
  }
  return sent.length;
}

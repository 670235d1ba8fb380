import { createHash } from 'node:crypto';

import { replayWindowMs } from './webhook-signature';

const rememberedMax = 50_000;

/**
 * The deliveries that may still be replayed: within the time in which a signature counts, an id stands for one event.
 * Held by this process; beyond it, the id of the event itself keeps a second one from being published to the same team.
 */
export class RecentDeliveries {
  private readonly known = new Map<string, { digest: string; atMs: number }>();

  /** False when the id came before with something else. The same again is fine: senders do that when no answer came. */
  admit(id: string, content: string, nowMs: number): boolean {
    const digest = createHash('sha256').update(content).digest('base64');
    const before = this.known.get(id);
    if (before) return before.digest === digest;
    this.forget(nowMs);
    this.known.set(id, { digest, atMs: nowMs });
    return true;
  }

  /** Oldest first; a timestamp may be ahead of us by as much as behind. */
  private forget(nowMs: number): void {
    for (const [id, { atMs }] of this.known) {
      if (nowMs - atMs <= 2 * replayWindowMs && this.known.size < rememberedMax) break;
      this.known.delete(id);
    }
  }
}

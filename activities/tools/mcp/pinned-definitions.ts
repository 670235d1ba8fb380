import type { ToolPins } from '../../stores/tool-pins';
import { toolLimits } from '../tool-limits';

/**
 * Definitions fixed at first use (F38): what a server says of a tool afterwards must be what it said then. A mismatch
 * is looked up again after a while, because a person may have accepted the change meanwhile.
 */
export class PinnedDefinitions {
  private readonly good = new Set<string>();
  private readonly bad = new Map<string, { digest: string; untilMs: number }>();

  constructor(
    private readonly pins: Pick<ToolPins, 'pin'>,
    private readonly now: () => Date,
  ) {}

  /** The digest that is pinned when it differs from `digest`; null when they agree (or this is the first use). */
  async mismatch(server: string, tool: string, digest: string): Promise<string | null> {
    const key = `${server}\n${tool}\n${digest}`;
    if (this.good.has(key)) return null;
    const known = this.bad.get(key);
    if (known && performance.now() < known.untilMs) return known.digest;
    const pin = await this.pins.pin({
      server,
      tool,
      digest,
      pinnedAt: this.now().toISOString(),
      pinnedBy: 'first use',
    });
    if (pin.digest === digest) {
      this.bad.delete(key);
      this.good.add(key);
      return null;
    }
    this.bad.set(key, { digest: pin.digest, untilMs: performance.now() + toolLimits.pinRecheckMs });
    return pin.digest;
  }
}

import type { RunClock } from './run-clock';

/**
 * The time of a meeting: workflow time (I3), without what the run stood still for a person or a pause (contract §2). No
 * timer: it is looked at between turns, and bounds each call from within.
 */
export class MeetingClock {
  readonly startedAt: number;
  readonly stoppedBefore: number;

  /** `began`: when it did, in a run that this one continues. */
  constructor(
    private readonly runClock: RunClock,
    readonly durationMs: number,
    began: { startedAt: number; stoppedBefore: number } | null = null,
  ) {
    this.startedAt = began?.startedAt ?? Date.now();
    this.stoppedBefore = began?.stoppedBefore ?? runClock.stoppedForMs;
  }

  leftMs(): number {
    const stopped = this.runClock.stoppedForMs - this.stoppedBefore;
    return Math.max(0, this.durationMs - (Date.now() - this.startedAt - stopped));
  }
}

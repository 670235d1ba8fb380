/**
 * The run's own clock: it stands still while the run waits for a person, a breaker or a pause (contract §2). Reads
 * workflow time only (I3).
 */
export class RunClock {
  private waits = 0;
  private stoppedAt = 0;
  private stoppedMs: number;

  constructor(
    readonly startedAt: number,
    private timeoutMs: number,
    stoppedMs = 0,
  ) {
    this.stoppedMs = stoppedMs;
  }

  limitTo(timeoutMs: number, stoppedMs = 0): void {
    this.timeoutMs = timeoutMs;
    this.stoppedMs = stoppedMs;
  }

  stop(): void {
    if (this.waits === 0) this.stoppedAt = Date.now();
    this.waits += 1;
  }

  start(): void {
    this.waits -= 1;
    if (this.waits === 0) this.stoppedMs += Date.now() - this.stoppedAt;
  }

  /** Milliseconds it has stood still so far. */
  get stoppedForMs(): number {
    return this.stoppedMs + (this.waits > 0 ? Date.now() - this.stoppedAt : 0);
  }

  /** Milliseconds of its timeout that the run has left; never negative. */
  leftMs(): number {
    const now = this.waits > 0 ? this.stoppedAt : Date.now();
    return Math.max(0, this.startedAt + this.timeoutMs + this.stoppedMs - now);
  }
}

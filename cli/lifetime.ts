import { type ExitCode, exitCodes } from './exit-codes';

/** Thrown by whatever waits when the person (or the system) ends the command. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';

  constructor(readonly signal: NodeJS.Signals) {
    super(`Interrupted by ${signal}.`);
  }

  get exitCode(): ExitCode {
    return this.signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated;
  }
}

interface Owned {
  name: string;
  dispose: () => Promise<void>;
  withinMs: number;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** npm passes Ctrl-C on to us, and the terminal sends it too: two within this time are one key press. */
const sameKeyPressMs = 400;
const disposeWithinMs = 5000;
/** How long the end waits for something that is still being opened, e.g. a download; the exit ends that as well. */
const openingMs = 2500;

/**
 * What a command holds open, and its end. Everything that must not outlive the command is acquired through it: Ctrl-C
 * at any moment, also in the middle of an acquisition, ends all of it in reverse order within a bounded time.
 */
export class Lifetime {
  private readonly controller = new AbortController();
  private readonly owned: Owned[] = [];
  private readonly listeners = new Map<NodeJS.Signals, () => void>();
  private ending: Promise<void> | undefined;
  private interruptedAt = 0;

  constructor(private readonly tell: (text: string) => void = () => undefined) {}

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Listens for signals; the first one interrupts, a second one leaves at once. */
  listen(): void {
    for (const name of signals) {
      const listener = (): void => this.interrupt(name);
      this.listeners.set(name, listener);
      process.on(name, listener);
    }
  }

  /** For a child that shares our terminal and decides itself what Ctrl-C means. */
  stopListening(): void {
    for (const [name, listener] of this.listeners) process.removeListener(name, listener);
    this.listeners.clear();
  }

  interrupt(name: NodeJS.Signals): void {
    if (!this.signal.aborted) {
      this.interruptedAt = Date.now();
      this.tell('Stopping … (Ctrl-C again to leave at once)');
      this.controller.abort(new Interrupted(name));
    } else if (Date.now() - this.interruptedAt > sameKeyPressMs) {
      // The server's guard sees our end and stops the server; nothing else of ours is a process.
      process.exit(new Interrupted(name).exitCode);
    }
  }

  /** Rejects with `Interrupted` as soon as the command is interrupted; else gives what `work` gives. */
  race<T>(work: Promise<T>): Promise<T> {
    const { signal } = this;
    return new Promise<T>((resolve, reject) => {
      const onAbort = (): void => reject(signal.reason as Error);
      if (signal.aborted) onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
      work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
    });
  }

  /** Opens something that `dispose` closes at the end, even if the interruption comes while it is being opened. */
  acquire<T>(
    name: string,
    open: () => Promise<T>,
    dispose: (value: T) => Promise<void>,
    withinMs = disposeWithinMs,
  ): Promise<T> {
    this.signal.throwIfAborted();
    const opening = open();
    this.owned.push({
      name,
      withinMs,
      dispose: async () => {
        const opened = await settledWithin(opening, openingMs);
        if (opened) await dispose(opened.value);
      },
    });
    return this.race(opening);
  }

  /** Ends everything, latest first, each within its time. What does not end in time is named and left to the exit. */
  end(): Promise<void> {
    return (this.ending ??= this.disposeAll());
  }

  private async disposeAll(): Promise<void> {
    for (let one = this.owned.pop(); one; one = this.owned.pop()) {
      const { name, withinMs, dispose } = one;
      const inTime = await within(dispose(), withinMs).catch((error: unknown) => {
        this.tell(`${name}: ${(error as Error).message}`);
        return true;
      });
      if (!inTime) this.tell(`${name} did not end within ${withinMs / 1000} s.`);
    }
    this.stopListening();
  }
}

/** The value, if there is one in time. What could not be opened needs no closing; its error went to the caller. */
async function settledWithin<T>(opening: Promise<T>, ms: number): Promise<{ value: T } | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), ms)));
  const value = opening.then(
    (opened) => ({ value: opened }),
    () => undefined,
  );
  return Promise.race([value, late]).finally(() => clearTimeout(timer));
}

/** Whether `work` settled within the time; its error is thrown. */
async function within(work: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), ms)));
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

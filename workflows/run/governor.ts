import { CancellationScope, sleep, workflowInfo } from '@temporalio/workflow';
import { CadreError } from '../../contracts/failures';
import type { Limits } from '../../contracts/limits';

/**
 * Packs commands: one workflow task carries a bounded number of bytes and commands. A server refuses a task above 4 MiB
 * for ever, with the run looking alive (F36), and a single payload above 2 MiB ends the run (F35). What does not fit
 * waits for the next task behind one short timer, which only such a run pays for.
 */
export class Governor {
  private task = -1;
  private bytes = 0;
  private commands = 0;
  private nextTask: Promise<void> | null = null;

  constructor(private readonly limits: () => Limits) {}

  /** Waits until `payload` fits into the present workflow task. Throws `PayloadTooLarge` when it fits into none. */
  async admit(payload: unknown, what: string): Promise<void> {
    const { payloadBytes, taskBytes, taskCommands } = this.limits();
    const size = bytesOf(payload);
    if (size > payloadBytes) {
      throw new CadreError(
        'PayloadTooLarge',
        `${what} has ${size} bytes; at most ${payloadBytes} can be sent. Put large content into an artifact and pass its reference.`,
      );
    }
    for (;;) {
      const { historyLength } = workflowInfo();
      if (historyLength !== this.task) {
        this.task = historyLength;
        this.bytes = 0;
        this.commands = 0;
      }
      if (this.commands < taskCommands && (this.bytes === 0 || this.bytes + size <= taskBytes)) break;
      this.nextTask ??= CancellationScope.nonCancellable(() => sleep(1, { summary: 'next batch of commands' })).finally(
        () => (this.nextTask = null),
      );
      await this.nextTask;
    }
    this.bytes += size;
    this.commands += 1;
  }
}

/** UTF-8 bytes of the JSON form; an upper estimate is enough, and the sandbox has no Buffer. */
function bytesOf(payload: unknown): number {
  const text = JSON.stringify(payload) ?? '';
  let bytes = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 0x7f) bytes += code > 0x7ff ? 2 : 1;
  }
  return bytes;
}

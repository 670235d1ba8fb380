import { droppedAnswerMessage, type DroppedAnswer } from './answer-too-large';
import type { Json } from '../../../contracts/json';

const newline = 0x0a;
const tailBytes = 512;

/**
 * Cuts a stream into lines of JSON. A line longer than `maxBytes` is never held: only its beginning and its end are,
 * in which the id of the answer is found. Bytes that are no JSON are skipped (servers print greetings).
 */
export class LineReader {
  private parts: Buffer[] = [];
  private length = 0;
  private head: Buffer | undefined;
  private tail = Buffer.alloc(0);

  constructor(
    private readonly limits: { maxBytes: number; headBytes: number },
    private readonly onMessage: (message: Json) => void,
  ) {}

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      this.add(chunk.subarray(start, end));
      this.finish();
      start = end + 1;
    }
    this.add(chunk.subarray(start));
  }

  private add(part: Buffer): void {
    if (part.length === 0) return;
    this.length += part.length;
    if (this.head) {
      this.tail = Buffer.concat([this.tail, part]).subarray(-tailBytes);
      return;
    }
    this.parts.push(part);
    if (this.length <= this.limits.maxBytes) return;
    const whole = Buffer.concat(this.parts);
    this.head = Buffer.from(whole.subarray(0, this.limits.headBytes));
    this.tail = Buffer.from(whole.subarray(-tailBytes));
    this.parts = [];
  }

  private finish(): void {
    const { head, tail, length } = this;
    const line = Buffer.concat(this.parts);
    this.parts = [];
    this.length = 0;
    this.head = undefined;
    this.tail = Buffer.alloc(0);
    if (head) {
      const dropped: DroppedAnswer = { bytes: length, max: this.limits.maxBytes, head: head.toString('utf8') };
      const id = idOf(dropped.head.slice(0, 256)) ?? idOf(tail.toString('utf8'));
      if (id !== undefined) this.onMessage(droppedAnswerMessage(id, dropped));
      return;
    }
    const message = parsed(line);
    if (message !== undefined) this.onMessage(message);
  }
}

function parsed(line: Buffer): Json | undefined {
  try {
    const value: unknown = JSON.parse(line.toString('utf8'));
    return typeof value === 'object' ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

/** The id stands right at the beginning of an answer, or at its very end. */
function idOf(text: string): number | undefined {
  const found =
    /^\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*(\d+)\s*,/.exec(text) ??
    /,\s*"id"\s*:\s*(\d+)\s*\}\s*$/.exec(text);
  return found ? Number(found[1]) : undefined;
}

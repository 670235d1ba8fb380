import type { Writable } from 'node:stream';
import { styleText } from 'node:util';

import { coloursWanted } from '../workers/config';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

interface Stream extends Writable {
  isTTY?: boolean;
  columns?: number;
}

/** Where a command writes: results to stdout, everything else a person reads to stdout too unless `json` is on. */
export class Terminal {
  json = false;
  /** Stdout is for the bytes of the result alone: what is said of the way there goes to stderr. */
  raw = false;

  constructor(
    private readonly out: Stream = process.stdout,
    private readonly err: Stream = process.stderr,
    private readonly colours: boolean = Boolean(process.stdout.isTTY) && coloursWanted(),
  ) {}

  /** Whether a person sits there and can be asked. */
  get interactive(): boolean {
    return Boolean(this.out.isTTY) && Boolean(process.stdin.isTTY) && !this.json;
  }

  /** A line of progress or of a human-readable result; goes to stderr when stdout is for JSON. */
  line(text = ''): void {
    (this.json || this.raw ? this.err : this.out).write(`${text}\n`);
  }

  /** The result as one JSON document on stdout; only with `--json`. */
  result(value: unknown): void {
    if (this.json) this.out.write(`${JSON.stringify(value, null, 2)}\n`);
  }

  /** Bytes as they are, for a file or a pipe behind this command. */
  bytes(value: Uint8Array): void {
    this.out.write(value);
  }

  error(message: string, next?: string): void {
    this.err.write(`${this.style('red', 'Error:')} ${message}\n`);
    if (next) this.err.write(`Try: ${next}\n`);
  }

  style(style: Style, text: string): string {
    // Stream checks are ours: colour is decided once, for stdout.
    return this.colours && !this.json ? styleText(style, text, { validateStream: false }) : text;
  }
}

/** A table as plain text: columns padded, nothing cut. */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const lineOf = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [lineOf(header), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(lineOf)].join('\n');
}

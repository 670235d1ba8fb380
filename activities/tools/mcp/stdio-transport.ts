import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client';
import { LineReader } from './line-reader';
import { signalGroup, trackGroup } from './process-groups';
import type { StdioServer } from './server-config';
import { toolLimits } from '../tool-limits';

const stderrChars = 2_000;

/**
 * A server as a child process, one JSON message per line. Ours and not the SDK's, because of three rules: the server
 * gets exactly the environment of its config, an answer over the cap is dropped and not held (and does not end the
 * connection), and closing ends its whole process group.
 */
export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  private child: ChildProcess | undefined;
  private exited: Promise<void> = Promise.resolve();
  private closing = false;
  private said = '';

  constructor(
    private readonly server: StdioServer,
    private readonly answerBytes: number,
  ) {}

  /** The last words on standard error, for sentences about a server that died. */
  get lastWords(): string {
    return this.said.trim().split('\n').slice(-3).join(' ').slice(-300);
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  start(): Promise<void> {
    const { command, args, env, folder } = this.server;
    const child = spawn(command, args, {
      env,
      cwd: folder,
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
      shell: false,
    });
    this.child = child;
    this.exited = new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => resolve());
    });
    trackGroup(child);
    const limits = { maxBytes: this.answerBytes, headBytes: toolLimits.answerHeadBytes };
    const reader = new LineReader(limits, (message) => this.onmessage?.(message as unknown as JSONRPCMessage));
    child.stdout.on('data', (chunk: Buffer) => reader.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      this.said = (this.said + chunk.toString('utf8')).slice(-stderrChars);
    });
    child.stdin.on('error', (error) => this.onerror?.(error));
    child.once('close', () => {
      if (!this.closing) this.onclose?.();
    });
    return new Promise((resolve, reject) => {
      child.once('spawn', () => resolve());
      child.once('error', reject);
    });
  }

  send(message: JSONRPCMessage): Promise<void> {
    const input = this.child?.stdin;
    if (!input?.writable) return Promise.reject(new Error('The server is not running.'));
    return new Promise((resolve, reject) => {
      input.write(`${JSON.stringify(message)}\n`, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Ends input, then SIGTERM, then SIGKILL for the whole group; resolves when the process is gone. */
  async close(): Promise<void> {
    const { child } = this;
    if (!child || this.closing) return this.exited;
    this.closing = true;
    child.stdin?.end();
    await this.endsWithin(toolLimits.stopMs);
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      if (child.pid === undefined || !isRunning(child)) break;
      signalGroup(child.pid, signal);
      await this.endsWithin(toolLimits.stopMs);
    }
    this.onclose?.();
  }

  private async endsWithin(ms: number): Promise<void> {
    const stop = new AbortController();
    const late = sleep(ms, undefined, { signal: stop.signal }).catch(() => undefined);
    await Promise.race([this.exited, late]);
    stop.abort();
  }
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

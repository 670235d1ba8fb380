import {
  Client,
  ProtocolError,
  StreamableHTTPClientTransport,
  type CallToolResult,
  type Tool,
} from '@modelcontextprotocol/client';
import { answerTooLargeCode, droppedAnswerOf, type DroppedAnswer } from './answer-too-large';
import { cappedFetch } from './capped-fetch';
import type { ServerConfig } from './server-config';
import { StdioTransport } from './stdio-transport';
import { toolLimits } from '../tool-limits';

const listPagesMax = 16;
/** Member of `params._meta` that carries the idempotency key of an effect. */
export const idempotencyKeyName = 'cadre/idempotencyKey';

/** How a call ended that gave no result. `sent`: the server may have acted on it. */
export type CallFault =
  | { fault: 'rejected'; message: string }
  | { fault: 'too-large'; dropped: DroppedAnswer }
  | { fault: 'timeout'; sent: boolean }
  | { fault: 'lost'; sent: boolean; message: string };

export type CallAnswer = { fault: null; result: CallToolResult } | CallFault;

/** One live connection to one server. Sampling, elicitation and roots are not offered, so servers are declined them. */
export class Connection {
  private readonly client: Client;
  private readonly transport: StdioTransport | StreamableHTTPClientTransport;
  private closed = false;
  private listed: Promise<Tool[]> | undefined;

  private constructor(
    readonly server: ServerConfig,
    answerBytes: number,
    onClosed: () => void,
  ) {
    this.transport =
      server.kind === 'stdio'
        ? new StdioTransport(server, answerBytes)
        : new StreamableHTTPClientTransport(server.url, {
            fetch: cappedFetch(server.url.origin, answerBytes),
            requestInit: { headers: server.headers },
            redirectPolicy: 'same-origin',
          });
    this.client = new Client(
      { name: 'cadre', version: '0.1.0' },
      {
        capabilities: {},
        listMaxPages: listPagesMax,
        // A server's schemas are not compiled: its regular expressions could stall the worker. Results are checked later.
        jsonSchemaValidator: {
          getValidator: () => (input) => ({ valid: true, data: input as never, errorMessage: undefined }),
        },
      },
    );
    this.client.setNotificationHandler('notifications/tools/list_changed', () => {
      this.listed = undefined;
    });
    this.client.onclose = () => {
      this.closed = true;
      onClosed();
    };
  }

  /** Starts or reaches the server and shakes hands; nothing of it stays when that fails. */
  static async open(server: ServerConfig, answerBytes: number, onClosed: () => void): Promise<Connection> {
    const connection = new Connection(server, answerBytes, onClosed);
    try {
      await connection.client.connect(connection.transport, { timeout: toolLimits.connectTimeoutMs });
      return connection;
    } catch (error) {
      await connection.close();
      const words = connection.lastWords;
      throw words ? new Error(`${describe(error)} (it said: ${words})`, { cause: error }) : error;
    }
  }

  get isOpen(): boolean {
    return !this.closed;
  }

  get lastWords(): string {
    return this.transport instanceof StdioTransport ? this.transport.lastWords : '';
  }

  get pid(): number | undefined {
    return this.transport instanceof StdioTransport ? this.transport.pid : undefined;
  }

  /** The server's tools, asked for once until it says that they changed. */
  listTools(): Promise<Tool[]> {
    if (this.listed) return this.listed;
    const asked = this.client
      .listTools(undefined, { timeout: toolLimits.connectTimeoutMs, cacheMode: 'refresh' })
      .then(({ tools }) => tools);
    this.listed = asked;
    asked.catch(() => {
      if (this.listed === asked) this.listed = undefined;
    });
    return asked;
  }

  /**
   * Calls a tool; a fault is data, because what it means depends on the tool's effect. Aborting throws. `key` travels in
   * `_meta`, where a server that knows it can tell a repeated call from a new one.
   */
  async callTool(
    { name, args, key }: { name: string; args: Record<string, unknown>; key: string | undefined },
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<CallAnswer> {
    signal.throwIfAborted();
    if (this.closed) return { fault: 'lost', sent: false, message: 'the connection is closed' };
    try {
      const options = { signal, timeout: timeoutMs, maxTotalTimeout: timeoutMs };
      const meta = key === undefined ? {} : { _meta: { [idempotencyKeyName]: key } };
      return { fault: null, result: await this.client.callTool({ name, arguments: args, ...meta }, options) };
    } catch (error) {
      signal.throwIfAborted();
      return this.faultOf(error);
    }
  }

  private faultOf(error: unknown): CallFault {
    if (error instanceof ProtocolError) {
      const dropped = error.code === answerTooLargeCode ? droppedAnswerOf(error.data) : undefined;
      return dropped ? { fault: 'too-large', dropped } : { fault: 'rejected', message: error.message };
    }
    const code = (error as { code?: unknown }).code;
    if (code === 'REQUEST_TIMEOUT') return { fault: 'timeout', sent: true };
    const words = this.lastWords;
    const message = words ? `${describe(error)}; it said: ${words}` : describe(error);
    return { fault: 'lost', sent: code !== 'NOT_CONNECTED' && code !== 'SEND_FAILED', message };
  }

  async close(): Promise<void> {
    this.closed = true;
    if (this.transport instanceof StreamableHTTPClientTransport && this.transport.sessionId !== undefined) {
      await Promise.race([
        this.transport.terminateSession().catch(() => undefined),
        new Promise((resolve) => setTimeout(resolve, toolLimits.stopMs).unref()),
      ]);
    }
    await this.client.close().catch(() => undefined);
    await this.transport.close().catch(() => undefined);
  }
}

export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error && !error.message.includes(cause.message)
    ? `${error.message}: ${cause.message}`
    : error.message;
}

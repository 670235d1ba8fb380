/** What the server does with one request. */
export type ServerReply =
  | { kind: 'text'; text: string; usage?: ServerUsage }
  | { kind: 'tools'; calls: AskedTool[]; text?: string }
  /** A status with the vendor's error body, or with `body`. */
  | { kind: 'status'; status: number; message?: string; code?: string; headers?: Record<string, string>; body?: string }
  /** Takes the request and never says a word. */
  | { kind: 'silent' }
  /** Begins to answer, one character at a time, and never ends. */
  | { kind: 'drip'; everyMs: number }
  /** Sends as fast as it can and never ends. */
  | { kind: 'endless' }
  /** Status 200 with half a JSON document; a stream of broken events. */
  | { kind: 'malformed' }
  /** Begins to answer and closes the connection; a tool call's arguments are cut in half. */
  | { kind: 'cut'; tool?: boolean }
  /** Ends in good order without a reason to stop. */
  | { kind: 'no-finish' }
  /** The same, with a tool call whose arguments are cut in half, and a reason that claims it is whole. */
  | { kind: 'half-tool' }
  | { kind: 'empty-choices' }
  | { kind: 'html' }
  /** One text of so many bytes. */
  | { kind: 'huge'; bytes: number }
  | { kind: 'length'; text: string }
  | { kind: 'filtered' }
  /** An error event in the middle of a stream. */
  | { kind: 'stream-error'; type: string }
  /** Resets the connection before any answer. */
  | { kind: 'reset' }
  | { kind: 'redirect'; to: string };

/** A tool call as the model writes it; without an `id` it gets one of its own. */
export interface AskedTool {
  name: string;
  args: string;
  id?: string;
}

export interface ServerUsage {
  input: number;
  cached: number;
  output: number;
}

export const defaultUsage: ServerUsage = { input: 100, cached: 40, output: 20 };

/** How one vendor writes its answers on the wire. */
export interface Wire {
  /** The whole answer as JSON. */
  whole(reply: Answered): unknown;
  /** The events of a streamed answer; `[event, data]`. */
  events(reply: Answered): WireEvent[];
  error(status: number, message: string, code?: string): unknown;
  streamError(type: string): WireEvent;
}
export type WireEvent = { event?: string; data: string };

/** An answer in the vendors' common terms. */
export interface Answered {
  text: string;
  calls: AskedTool[];
  /** Null: no reason is given. */
  finish: 'stop' | 'tools' | 'length' | 'filtered' | null;
  usage: ServerUsage;
  empty?: boolean;
}

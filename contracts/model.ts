import type { Json, JsonObject, JsonSchema } from './json';

/**
 * The model port: what one call to a model needs and gives, whichever provider answers. It lives inside activities and
 * in scripts of the `scripted` provider; history holds `CallModelResult`, never this.
 */
export interface ModelMessage {
  role: 'system' | 'user' | 'assistant' | 'tool';
  parts: ModelPart[];
}
export type ModelPart =
  | { kind: 'text'; text: string }
  /** Data, not instructions. `untrusted` lists its sources; providers get it fenced and labelled. */
  | { kind: 'data'; label: string; from: string; value: Json; untrusted: string[] }
  | { kind: 'tool-call'; id: string; name: string; args: JsonObject }
  | { kind: 'tool-result'; id: string; name: string; value: Json; isError: boolean; untrusted: string[] };

export interface ModelTool {
  name: string;
  description: string;
  input: JsonSchema;
}

export interface ModelRequest {
  /** Whose step this is, for scripts and logs. */
  agent: string;
  role: string;
  path: string;
  step: number;
  /** Stable beginning first (system, tools), newest last, so that providers can cache the prefix. */
  messages: ModelMessage[];
  tools: ModelTool[];
  /** Tools of earlier steps that may not be called now: providers refuse a conversation with calls of unknown tools. */
  idleTools?: ModelTool[];
  /** The shape the answer must have; absent for free text. */
  output?: { name: string; schema: JsonSchema };
  choices?: { name: string; description: string }[];
  maxOutputTokens: number;
  temperature?: number;
  seed?: number;
}

export interface ModelUsage {
  inputTokens: number;
  cachedInputTokens: number;
  outputTokens: number;
}

export interface ModelReply {
  text: string;
  toolCalls: { name: string; args: unknown; id?: string }[];
  /** `length` is a cut answer and never used as one; an absent reason is a fault of the stream. */
  finish: 'stop' | 'tool-calls' | 'length' | 'content-filter' | 'other';
  usage: ModelUsage;
  /** The version that answered, as the provider names it. */
  resolvedModel: string;
}

export interface ModelCallOptions {
  signal: AbortSignal;
  timeoutMs: number;
  stream: boolean;
  /** Called with the characters received so far: proof of life for heartbeats. */
  onProgress?: (characters: number) => void;
}

/** One provider: makes exactly one request per call and never retries (the engine owns retries). */
export interface ModelProvider {
  readonly name: string;
  call(request: ModelRequest, options: ModelCallOptions): Promise<ModelReply>;
}

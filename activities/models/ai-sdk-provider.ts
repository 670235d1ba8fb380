import type { LanguageModelV3, LanguageModelV3CallOptions, LanguageModelV3FinishReason } from '@ai-sdk/provider';
import { CadreError } from '../../contracts/failures';
import type { JsonSchema } from '../../contracts/json';
import type { ModelProvider, ModelReply, ModelRequest } from '../../contracts/model';
import type { ModelConfig } from '../../contracts/team';
import type { Redactor } from '../redact';
import { callDeadline } from './call-deadline';
import { classifyError } from './classify-error';
import { isCostly, markCostly } from './costly';
import { guardedFetch, type Fetch } from './guarded-fetch';
import { readReply, type RawReply } from './read-ai-sdk-reply';
import { toAiSdkPrompt, toAiSdkTools, toolNames, type PromptStyle } from './to-ai-sdk-prompt';

type OutputMode = NonNullable<ModelConfig['structuredOutput']>;

/** What differs between the vendors. */
export interface Vendor {
  name: string;
  modelId: string;
  /** Makes the vendor's model for one call, on the guarded `fetch` of that call. */
  model: (fetch: Fetch) => LanguageModelV3;
  /** How the shape of an answer is asked for, when the agent can call tools and when it cannot. */
  output: { withTools: OutputMode; withoutTools: OutputMode };
  prompt: PromptStyle;
  providerOptions?: (request: ModelRequest) => NonNullable<LanguageModelV3CallOptions['providerOptions']>;
  temperature?: number;
  seed?: number;
}

/**
 * One vendor of the AI SDK's provider layer behind our port. One HTTP request per call and no retries; the deadline
 * covers the whole reply, streams included. Throws `CadreError` of the table and nothing else, except that a call whose
 * signal was aborted rejects with the signal's reason.
 */
export function aiSdkProvider(vendor: Vendor, fetch: Fetch, redact: Redactor): ModelProvider {
  const where = `${vendor.name}/${vendor.modelId}`;
  return {
    name: vendor.name,
    async call(request, options) {
      const deadline = callDeadline(options, where);
      let received = 0;
      const onBytes = (bytes: number): void => {
        received = bytes;
        options.onProgress?.(bytes);
      };
      try {
        const model = vendor.model(guardedFetch(fetch, onBytes, where));
        const names = toolNames(wireTools(request), request.messages);
        const call = { ...callOptions(vendor, request, names), abortSignal: deadline.signal };
        const raw = await deadline.race(options.stream ? streamed(model, call) : generated(model, call));
        return usableReply(raw, names.fromWire, where);
      } catch (error) {
        if (options.signal.aborted) throw options.signal.reason;
        const failure = deadline.missed() ?? classifyError(error, where, Date.now());
        throw mayHaveCost(new CadreError(failure.kind, redact(failure.message), failure.detail), received, failure);
      } finally {
        deadline.end();
      }
    },
  };
}

function callOptions(
  vendor: Vendor,
  request: ModelRequest,
  names: ReturnType<typeof toolNames>,
): LanguageModelV3CallOptions {
  const tools = wireTools(request);
  const mode = tools.length > 0 ? vendor.output.withTools : vendor.output.withoutTools;
  const { output } = request;
  const messages = output && mode !== 'json_schema' ? withShape(request.messages, output.schema) : request.messages;
  const temperature = request.temperature ?? vendor.temperature;
  const seed = request.seed ?? vendor.seed;
  return {
    prompt: toAiSdkPrompt(messages, names, vendor.prompt),
    maxOutputTokens: request.maxOutputTokens,
    ...(temperature === undefined ? {} : { temperature }),
    ...(seed === undefined ? {} : { seed }),
    ...(tools.length > 0
      ? { tools: toAiSdkTools(tools, names), toolChoice: { type: request.tools.length > 0 ? 'auto' : 'none' } }
      : {}),
    ...(output && mode === 'json_schema'
      ? { responseFormat: { type: 'json', schema: output.schema, name: output.name } }
      : {}),
    ...(output && mode === 'json_object' ? { responseFormat: { type: 'json' } } : {}),
    ...(vendor.providerOptions ? { providerOptions: vendor.providerOptions(request) } : {}),
  };
}

function wireTools(request: ModelRequest): ModelRequest['tools'] {
  return request.tools.length > 0 ? request.tools : (request.idleTools ?? []);
}

/** Where the provider cannot hold the model to a shape, the shape is said in the last message. */
function withShape(messages: ModelRequest['messages'], schema: JsonSchema): ModelRequest['messages'] {
  const text = `Answer with one JSON value of this JSON Schema, and nothing around it:\n${JSON.stringify(schema)}`;
  const last = messages.at(-1);
  if (!last || last.role === 'assistant' || last.role === 'tool') {
    return [...messages, { role: 'user', parts: [{ kind: 'text', text }] }];
  }
  return [...messages.slice(0, -1), { ...last, parts: [...last.parts, { kind: 'text', text }] }];
}

async function generated(model: LanguageModelV3, call: LanguageModelV3CallOptions): Promise<RawReply> {
  const result = await model.doGenerate(call);
  const { content, finishReason, usage, response } = result;
  return readReply(content, finishReason, usage, response?.modelId ?? model.modelId);
}

async function streamed(model: LanguageModelV3, call: LanguageModelV3CallOptions): Promise<RawReply> {
  const { stream } = await model.doStream(call);
  const reader = stream.getReader();
  let text = '';
  let modelId = model.modelId;
  const calls: { name: string; input: string; id: string }[] = [];
  try {
    for (;;) {
      const { done, value: part } = await reader.read();
      if (done) break;
      if (part.type === 'text-delta') text += part.delta;
      else if (part.type === 'tool-call') calls.push({ name: part.toolName, input: part.input, id: part.toolCallId });
      else if (part.type === 'response-metadata') modelId = part.modelId ?? modelId;
      else if (part.type === 'error') throw part.error;
      else if (part.type === 'finish') {
        const content = calls.map(({ name, input, id }) => ({
          type: 'tool-call' as const,
          toolName: name,
          input,
          toolCallId: id,
        }));
        return readReply([{ type: 'text', text }, ...content], part.finishReason, part.usage, modelId);
      }
    }
  } finally {
    reader.releaseLock();
  }
  throw new CadreError('Overloaded', 'The stream of the answer ended before the answer did; it is not used.');
}

/** A reply without a reason to stop is a cut stream: official clients let it pass, we do not (F28). */
function usableReply(raw: RawReply, fromWire: (name: string) => string, where: string): ModelReply {
  const finish = finishOf(raw.finish);
  if (!finish) {
    throw new CadreError(
      'Overloaded',
      `The stream of ${where} was cut: the answer has no reason to stop. It is not used.`,
    );
  }
  return {
    text: raw.text,
    toolCalls: raw.toolCalls.map((call) => ({ ...call, name: fromWire(call.name) })),
    finish,
    usage: raw.usage,
    resolvedModel: raw.modelId,
  };
}

function finishOf(reason: LanguageModelV3FinishReason): ModelReply['finish'] | null {
  if (reason.unified === 'error') return null;
  return reason.unified === 'other' && reason.raw === undefined ? null : reason.unified;
}

/** A call that broke off after bytes had come, or at its deadline, may have to be paid for. */
function mayHaveCost(error: CadreError, received: number, original: CadreError): CadreError {
  const answered = received > 0 && unanswered.has(error.kind);
  return answered || isCostly(original) ? markCostly(error) : error;
}

/** Kinds that a reply can end in after its tokens were made; the others are a refusal before any were. */
const unanswered: ReadonlySet<string> = new Set(['Overloaded', 'MalformedOutput', 'InternalError']);

import type { ModelProvider, ModelReply, ModelRequest } from '../../../contracts/model';
import { answerRequest } from './answer-request';
import { offlineModel } from './answer/label';
import { bounds } from './bounds';
import { EngineThreads } from './engine-threads';

const threads = new EngineThreads({ threads: 2, waiting: 1_000, idleMs: 30_000, heapMb: 1_024 });

/**
 * The `offline` provider: a deterministic engine with no language model. It reads the request any model gets and
 * answers by matching, extracting, counting and joining what stands there; it never leaves the process, and every
 * answer says what made it. The same request gives the same bytes, whatever order the data came in. Large requests are
 * answered in threads (I10).
 */
export const offlineProvider: ModelProvider = {
  name: 'offline',
  async call(request, options) {
    options.signal.throwIfAborted();
    const characters = charactersOf(request);
    const { text, toolCalls } =
      characters <= bounds.inlineChars ? answerRequest(request) : await threads.answer(request, options.signal);
    options.onProgress?.(text.length);
    const said = toolCalls.length > 0 ? JSON.stringify(toolCalls) : text;
    const reply: ModelReply = {
      text,
      toolCalls: toolCalls.map(({ name, args }) => ({ name, args })),
      finish: toolCalls.length > 0 ? 'tool-calls' : 'stop',
      usage: { inputTokens: Math.ceil(characters / 4), cachedInputTokens: 0, outputTokens: Math.ceil(said.length / 4) },
      resolvedModel: offlineModel,
    };
    return reply;
  },
};

/** Of all parts. Four of them are counted as a token: nothing is tokenised here, and nothing costs money. */
function charactersOf(request: ModelRequest): number {
  let characters = 0;
  for (const { parts } of request.messages) {
    for (const part of parts) {
      const value = part.kind === 'text' ? part.text : part.kind === 'tool-call' ? part.args : part.value;
      characters += typeof value === 'string' ? value.length : JSON.stringify(value).length;
    }
  }
  return characters;
}

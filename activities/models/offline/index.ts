import type { ModelProvider, ModelReply, ModelRequest } from '../../../contracts/model';
import { answerRequest } from './answer-request';
import { offlineModel } from './answer/label';

/**
 * The `offline` provider: a deterministic engine with no language model. It reads the request any model gets and
 * answers by matching, extracting, counting and joining what stands there; it never leaves the process, and every
 * answer says what made it. The same request gives the same bytes, whatever order the data came in.
 */
export const offlineProvider: ModelProvider = {
  name: 'offline',
  async call(request, options) {
    options.signal.throwIfAborted();
    const { text, toolCalls } = answerRequest(request);
    options.onProgress?.(text.length);
    const said = toolCalls.length > 0 ? JSON.stringify(toolCalls) : text;
    const reply: ModelReply = {
      text,
      toolCalls: toolCalls.map(({ name, args }) => ({ name, args })),
      finish: toolCalls.length > 0 ? 'tool-calls' : 'stop',
      usage: { inputTokens: tokensOf(request), cachedInputTokens: 0, outputTokens: Math.ceil(said.length / 4) },
      resolvedModel: offlineModel,
    };
    return Promise.resolve(reply);
  },
};

/** An estimate, one token for four characters: nothing is tokenised here, and nothing costs money. */
function tokensOf(request: ModelRequest): number {
  let characters = 0;
  for (const { parts } of request.messages) {
    for (const part of parts) {
      const value = part.kind === 'text' ? part.text : part.kind === 'tool-call' ? part.args : part.value;
      characters += typeof value === 'string' ? value.length : JSON.stringify(value).length;
    }
  }
  return Math.ceil(characters / 4);
}

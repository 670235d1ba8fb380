import type { LanguageModelV3Content, LanguageModelV3FinishReason, LanguageModelV3Usage } from '@ai-sdk/provider';
import type { ModelReply, ModelUsage } from '../../contracts/model';

/** A vendor's reply in our words, before it is judged. */
export interface RawReply {
  text: string;
  toolCalls: ModelReply['toolCalls'];
  finish: LanguageModelV3FinishReason;
  usage: ModelUsage;
  modelId: string;
}

export function readReply(
  content: readonly LanguageModelV3Content[],
  finish: LanguageModelV3FinishReason,
  usage: LanguageModelV3Usage,
  modelId: string,
): RawReply {
  const text = content.map((part) => (part.type === 'text' ? part.text : '')).join('');
  const toolCalls = content.flatMap((part) =>
    part.type === 'tool-call' && part.providerExecuted !== true
      ? [{ name: part.toolName, args: readArguments(part.input), id: part.toolCallId }]
      : [],
  );
  return { text, toolCalls, finish, usage: readUsage(usage), modelId };
}

/** Arguments that are not whole JSON stay a string, which the check of the reply refuses: never half a call (F28). */
function readArguments(input: string): unknown {
  if (input.trim() === '') return {};
  try {
    return JSON.parse(input) as unknown;
  } catch {
    return input;
  }
}

function readUsage({ inputTokens, outputTokens }: LanguageModelV3Usage): ModelUsage {
  return {
    inputTokens: inputTokens.total ?? 0,
    cachedInputTokens: inputTokens.cacheRead ?? 0,
    outputTokens: outputTokens.total ?? 0,
  };
}

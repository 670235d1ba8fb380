import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { CadreError } from '../../contracts/failures';
import type { VendorFactory } from './vendor';

/**
 * Any server that speaks OpenAI's chat completions: Ollama, LM Studio, vLLM, llama.cpp, gateways. Several of them hold
 * every reply to the grammar of `response_format`, tool calls included: with tools the shape is asked for in words.
 */
export const openaiCompatibleVendor: VendorFactory = (settings) => ({
  name: settings.name ?? 'openai-compatible',
  modelId: settings.modelId,
  model: (fetch) => {
    const { apiKey, baseUrl } = settings;
    if (!baseUrl)
      throw new CadreError('InvalidTeam', `The model ${settings.modelId} is openai-compatible and has no baseUrl.`);
    const compatible = createOpenAICompatible({
      name: 'compatible',
      baseURL: baseUrl,
      fetch,
      includeUsage: true,
      supportsStructuredOutputs: true,
      ...(apiKey ? { apiKey } : {}),
    });
    return compatible.chatModel(settings.modelId);
  },
  output: { withTools: 'prompt', withoutTools: 'json_schema' },
  prompt: { joinTexts: true },
  providerOptions: () => ({ compatible: { strictJsonSchema: false } }),
});

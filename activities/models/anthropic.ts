import { createAnthropic } from '@ai-sdk/anthropic';
import type { VendorFactory } from './vendor';

/** Anthropic's messages; the stable beginning of the conversation is marked for its prompt cache. */
export const anthropicVendor: VendorFactory = (settings) => ({
  name: 'anthropic',
  modelId: settings.modelId,
  model: (fetch) => {
    const { apiKey, baseUrl } = settings;
    return createAnthropic({ apiKey, fetch, ...(baseUrl ? { baseURL: baseUrl } : {}) })(settings.modelId);
  },
  output: { withTools: 'prompt', withoutTools: 'json_schema' },
  prompt: { joinTexts: false, cacheMark: { anthropic: { cacheControl: { type: 'ephemeral' } } } },
});

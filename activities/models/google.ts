import { createGoogleGenerativeAI } from '@ai-sdk/google';
import type { VendorFactory } from './vendor';

/** Google's Gemini API. It refuses a JSON response type together with tools: then the shape is asked for in words. */
export const googleVendor: VendorFactory = (settings) => ({
  name: 'google',
  modelId: settings.modelId,
  model: (fetch) => {
    const { apiKey, baseUrl } = settings;
    return createGoogleGenerativeAI({ apiKey, fetch, ...(baseUrl ? { baseURL: baseUrl } : {}) })(settings.modelId);
  },
  output: { withTools: 'prompt', withoutTools: 'json_schema' },
  prompt: { joinTexts: false },
});

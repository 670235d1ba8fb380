import { createOpenAI } from '@ai-sdk/openai';
import type { JsonSchema } from '../../contracts/json';
import { isJsonObject } from '../../contracts/json';
import type { VendorFactory } from './vendor';

/** OpenAI, by chat completions: what its proxies speak as well. */
export const openaiVendor: VendorFactory = (settings) => ({
  name: 'openai',
  modelId: settings.modelId,
  model: (fetch) => {
    const { apiKey, baseUrl } = settings;
    return createOpenAI({ apiKey, fetch, ...(baseUrl ? { baseURL: baseUrl } : {}) }).chat(settings.modelId);
  },
  output: { withTools: 'json_schema', withoutTools: 'json_schema' },
  prompt: { joinTexts: false },
  providerOptions: (request) => ({
    openai: { strictJsonSchema: request.output ? isStrictSchema(request.output.schema) : true, store: false },
  }),
});

/** OpenAI's strict mode takes only objects that are closed and whose members are all required. */
export function isStrictSchema(schema: JsonSchema): boolean {
  const { properties, required } = schema;
  if (isJsonObject(properties)) {
    const names = Object.keys(properties);
    if (schema['additionalProperties'] !== false) return false;
    if (!Array.isArray(required) || !names.every((name) => required.includes(name))) return false;
    if (
      !Object.values(properties).every((member) => isJsonObject(member) && 'type' in member && isStrictSchema(member))
    )
      return false;
  } else if (schema['type'] === 'object') return false;
  const { items } = schema;
  return !isJsonObject(items) || isStrictSchema(items);
}

import type { ModelConfig, ProviderName } from '../../contracts/team';

/** Providers that `auto` can settle on by a key in the environment, in this order. */
export type KeyedProvider = Extract<ProviderName, 'openai' | 'anthropic' | 'google'>;
type Price = NonNullable<ModelConfig['usdPerMillionTokens']>;

/** The model of a provider when a team names none. */
export const defaultModels: Readonly<Record<KeyedProvider | 'ollama', string>> = {
  openai: 'gpt-5-mini',
  anthropic: 'claude-haiku-4-5',
  google: 'gemini-2.5-flash',
  ollama: 'qwen3:4b',
};

/** Environment variables that hold a provider's key, first that is set. */
export const keyVariables: Readonly<Record<KeyedProvider, readonly string[]>> = {
  openai: ['OPENAI_API_KEY'],
  anthropic: ['ANTHROPIC_API_KEY'],
  google: ['GEMINI_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY'],
};

const price = (input: number, cachedInput: number, output: number): Price => ({ input, cachedInput, output });

/** List prices in USD per million tokens, for the vendors' own addresses. A model that is not here has no known price. */
const listPrices: Readonly<Record<KeyedProvider, Readonly<Record<string, Price>>>> = {
  openai: {
    'gpt-5': price(1.25, 0.125, 10),
    'gpt-5-mini': price(0.25, 0.025, 2),
    'gpt-5-nano': price(0.05, 0.005, 0.4),
    'gpt-4.1': price(2, 0.5, 8),
    'gpt-4.1-mini': price(0.4, 0.1, 1.6),
    'gpt-4o-mini': price(0.15, 0.075, 0.6),
  },
  anthropic: {
    'claude-haiku-4-5': price(1, 0.1, 5),
    'claude-sonnet-4-5': price(3, 0.3, 15),
    'claude-opus-4-5': price(5, 0.5, 25),
  },
  google: {
    'gemini-2.5-flash-lite': price(0.1, 0.01, 0.4),
    'gemini-2.5-flash': price(0.3, 0.03, 2.5),
    'gemini-2.5-pro': price(1.25, 0.125, 10),
  },
};

/** The list price of a model, its dated versions included (`gpt-5-mini-2026-08-07`); undefined when not known. */
export function listPrice(provider: ProviderName, model: string): Price | undefined {
  if (provider !== 'openai' && provider !== 'anthropic' && provider !== 'google') return undefined;
  const undated = model.replace(/-(\d{4}-\d{2}-\d{2}|\d{8}|latest)$/, '');
  return listPrices[provider][undated];
}

import type { Usage } from '../../contracts/budget';
import type { ModelUsage } from '../../contracts/model';
import type { ModelConfig } from '../../contracts/team';
import { listPrice } from './default-models';

const perMillion = 1_000_000;

/**
 * What a call cost in USD: by the team's price, else by the list price of the vendor's own address; 0 for the providers
 * that cost nothing; null when nobody knows.
 */
export function costUsd(config: ModelConfig, usage: ModelUsage): number | null {
  if (config.provider === 'offline' || config.provider === 'scripted') {
    return config.usdPerMillionTokens ? priced(config.usdPerMillionTokens, usage) : 0;
  }
  const known = config.baseUrl === undefined && config.model ? listPrice(config.provider, config.model) : undefined;
  const rate = config.usdPerMillionTokens ?? known;
  return rate ? priced(rate, usage) : null;
}

function priced(rate: NonNullable<ModelConfig['usdPerMillionTokens']>, usage: ModelUsage): number {
  const cached = Math.min(usage.cachedInputTokens, usage.inputTokens);
  const fresh = usage.inputTokens - cached;
  const usd = fresh * rate.input + cached * (rate.cachedInput ?? rate.input) + usage.outputTokens * rate.output;
  return usd / perMillion;
}

/** Usage of one model call in the engine's terms. */
export function usageOf(config: ModelConfig, usage: ModelUsage): Usage {
  return { ...usage, usd: costUsd(config, usage), modelCalls: 1, toolCalls: 0 };
}

/** What a call without an answer is charged with: the amount that was reserved for it. */
export function reservedUsage(config: ModelConfig | null, reservedTokens: number, maxOutputTokens: number): Usage {
  const outputTokens = Math.min(maxOutputTokens, reservedTokens);
  const usage = { inputTokens: reservedTokens - outputTokens, cachedInputTokens: 0, outputTokens };
  return { ...usage, usd: config ? costUsd(config, usage) : null, modelCalls: 1, toolCalls: 0 };
}

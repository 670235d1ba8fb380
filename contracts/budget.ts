/** Hard limits of a run, an agent or a lease; an absent member is not limited by this budget. */
export interface BudgetLimits {
  tokens?: number;
  usd?: number;
  steps?: number;
  wallClockMs?: number;
}

/** What was used. `usd` is null as soon as one call had no known price. */
export interface Usage {
  inputTokens: number;
  cachedInputTokens: number;
  outputTokens: number;
  usd: number | null;
  modelCalls: number;
  toolCalls: number;
}

export const noUsage: Usage = {
  inputTokens: 0,
  cachedInputTokens: 0,
  outputTokens: 0,
  usd: 0,
  modelCalls: 0,
  toolCalls: 0,
};

export function addUsage(a: Usage, b: Usage): Usage {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    cachedInputTokens: a.cachedInputTokens + b.cachedInputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    usd: a.usd === null || b.usd === null ? null : a.usd + b.usd,
    modelCalls: a.modelCalls + b.modelCalls,
    toolCalls: a.toolCalls + b.toolCalls,
  };
}

/** Longest wait that a provider's word makes us keep; a longer one counts as this. */
export const retryAfterCapMs = 120_000;

/**
 * Milliseconds a provider asks us to wait: `retry-after-ms`, or `Retry-After` as seconds or as an HTTP date. Undefined
 * when it says nothing usable. Capped, never negative.
 */
export function retryAfterMs(headers: Readonly<Record<string, string>> | undefined, now: number): number | undefined {
  if (!headers) return undefined;
  const precise = Number.parseFloat(headers['retry-after-ms'] ?? '');
  if (Number.isFinite(precise) && precise >= 0) return Math.min(precise, retryAfterCapMs);
  const text = headers['retry-after']?.trim();
  if (!text) return undefined;
  const wait = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  if (!Number.isFinite(wait)) return undefined;
  return Math.min(Math.max(wait, 0), retryAfterCapMs);
}

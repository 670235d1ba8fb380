import { z } from 'zod';

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const part = /^(\d{1,9}(?:\.\d{1,6})?)(ms|s|m|h|d|w)/;
const longestMs = 365 * 86_400_000;

/** Milliseconds of `300` (a bare number is seconds), `300s`, `5m`, `1h30m` or `2d`; undefined when it is none of them. */
export function durationMs(value: number | string): number | undefined {
  if (typeof value === 'number') return inRange(value * 1000);
  let rest = value.trim();
  if (/^\d{1,9}(\.\d{1,6})?$/.test(rest)) return inRange(Number(rest) * 1000);
  if (rest === '' || rest.length > 64) return undefined;
  let total = 0;
  while (rest !== '') {
    const match = part.exec(rest);
    const unit = unitMs[match?.[2] ?? ''];
    if (!match || unit === undefined) return undefined;
    total += Number(match[1]) * unit;
    rest = rest.slice(match[0].length);
  }
  return inRange(total);
}

function inRange(ms: number): number | undefined {
  const whole = Math.round(ms);
  return whole > 0 && whole <= longestMs ? whole : undefined;
}

/** A duration as people type it; parsed to whole milliseconds. */
export const duration = z
  .union([z.number(), z.string()])
  .transform((value, context): number => {
    const ms = durationMs(value);
    if (ms !== undefined) return ms;
    context.issues.push({
      code: 'custom',
      input: value,
      message: 'must be a duration of at most 365 days: seconds as a number, or text such as "300s", "5m" or "1h30m"',
    });
    return z.NEVER;
  });

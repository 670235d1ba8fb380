import type { Json } from '../../../../contracts/json';

/** Compares by code unit: the same on every machine and locale, so that answers are byte-equal everywhere. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** JSON with sorted keys: equal values give equal texts, whatever order they were read in. */
export function stableJson(value: Json | undefined): string {
  if (value === undefined || value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  if (Array.isArray(value)) return `[${value.map(stableJson).join(',')}]`;
  const keys = Object.keys(value).sort(compareText);
  return `{${keys.map((key) => `${JSON.stringify(key)}:${stableJson(value[key])}`).join(',')}}`;
}

/** First occurrence of each value, order kept. */
export function unique<T>(values: Iterable<T>): T[] {
  return [...new Set(values)];
}

/** A scalar as text, nothing as the empty text, the rest as JSON. */
export function scalarText(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? stableJson(value) : String(value);
}

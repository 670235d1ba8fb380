import type { Environment } from './deps';

export type Redactor = (text: string) => string;

const secretName = /key|token|secret|passw|credential|auth|cookie|dsn|database_url/i;
/** Shapes of keys that may reach us in a provider's own words, whatever variable they came from. */
const secretShapes = [
  /\b(?:sk|pk|rk|xox[abprs]|gh[pousr]|glpat)[-_][A-Za-z0-9_-]{8,}/g,
  /\bAIza[A-Za-z0-9_-]{20,}/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?/g,
  /\b(bearer|basic)\s+[A-Za-z0-9+/_.=-]{8,}/gi,
  /(:\/\/[^/\s:@]+:)[^@\s/]+@/g,
];
/** Shorter values are words of every text (`true`, `local`), not secrets. */
const secretLengthMin = 8;

/**
 * Makes the function that takes secrets out of texts on their way into messages, logs and history: the values of
 * environment variables that are named like secrets, `extra` values, and whatever has the shape of a key.
 */
export function makeRedactor(env: Environment, extra: readonly string[] = []): Redactor {
  const named = Object.entries(env).flatMap(([name, value]) => (value && secretName.test(name) ? [value] : []));
  const values = [...new Set([...named, ...extra])].filter((value) => value.length >= secretLengthMin);
  values.sort((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const value of values) clean = clean.split(value).join('[redacted]');
    for (const shape of secretShapes) clean = clean.replace(shape, keepLead);
    return clean;
  };
}

/** Leaves what stands before a secret (`Bearer `, `://user:`), so that a person sees what was meant. */
function keepLead(_match: string, lead: unknown): string {
  if (typeof lead !== 'string') return '[redacted]';
  return lead.startsWith('://') ? `${lead}[redacted]@` : `${lead} [redacted]`;
}

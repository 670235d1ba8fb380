/**
 * Finds the JSON value in a model's text: the whole text, else the content of a fenced block, else the first balanced
 * `{…}` or `[…]`. It never repairs: half a value is none. Returns undefined when there is no complete value.
 */
export function extractJson(text: string): unknown {
  const trimmed = text.trim();
  const whole = parsed(trimmed);
  if (whole !== undefined) return whole;
  for (const match of trimmed.matchAll(/```[a-zA-Z0-9_-]*\s*\n([\s\S]*?)\n?\s*```/g)) {
    const value = parsed((match[1] ?? '').trim());
    if (isContainer(value)) return value;
  }
  return firstBalanced(trimmed);
}

/** A scan that finds no value at this many openings will not find one at the next. */
const openingsMax = 200;

function firstBalanced(text: string): unknown {
  let tries = 0;
  for (let start = text.search(/[{[]/); start >= 0 && tries < openingsMax; tries += 1) {
    const end = endOfValue(text, start);
    // A value that never closes is a cut answer: what is inside it is not the answer.
    if (end < 0) return undefined;
    const value = parsed(text.slice(start, end));
    if (isContainer(value)) return value;
    const next = text.slice(start + 1).search(/[{[]/);
    start = next < 0 ? -1 : start + 1 + next;
  }
  return undefined;
}

/** Index after the bracket that closes the one at `start`, strings skipped; -1 when it never closes. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  let inString = false;
  for (let at = start; at < text.length; at += 1) {
    const sign = text[at];
    if (inString) {
      if (sign === '\\') at += 1;
      else if (sign === '"') inString = false;
    } else if (sign === '"') inString = true;
    else if (sign === '{' || sign === '[') depth += 1;
    else if (sign === '}' || sign === ']') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}

function isContainer(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

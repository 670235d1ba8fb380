/** Whether `name` fits `pattern`, where `*` stands for any run of characters. Linear time, no regular expression. */
export function matchesPattern(pattern: string, name: string): boolean {
  const parts = pattern.split('*');
  const [first = '', ...rest] = parts;
  if (rest.length === 0) return pattern === name;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  const last = rest.pop() ?? '';
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}

/** The value of the most specific (longest) pattern that fits, so that an exact name beats a wildcard. */
export function bestMatch<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  let best: string | undefined;
  for (const pattern of Object.keys(table)) {
    if (matchesPattern(pattern, name) && (best === undefined || pattern.length > best.length)) best = pattern;
  }
  return best === undefined ? undefined : table[best];
}

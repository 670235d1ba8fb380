/** Longer texts are worked out anew each time: what is remembered are names, not contents. */
const textMax = 300;

/**
 * A function of a name that remembers what it gave. Data has few names of fields and many records, and each record asks
 * about the same names again. At most `max` answers are kept (I5). `give` must depend on its text alone.
 */
export function remembered<T>(max: number, give: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const given = give(text);
    if (text.length > textMax) return given;
    if (known.size >= max) known.clear();
    known.set(text, given);
    return given;
  };
}

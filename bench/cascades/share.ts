/** Some of all, with the 95 % interval of Wilson's score: it holds for small numbers and for shares near 0 and 1. */
export interface Share {
  some: number;
  all: number;
}

const z = 1.959964;

export function wilson({ some, all }: Share): { low: number; high: number } {
  if (all === 0) return { low: 0, high: 1 };
  const share = some / all;
  const middle = (share + z ** 2 / (2 * all)) / (1 + z ** 2 / all);
  const half = (z / (1 + z ** 2 / all)) * Math.sqrt((share * (1 - share)) / all + z ** 2 / (4 * all ** 2));
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

const percent = (share: number): string => (share * 100).toFixed(0);

/** `31/60 · 52 % (39–64)`; a dash where there was nothing to count. */
export function shareText({ some, all }: Share): string {
  if (all === 0) return '–';
  const { low, high } = wilson({ some, all });
  return `${some}/${all} · ${percent(some / all)} % (${percent(low)}–${percent(high)})`;
}

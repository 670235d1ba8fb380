const longest = 64;

/** Edit distance with neighbouring letters swapped counted as one; texts are cut at 64 characters (I5). */
export function editDistance(left: string, right: string): number {
  const a = left.slice(0, longest);
  const b = right.slice(0, longest);
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(
        at(previous, column) + 1,
        at(current, column - 1) + 1,
        at(previous, column - 1) + (same ? 0 : 1),
      );
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) cost = Math.min(cost, at(before, column - 2) + 1);
      current.push(cost);
    }
    before = previous;
    previous = current;
  }
  return at(previous, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? 0;
}

/** The known name that was probably meant, or undefined when none is close. Case, `_` and `-` hardly count. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replace(/[_-]/g, '');
  const wanted = plain(name);
  const allowed = Math.max(1, Math.floor(Math.min(wanted.length, longest) / 3));
  let best: string | undefined;
  let bestDistance = allowed + 1;
  for (const candidate of known) {
    const distance = editDistance(wanted, plain(candidate));
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** `did you mean "x"?`, or the names there are, or that there are none. */
export function hintFor(name: string, known: readonly string[], what: string): string {
  const near = nearestName(name, known);
  if (near !== undefined) return `did you mean "${near}"?`;
  if (known.length === 0) return `there are no ${what} yet`;
  const shown = known.slice(0, 12).join(', ');
  return `${what}: ${shown}${known.length > 12 ? `, and ${known.length - 12} more` : ''}`;
}

import { createHash } from 'node:crypto';

/**
 * A number in [0, 1) that belongs to its key: the same in every run, on every machine, in whatever order it is asked for.
 * Two variants of a trial that ask under the same key throw the same dice, so that they differ by the variant alone.
 */
export function chance(...key: readonly (string | number)[]): number {
  return createHash('sha256').update(key.join('|')).digest().readUInt32BE(0) / 2 ** 32;
}

/** One of `0 … sides - 1`. */
export function pick(sides: number, ...key: readonly (string | number)[]): number {
  return Math.floor(chance(...key) * sides);
}

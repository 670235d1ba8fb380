import { sha256Hex } from '../digest';
import type { Json } from '../json';
import type { BranchValue, MergedValue } from './branch-value';
import { asText, canonicalText, compareText, inOrder } from './branch-value';

/**
 * The answer most branches gave, with the count; a tie is named and goes to the answer whose digest sorts first. Texts are
 * one answer when they differ in case or outer white space alone; other values when they are equal as JSON.
 */
export function voteOf(values: readonly BranchValue[]): MergedValue {
  const counted = new Map<string, { value: Json; voters: string[] }>();
  for (const { from, value } of inOrder(values)) {
    const ballot = typeof value === 'string' ? value.trim().toLowerCase() : value;
    const key = canonicalText(ballot);
    const known = counted.get(key);
    if (known) known.voters.push(from);
    else counted.set(key, { value, voters: [from] });
  }
  const ranked = [...counted.entries()]
    .map(([key, ballot]) => ({ ...ballot, rank: sha256Hex(key) }))
    .sort((a, b) => b.voters.length - a.voters.length || compareText(a.rank, b.rank));
  const [winner, second] = ranked;
  const tie = winner !== undefined && second !== undefined && winner.voters.length === second.voters.length;
  const sides = ranked.map(({ value, voters }) => ({ from: voters.join(', '), claim: asText(value) }));
  return {
    merged: {
      winner: winner?.value ?? null,
      votes: winner?.voters.length ?? 0,
      of: values.length,
      tie,
      ballots: ranked.map(({ value, voters }) => ({ value, voters })),
    },
    conflicts: ranked.length > 1 ? [{ about: 'the answer', sides }] : [],
  };
}

import canonicalize from 'canonicalize';
import type { Json } from '../json';

/** What one branch came to. */
export interface BranchValue {
  from: string;
  value: Json;
}
/** One side of a contradiction; `from` names the branches behind it, joined by a comma. */
export interface ConflictSide {
  from: string;
  claim: string;
  sources?: Json[];
}
export interface Conflict {
  about: string;
  sides: ConflictSide[];
}
export interface MergedValue {
  merged: Json;
  conflicts: Conflict[];
}

export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** By name, so that the order of arrival changes nothing; what has one name is told apart by its value. */
export function inOrder<T extends BranchValue>(values: readonly T[]): T[] {
  return [...values].sort(
    (a, b) => compareText(a.from, b.from) || compareText(canonicalText(a.value), canonicalText(b.value)),
  );
}

/** One text for equal JSON values, whatever the order of their keys (RFC 8785). */
export function canonicalText(value: Json): string {
  return canonicalize(value) ?? 'null';
}

/** A value as a conflict shows it to people. */
export function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Names once each, in order, as one text. */
export function namesOf(names: Iterable<string>): string {
  return [...new Set(names)].sort(compareText).join(', ');
}

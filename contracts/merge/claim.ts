import type { Json } from '../json';
import { canonicalText, compareText } from './branch-value';

/** One claim of one branch, as it was read from the branch's output. */
export interface Claim {
  from: string;
  /** What it is about, as the branch words it; null when it does not say. */
  about: string | null;
  claim: string;
  /** What it says of its subject: only values can contradict each other. */
  value?: Json;
  sources: Json[];
}

/** What nobody contradicts. */
export interface AgreedClaim {
  claim: string;
  about?: string;
  value?: Json;
  sources: Json[];
  /** The branches that make this claim. */
  supportedBy: string[];
  /** Other wordings of the same claim. */
  wordings?: string[];
}
/** One value of a contradiction; `from` is `supportedBy` as one text. */
export interface ClaimSide extends Omit<AgreedClaim, 'about'> {
  from: string;
}
export interface ClaimConflict {
  about: string;
  sides: ClaimSide[];
}
/**
 * Why something stays open: a branch left it so; nobody gave a source; branches speak differently of one subject and give
 * no values that could be compared; an output has no claims; there were too many.
 */
export type OpenReason = 'left-open' | 'no-source' | 'worded-differently' | 'not-claims' | 'too-many';
export interface OpenPoint {
  about: string;
  why: OpenReason;
  supportedBy: string[];
  sides?: ClaimSide[];
}
export interface MergedClaims {
  agreed: AgreedClaim[];
  conflicts: ClaimConflict[];
  unresolved: OpenPoint[];
}

/** Bounds of one merge (I5). What is above them is counted in `unresolved`. */
export const claimBounds = { claims: 2_000, openPoints: 500, sources: 64, wordings: 8, textLength: 2_000 } as const;

/** Texts that differ in case, white space or the full stop at the end say the same. */
export function textKey(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase()
    .replace(/[.!…]+$/, '');
}

/** Values are equal as JSON; a number is equal to its text, since models write both. */
export function valueKey(value: Json): string {
  if (typeof value === 'object' && value !== null) return canonicalText(value);
  return textKey(String(value));
}

export function shortText(text: string): string {
  return text.length > claimBounds.textLength ? `${text.slice(0, claimBounds.textLength - 1)}…` : text;
}

export function sourcesOf(claims: readonly Claim[]): Json[] {
  const known = new Map(
    claims.flatMap(({ sources }) => sources.map((source) => [canonicalText(source), source] as const)),
  );
  return [...known.entries()]
    .sort(([a], [b]) => compareText(a, b))
    .slice(0, claimBounds.sources)
    .map(([, source]) => source);
}

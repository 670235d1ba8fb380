import type { Json } from '../json';
import type { BranchValue, MergedValue } from './branch-value';
import { canonicalText, compareText, inOrder } from './branch-value';
import type { Claim, MergedClaims, OpenPoint } from './claim';
import { claimBounds, textKey } from './claim';
import { readClaims } from './read-claims';
import { settleSubject } from './settle-subject';

/**
 * Claims in, `{agreed, conflicts, unresolved}` out. Every claim of every branch is in one of the three, with all its
 * sources. Decided without a model, by equality alone: the same subject with different values is a conflict; what nobody
 * contradicts and somebody has a source for is agreed; the rest stays open and is passed up. Its own result is a
 * recognised input, so that nested merges lose nothing.
 */
export function claimsOf(values: readonly BranchValue[]): MergedValue & { merged: Json } {
  const result = mergeClaims(values);
  return {
    merged: result as unknown as Json,
    conflicts: result.conflicts.map(({ about, sides }) => ({
      about,
      sides: sides.map(({ from, claim, sources }) => ({ from, claim, sources })),
    })),
  };
}

export function mergeClaims(values: readonly BranchValue[]): MergedClaims {
  const branches = inOrder(values).map((branch) => bounded(branch, Math.floor(claimBounds.claims / values.length)));
  const claims = withSubjects(
    branches.flatMap((branch) => branch.claims),
    branches.flatMap((branch) => branch.open),
  );
  const contested = new Set(branches.flatMap((branch) => branch.contested.map(textKey)));
  const into: MergedClaims = { agreed: [], conflicts: [], unresolved: branches.flatMap((branch) => branch.open) };
  const subjects = new Map<string, Claim[]>();
  for (const claim of claims) {
    const key = claim.about === null ? `text ${textKey(claim.claim)}` : `about ${textKey(claim.about)}`;
    const known = subjects.get(key);
    if (known) known.push(claim);
    else subjects.set(key, [claim]);
  }
  for (const [key, group] of [...subjects].sort(([a], [b]) => compareText(a, b)))
    settleSubject(group, key.startsWith('about ') && contested.has(key.slice('about '.length)), into);
  into.agreed.sort(
    (a, b) =>
      b.supportedBy.length - a.supportedBy.length ||
      compareText(a.claim, b.claim) ||
      compareText(a.about ?? '', b.about ?? ''),
  );
  return { ...into, unresolved: boundedOpen(joinOpen(into.unresolved)) };
}

/** Each branch has the same room; what is above it is counted and said, never lost in silence (I5). */
function bounded(branch: BranchValue, claimsMax: number): ReturnType<typeof readClaims> {
  const read = readClaims(branch);
  const over = read.claims.length - claimsMax;
  if (over <= 0) return read;
  const point: OpenPoint = {
    about: `${over} claims of ${branch.from} were not merged: at most ${claimsMax} of a branch are`,
    why: 'too-many',
    supportedBy: [branch.from],
  };
  return { ...read, claims: read.claims.slice(0, claimsMax), open: [...read.open, point] };
}

/**
 * A claim without a subject belongs to the subject for which others make the very same claim, if that is only one. What
 * an earlier merge left open counts among the others.
 */
function withSubjects(claims: readonly Claim[], points: readonly OpenPoint[]): Claim[] {
  const subjects = new Map<string, Map<string, string>>();
  const learn = (text: string, about: string): void => {
    const known = subjects.get(textKey(text)) ?? new Map<string, string>();
    subjects.set(textKey(text), known.set(textKey(about), about));
  };
  for (const { about, claim } of claims) if (about !== null) learn(claim, about);
  for (const { about, sides = [] } of points)
    for (const { claim, wordings = [] } of sides)
      for (const text of [claim, ...wordings]) if (textKey(text) !== textKey(about)) learn(text, about);
  return claims.map((claim) => {
    if (claim.about !== null) return claim;
    const [only, ...more] = subjects.get(textKey(claim.claim))?.values() ?? [];
    return only === undefined || more.length > 0 ? claim : { ...claim, about: only };
  });
}

/** The same open point of several branches is one. */
function joinOpen(points: readonly OpenPoint[]): OpenPoint[] {
  const known = new Map<string, OpenPoint>();
  for (const point of points) {
    const key = canonicalText([textKey(point.about), point.why, (point.sides ?? []) as unknown as Json]);
    const other = known.get(key);
    known.set(key, {
      ...point,
      about: other && compareText(other.about, point.about) < 0 ? other.about : point.about,
      supportedBy: [...new Set([...(other?.supportedBy ?? []), ...point.supportedBy])].sort(compareText),
    });
  }
  return [...known.entries()].sort(([a], [b]) => compareText(a, b)).map(([, point]) => point);
}

function boundedOpen(points: OpenPoint[]): OpenPoint[] {
  const over = points.length - claimBounds.openPoints;
  if (over <= 0) return points;
  const kept = points.slice(0, claimBounds.openPoints - 1);
  const left = points.slice(claimBounds.openPoints - 1);
  const supportedBy = [...new Set(left.flatMap((point) => point.supportedBy))].sort(compareText);
  return [...kept, { about: `${left.length} further open points are not listed`, why: 'too-many', supportedBy }];
}

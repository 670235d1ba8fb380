import type { Json } from '../json';
import { canonicalText, compareText, namesOf } from './branch-value';
import type { AgreedClaim, Claim, ClaimSide, MergedClaims } from './claim';
import { claimBounds, shortText, sourcesOf, textKey, valueKey } from './claim';

/** Claims that say the same of one subject: one value, or one text. */
interface Saying {
  value?: Json;
  claims: Claim[];
  supporters: Set<string>;
}

/**
 * What becomes of all claims about one subject. Different values are a conflict. Without values to compare, texts that
 * some branches have and others have not stay open when each side has one of its own: whether they contradict each other
 * takes a reader. Where one branch only says more than another, everything is agreed.
 */
export function settleSubject(claims: readonly Claim[], contested: boolean, into: MergedClaims): void {
  const sayings = sayingsOf(claims);
  const valued = sayings.filter(({ value }) => value !== undefined);
  const about = subjectOf(claims);
  if (contested && sayings.length > 1) return conflict(about, sayings, into);
  if (valued.length > 1) {
    conflict(about, valued, into);
    const worded = sayings.filter(({ value }) => value === undefined);
    if (worded.length > 0) open(about, 'worded-differently', worded, into);
    return;
  }
  const facing = facingOf(sayings);
  if (facing.length > 0) open(about, 'worded-differently', facing, into);
  for (const saying of sayings.filter((each) => !facing.includes(each))) {
    if (saying.claims.every(({ sources }) => sources.length === 0)) open(about, 'no-source', [saying], into);
    else into.agreed.push(agreedOf(saying));
  }
}

function sayingsOf(claims: readonly Claim[]): Saying[] {
  const valuesOfText = new Map<string, Set<string>>();
  for (const { claim, value } of claims) {
    if (value === undefined) continue;
    const text = textKey(claim);
    valuesOfText.set(text, (valuesOfText.get(text) ?? new Set()).add(valueKey(value)));
  }
  const sayings = new Map<string, Saying>();
  for (const claim of claims) {
    const text = textKey(claim.claim);
    const [only, ...more] = valuesOfText.get(text) ?? [];
    const key =
      claim.value !== undefined
        ? `value ${valueKey(claim.value)}`
        : only !== undefined && more.length === 0
          ? `value ${only}`
          : `text ${text}`;
    const saying = sayings.get(key) ?? { claims: [], supporters: new Set<string>() };
    saying.claims.push(claim);
    saying.supporters.add(claim.from);
    if (claim.value !== undefined) saying.value = firstOf(saying.value, claim.value);
    sayings.set(key, saying);
  }
  return [...sayings.entries()].sort(([a], [b]) => compareText(a, b)).map(([, saying]) => saying);
}

/** Of two spellings of one value the one that sorts first, whoever came first. */
function firstOf(known: Json | undefined, other: Json): Json {
  return known === undefined || compareText(canonicalText(other), canonicalText(known)) < 0 ? other : known;
}

/** The sayings that stand against each other: two of them, neither's supporters all among the other's. */
function facingOf(sayings: readonly Saying[]): Saying[] {
  const everybody = new Set(sayings.flatMap(({ supporters }) => [...supporters]));
  const some = sayings
    .filter(({ supporters }) => supporters.size < everybody.size)
    .sort((a, b) => b.supporters.size - a.supporters.size);
  // In order of size, each within the one before, is the same as: any two within each other.
  const nested = some.every(({ supporters }, index) => {
    const before = some[index - 1]?.supporters;
    return before === undefined || [...supporters].every((name) => before.has(name));
  });
  return nested ? [] : sayings.filter((saying) => some.includes(saying));
}

function subjectOf(claims: readonly Claim[]): string | null {
  const names = claims.flatMap(({ about }) => about ?? []).sort(compareText);
  return names[0] ?? null;
}

function agreedOf({ value, claims, supporters }: Saying): AgreedClaim {
  const [claim = '', ...others] = wordingsOf(claims);
  const about = subjectOf(claims);
  return {
    claim,
    ...(about !== null && { about }),
    ...(value !== undefined && { value }),
    sources: sourcesOf(claims),
    supportedBy: [...supporters].sort(compareText),
    ...(others.length > 0 && { wordings: others.slice(0, claimBounds.wordings) }),
  };
}

/** The wordings of one claim, each once, in order: which comes first depends on nobody's number. */
function wordingsOf(claims: readonly Claim[]): string[] {
  const known = new Map<string, string>();
  for (const { claim } of claims) {
    const other = known.get(textKey(claim));
    if (other === undefined || compareText(claim, other) < 0) known.set(textKey(claim), claim);
  }
  return [...known.entries()].sort(([a], [b]) => compareText(a, b)).map(([, text]) => shortText(text));
}

function sideOf(saying: Saying): ClaimSide {
  const { about: _known, ...said } = agreedOf(saying);
  return { from: namesOf(saying.supporters), ...said };
}

function conflict(about: string | null, sayings: readonly Saying[], into: MergedClaims): void {
  const sides = sayings.map(sideOf);
  into.conflicts.push({ about: about ?? sides[0]?.claim ?? '', sides });
}

function open(
  about: string | null,
  why: MergedClaims['unresolved'][number]['why'],
  sayings: readonly Saying[],
  into: MergedClaims,
): void {
  const sides = sayings.map(sideOf);
  const supportedBy = [...new Set(sides.flatMap((side) => side.supportedBy))].sort(compareText);
  into.unresolved.push({ about: about ?? sides[0]?.claim ?? '', why, supportedBy, sides });
}

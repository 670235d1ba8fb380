import type { Json, JsonObject } from '../json';
import { isJsonObject } from '../json';
import type { BranchValue } from './branch-value';
import { asText } from './branch-value';
import type { Claim, ClaimSide, OpenPoint, OpenReason } from './claim';
import { shortText, textKey } from './claim';

export interface ReadBranch {
  claims: Claim[];
  /** Subjects that the branch itself found contradictory: their sides stay a conflict. */
  contested: string[];
  open: OpenPoint[];
}

const textNames = ['claim', 'text', 'statement', 'finding', 'title'];
const aboutNames = ['about', 'subject', 'key'];
const sourceNames = ['sources', 'source', 'cites', 'citations'];
const openReasons: readonly string[] = [
  'left-open',
  'no-source',
  'worded-differently',
  'not-claims',
  'too-many',
] satisfies OpenReason[];

/**
 * The claims of one branch. Recognised are: a list of claims; an object with `claims` or `agreed`; any other list of an
 * object whose members have a text and sources; `conflicts` and `unresolved` as this merge itself writes them. A claim is
 * an object with a text (`claim`, `text`, `statement`, `finding`, `title`), `sources` (`source`, `cites`, `citations`) and,
 * to be comparable, what it is about (`about`, `subject`, `key`) and its `value`. An output that has nothing of this is one
 * open point.
 */
export function readClaims({ from, value }: BranchValue): ReadBranch {
  const read: ReadBranch = { claims: [], contested: [], open: [] };
  const known = Array.isArray(value)
    ? readList(read, from, value, true)
    : isJsonObject(value) && readObject(read, from, value);
  if (!known) read.open.push({ about: shortText(asText(value)), why: 'not-claims', supportedBy: [from] });
  return read;
}

function readObject(read: ReadBranch, from: string, value: JsonObject): boolean {
  let known = false;
  for (const [name, list] of Object.entries(value)) {
    if (!Array.isArray(list)) continue;
    if (name === 'conflicts') known = readConflicts(read, from, list) || known;
    else if (name === 'unresolved') known = readOpen(read, from, list) || known;
    else known = readList(read, from, list, name === 'claims' || name === 'agreed') || known;
  }
  return known || readList(read, from, [value], false);
}

/** Whether it is a list of claims. One that is called so is taken whole; members that are no claims become open points. */
function readList(read: ReadBranch, from: string, list: readonly Json[], isClaims: boolean): boolean {
  const found = list.map((member) => claimOf(from, member, isClaims));
  if (!isClaims && !found.some(Boolean)) return false;
  found.forEach((claim, index) => {
    if (claim) read.claims.push(...claim);
    else if (isClaims)
      read.open.push({ about: shortText(asText(list[index] ?? null)), why: 'not-claims', supportedBy: [from] });
  });
  return true;
}

/** A claim, and the same in its other wordings; null for what is none. */
function claimOf(from: string, member: Json, mayLackSources: boolean): Claim[] | null {
  if (typeof member === 'string')
    return mayLackSources && textKey(member) !== '' ? [{ from, about: null, claim: member.trim(), sources: [] }] : null;
  if (!isJsonObject(member)) return null;
  const about = firstText(member, aboutNames);
  const given = Object.hasOwn(member, 'value') ? member['value'] : null;
  const value = given === undefined || given === null ? {} : { value: given };
  const said =
    firstText(member, textNames) ?? (about !== null && 'value' in value ? `${about}: ${asText(value.value)}` : null);
  const sources = sourcesIn(member);
  if (said === null || (sources === null && !mayLackSources)) return null;
  const others = Array.isArray(member['wordings']) ? member['wordings'] : [];
  const texts = [said, ...others.filter((text): text is string => typeof text === 'string' && text.trim() !== '')];
  return texts.map((claim) => ({ from, about, claim, ...value, sources: sources ?? [] }));
}

function firstText(member: JsonObject, names: readonly string[]): string | null {
  for (const name of names) {
    const value = Object.hasOwn(member, name) ? member[name] : undefined;
    if (typeof value === 'number') return String(value);
    if (typeof value === 'string' && textKey(value) !== '') return value.trim();
  }
  return null;
}

function sourcesIn(member: JsonObject): Json[] | null {
  const name = sourceNames.find((each) => Object.hasOwn(member, each));
  if (name === undefined) return null;
  const given = member[name] ?? null;
  const list = Array.isArray(given) ? given : [given];
  return list.filter((source) => source !== null && source !== '');
}

function readConflicts(read: ReadBranch, from: string, list: readonly Json[]): boolean {
  for (const conflict of list) {
    const about = isJsonObject(conflict) ? firstText(conflict, ['about']) : null;
    const sides = isJsonObject(conflict) && Array.isArray(conflict['sides']) ? conflict['sides'] : [];
    const claims = sides.flatMap((side) => claimOf(from, side, true) ?? []);
    if (about === null || claims.length === 0) {
      read.open.push({ about: shortText(asText(conflict)), why: 'left-open', supportedBy: [from] });
      continue;
    }
    read.contested.push(about);
    read.claims.push(...claims.map((claim) => ({ ...claim, about })));
  }
  return true;
}

function readOpen(read: ReadBranch, from: string, list: readonly Json[]): boolean {
  for (const point of list) {
    const fields = isJsonObject(point) ? point : {};
    const about = firstText(fields, ['about', 'question', ...textNames]) ?? asText(point);
    const why = openReasons.find((reason) => reason === fields['why']) as OpenReason | undefined;
    const sides = Array.isArray(fields['sides']) ? fields['sides'] : [];
    const kept = sides.flatMap((side) => sideOf(claimOf(from, side, true) ?? []));
    read.open.push({
      about: shortText(about),
      why: why ?? 'left-open',
      supportedBy: [from],
      ...(kept.length > 0 && { sides: kept }),
    });
  }
  return true;
}

function sideOf([first, ...others]: readonly Claim[]): ClaimSide[] {
  if (first === undefined) return [];
  const { from, claim, value, sources } = first;
  return [
    {
      from,
      claim: shortText(claim),
      ...(value !== undefined && { value }),
      sources,
      supportedBy: [from],
      ...(others.length > 0 && { wordings: others.map((other) => shortText(other.claim)) }),
    },
  ];
}

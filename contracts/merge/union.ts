import type { Json, JsonObject } from '../json';
import { isJsonObject } from '../json';
import type { BranchValue, Conflict, MergedValue } from './branch-value';
import { asText, canonicalText, compareText, inOrder, namesOf } from './branch-value';
import { identityOf, membersOf, shownIdentity } from './members';

interface Member {
  value: Json;
  /** Who said what of each field, in the order of the branches' names. */
  said: Map<string, BranchValue[]>;
}

/**
 * The set of all members: lists are flattened, objects with the same `id` (or `key`, `name`) become one. Where branches
 * give one field of the same object different values, all sides are named and the field keeps the value of the branch
 * whose name comes first, so that the order of arrival changes nothing.
 */
export function unionOf(values: readonly BranchValue[]): MergedValue {
  const members = new Map<string, Member>();
  for (const { from, value } of inOrder(values)) {
    for (const member of membersOf(value)) {
      const key = identityOf(member);
      const known = members.get(key) ?? { value: ownCopy(member), said: new Map<string, BranchValue[]>() };
      members.set(key, known);
      if (isJsonObject(known.value) && isJsonObject(member)) join(known.value, from, member, known.said);
    }
  }
  const sorted = [...members.entries()].sort(([a], [b]) => compareText(a, b));
  return {
    merged: sorted.map(([, member]) => member.value),
    conflicts: sorted.flatMap(([key, { said }]) => conflictsOf(shownIdentity(key), said)),
  };
}

const ownCopy = (member: Json): Json => (isJsonObject(member) ? { ...member } : member);

/** Adds to what is known in place: thousands of members may have one identity, and the workflow has to go on. */
function join(known: JsonObject, from: string, fields: JsonObject, said: Member['said']): void {
  for (const [field, value] of Object.entries(fields)) {
    const claims = said.get(field) ?? [];
    claims.push({ from, value });
    said.set(field, claims);
    // Also a field of the name `__proto__` is only a field.
    if (!Object.hasOwn(known, field))
      Object.defineProperty(known, field, { value, enumerable: true, writable: true, configurable: true });
  }
}

function conflictsOf(about: string, said: Member['said']): Conflict[] {
  return [...said.entries()]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([field, claims]) => {
      const sides = sidesOf(claims);
      return sides.length > 1 ? [{ about: `${about}.${field}`, sides }] : [];
    });
}

/** One side for each value that was given, in the order in which it was given first. */
function sidesOf(claims: readonly BranchValue[]): Conflict['sides'] {
  const sides = new Map<string, { value: Json; names: string[] }>();
  for (const { from, value } of claims) {
    const key = canonicalText(value);
    const side = sides.get(key) ?? { value, names: [] };
    side.names.push(from);
    sides.set(key, side);
  }
  return [...sides.values()].map(({ value, names }) => ({ from: namesOf(names), claim: asText(value) }));
}

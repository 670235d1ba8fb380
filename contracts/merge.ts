import { digestOf } from './digest';
import type { Json, JsonObject } from './json';
import { isJsonObject } from './json';

/** What one branch came to. */
export interface BranchValue {
  from: string;
  value: Json;
}
export interface Conflict {
  about: string;
  sides: { from: string; claim: string }[];
}
export interface MergedValue {
  merged: Json;
  conflicts: Conflict[];
}

const byName = (a: BranchValue, b: BranchValue): number => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0);
const asText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** All results side by side, in the order they were declared in. */
export function concatOf(values: readonly BranchValue[]): MergedValue {
  return { merged: values.map(({ from, value }) => ({ from, value })), conflicts: [] };
}

/**
 * The set of all members: lists are flattened, objects with the same `id` (or `key`, `name`) become one. Where two
 * branches give one field of the same object different values, both sides are named and the field keeps the value of
 * the branch whose name comes first, so that the order of arrival changes nothing.
 */
export function unionOf(values: readonly BranchValue[]): MergedValue {
  const conflicts: Conflict[] = [];
  const members = new Map<string, { from: string; value: Json }>();
  for (const { from, value } of [...values].sort(byName)) {
    for (const member of membersOf(value)) {
      const key = identityOf(member);
      const known = members.get(key);
      if (!known) members.set(key, { from, value: member });
      else known.value = joinObjects(key, known, { from, value: member }, conflicts);
    }
  }
  const merged = [...members.entries()]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, member]) => member.value);
  return { merged, conflicts };
}

/** The answer most branches gave, with the count; a tie is a conflict and goes to the answer that sorts first. */
export function voteOf(values: readonly BranchValue[]): MergedValue {
  const counted = new Map<string, { value: Json; voters: string[] }>();
  for (const { from, value } of [...values].sort(byName)) {
    const ballot = typeof value === 'string' ? value.trim().toLowerCase() : value;
    const key = digestOf(ballot);
    const known = counted.get(key);
    if (known) known.voters.push(from);
    else counted.set(key, { value, voters: [from] });
  }
  const ranked = [...counted.entries()]
    .sort(([a, x], [b, y]) => y.voters.length - x.voters.length || (a < b ? -1 : 1))
    .map(([, ballot]) => ballot);
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

function membersOf(value: Json): Json[] {
  if (Array.isArray(value)) return value;
  if (!isJsonObject(value)) return value === null ? [] : [value];
  const lists = Object.values(value).filter((member): member is Json[] => Array.isArray(member));
  const [only] = lists;
  return lists.length === 1 && only ? only : [value];
}

function identityOf(member: Json): string {
  if (!isJsonObject(member)) return digestOf(member);
  const id = ['id', 'key', 'name']
    .map((name) => member[name])
    .find((value) => typeof value === 'string' || typeof value === 'number');
  return id === undefined ? digestOf(member) : `id:${String(id)}`;
}

function joinObjects(
  key: string,
  a: { from: string; value: Json },
  b: { from: string; value: Json },
  conflicts: Conflict[],
): Json {
  if (!isJsonObject(a.value) || !isJsonObject(b.value)) return a.value;
  const joined: JsonObject = { ...a.value };
  for (const [field, theirs] of Object.entries(b.value)) {
    const ours = joined[field];
    if (ours === undefined) joined[field] = theirs;
    else if (JSON.stringify(ours) !== JSON.stringify(theirs)) {
      conflicts.push({
        about: `${key.replace(/^id:/, '')}.${field}`,
        sides: [
          { from: a.from, claim: asText(ours) },
          { from: b.from, claim: asText(theirs) },
        ],
      });
    }
  }
  return joined;
}

import { digestOf } from '../digest';
import type { Json } from '../json';
import { isJsonObject } from '../json';

/** The members a branch brings: those of its list, of the only list in its object, or itself. */
export function membersOf(value: Json): Json[] {
  if (Array.isArray(value)) return value;
  if (!isJsonObject(value)) return value === null ? [] : [value];
  const lists = Object.values(value).filter((member): member is Json[] => Array.isArray(member));
  const [only] = lists;
  return lists.length === 1 && only ? only : [value];
}

/** Members with one identity are one: by `id`, `key` or `name`, else by what they are. */
export function identityOf(member: Json): string {
  if (!isJsonObject(member)) return digestOf(member);
  const id = ['id', 'key', 'name']
    .map((name) => (Object.hasOwn(member, name) ? member[name] : undefined))
    .find((value) => typeof value === 'string' || typeof value === 'number');
  return id === undefined ? digestOf(member) : `id:${String(id)}`;
}

/** An identity as people read it. */
export const shownIdentity = (key: string): string => key.replace(/^id:/, '');

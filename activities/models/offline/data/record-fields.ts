import type { Json, JsonObject } from '../../../../contracts/json';
import { isJsonObject } from '../../../../contracts/json';
import { bounds } from '../bounds';
import { means } from '../words/concepts';
import { dayOf, isAddress, isPathLike, isPersonName, isUri } from '../words/kinds';
import { unique } from '../words/order';
import { nameWords, words } from '../words/terms';

/** Scalars and lists of an object by dotted path; objects inside are opened, lists stay whole. */
export function flattenFields(
  object: JsonObject,
  prefix = '',
  into = new Map<string, Json>(),
  depth = 0,
): Map<string, Json> {
  for (const [key, value] of Object.entries(object)) {
    if (into.size >= bounds.fieldsPerRecord) break;
    const path = prefix === '' ? key : `${prefix}.${key}`;
    if (isJsonObject(value)) {
      if (depth < 4) flattenFields(value, path, into, depth + 1);
    } else if (value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)) into.set(path, value);
  }
  return into;
}

/** The part of a dotted path that names the field: `status.name` is `status`, `author.address` is `author`. */
export function fieldName(path: string): string {
  const parts = path.split('.');
  const last = parts[parts.length - 1] ?? path;
  const isPartOfOther =
    parts.length > 1 && /^(?:name|displayName|display_name|value|title|label|full_name|fullName)$/.test(last);
  return isPartOfOther ? (parts[parts.length - 2] ?? last) : last;
}

const nameKeys = ['name', 'displayName', 'display_name', 'fullName', 'full_name', 'login', 'title'];

/** The names in a value: a text, an object with a name, or a list of either. */
export function namesIn(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  if (typeof value === 'string') return value.trim() === '' ? [] : [personText(value)];
  if (!isJsonObject(value)) return [];
  for (const key of nameKeys) {
    const name = value[key];
    if (typeof name === 'string' && name.trim() !== '') return [personText(name)];
  }
  const address = Object.values(value).find(isAddress);
  return typeof address === 'string' ? [address] : [];
}

/** `Ada Lovelace <ada@example.org>` is Ada Lovelace; a bare address stays what it is. */
function personText(text: string): string {
  const hit = /^\s*"?([^"<>]+?)"?\s*<[^<>]*>\s*$/.exec(text);
  return (hit?.[1] ?? text).trim();
}

/** Names of the people of a record, in the order of its fields, each once. */
export function peopleOf(fields: ReadonlyMap<string, Json>): string[] {
  const names: string[] = [];
  for (const [path, value] of fields) {
    const name = fieldName(path);
    if (!isPersonField(name, value)) continue;
    names.push(
      ...namesIn(value).filter((text) => text.length < 120 && /\p{L}/u.test(text) && dayOf(text) === undefined),
    );
  }
  return unique(names);
}

/** Words that end like the name of a role and are things. */
const things =
  /(?:number|order|letter|sensor|colou?r|floor|door|header|folder|layer|server|computer|monitor|meter|motor|tower|container|trailer|corridor|harbou?r|river|theater|center|chapter|paper|parameter|filter|error|sector|factor|spot|slot|lot|pilot project|domain|train|grain)$/;

/** Whether a field holds people: its name says so, and its values may be names. */
export function isPersonField(name: string, value: Json): boolean {
  const last = nameWords(name).at(-1) ?? '';
  if (['name', 'names', 'display', 'from', 'to', 'who', 'by'].includes(last))
    return namesIn(value).some((text) => isPersonName(text) || isAddress(text));
  const isRole = /(?:er|or|ee|ist|ian|ain|ot)$/.test(last) && !things.test(last);
  if (isRole && namesIn(value).length > 0 && namesIn(value).every((text) => isPersonName(text))) return true;
  if (!means(name, 'person') || means(name, 'id')) return false;
  const names = namesIn(value);
  return names.length > 0 && names.every((text) => !/^\d+$/.test(text) && !isUri(text));
}

/** All texts of a record that are long enough to hold sentences, nested lists (comments) included. */
export function textsOf(fields: ReadonlyMap<string, Json>): string[] {
  const texts: string[] = [];
  let budget: number = bounds.recordChars;
  const take = (value: Json, name: string, depth: number): void => {
    if (budget <= 0 || depth > 4) return;
    if (typeof value === 'string') {
      const isProse = (['text', 'quote', 'statement', 'summary'] as const).some((concept) => means(name, concept));
      if (
        !isProse &&
        (value.length <= 60 || words(value.slice(0, 200)).length < 6 || isPathLike(value.replaceAll(' ', '-')))
      )
        return;
      if (!/\s/.test(value.trim()) || dayOf(value) !== undefined) return;
      texts.push(value.slice(0, budget));
      budget -= value.length;
    } else if (Array.isArray(value)) for (const item of value) take(item, name, depth + 1);
    else if (isJsonObject(value)) for (const [key, member] of Object.entries(value)) take(member, key, depth + 1);
  };
  for (const [path, value] of fields) if (!means(fieldName(path), 'title')) take(value, fieldName(path), 0);
  return unique(texts);
}

/** Names a heading goes by, the plainest first. */
const headings = ['title', 'subject', 'heading', 'headline', 'caption', 'summary', 'name', 'label', 'topic'];

/** The record's own heading: of all short texts under a heading's name, the plainest name nearest to the top. */
export function titleOf(fields: ReadonlyMap<string, Json>): string | undefined {
  let best: { rank: number; value: string } | undefined;
  for (const [path, value] of fields) {
    const name = path.split('.').at(-1) ?? path;
    const depth = path.split('.').length;
    const at = headings.indexOf(nameWords(name).at(-1) ?? '');
    if (at < 0 || depth > 2 || typeof value !== 'string' || value.length > 300 || isPersonField(name, value)) continue;
    const rank = at + (depth - 1) * headings.length;
    if (best === undefined || rank < best.rank) best = { rank, value };
  }
  return best?.value;
}

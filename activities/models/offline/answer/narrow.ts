import { compareText } from '../words/order';
import type { DataRecord } from '../data/records';
import { remembered } from '../words/remembered';
import { stem, termSet, words } from '../words/terms';

const generic = new Set(
  'count total number item record entry list all result by of and the finding amount sum average mean maximum minimum max min largest smallest per group'
    .split(' ')
    .map(stem),
);
const categoriesMax = 12;

export interface Category {
  path: string;
  value: string;
}

/** Fields of few, short, repeated values: what a set of records can be split by. */
export function categoriesOf(records: readonly DataRecord[]): Map<string, Map<string, DataRecord[]>> {
  const fields = new Map<string, Map<string, DataRecord[]>>();
  const tooMany = new Set<string>();
  for (const record of records) {
    for (const [path, value] of record.fields) {
      if (tooMany.has(path) || (typeof value !== 'string' && typeof value !== 'boolean') || String(value).length > 40)
        continue;
      const values = fields.get(path) ?? new Map<string, DataRecord[]>();
      fields.set(path, values);
      const list = values.get(String(value));
      if (list) list.push(record);
      else values.set(String(value), [record]);
      if (values.size > Math.max(categoriesMax, 1)) {
        tooMany.add(path);
        fields.delete(path);
      }
    }
  }
  return fields;
}

/**
 * The records a property speaks of: those with the value its name says (`openCount`, `overdue`), or of the list it
 * names (`loans` among loans and members), or all of them. `found` says whether the name chose anything.
 */
export function narrow(
  name: string,
  description: string,
  records: readonly DataRecord[],
  groups: ReadonlyMap<string, readonly DataRecord[]>,
): { records: DataRecord[]; found: boolean } {
  const wanted = new Set([...termSet(name)].filter((term) => !generic.has(term)));
  if (wanted.size === 0) return { records: [...records], found: false };
  const byGroup = narrowToGroup(wanted, records, groups);
  const base = byGroup ?? [...records];
  const rest = byGroup && groups.size > 1 ? wanted : wanted;
  let best: { records: DataRecord[]; size: number; key: string } | undefined;
  for (const [path, values] of categoriesOf(base)) {
    const field = termSet(path.split('.').at(-1) ?? path);
    for (const [value, list] of values) {
      const isFlag = value === 'true' && [...field].every((term) => rest.has(term));
      const terms = termSet(value);
      const said = terms.size > 0 && [...terms].every((term) => rest.has(term));
      if (!isFlag && !said) continue;
      const size = isFlag ? field.size : terms.size;
      const key = `${path} ${value}`;
      if (!best || size > best.size || (size === best.size && compareText(key, best.key) < 0))
        best = { records: list, size, key };
    }
  }
  if (best) return { records: best.records, found: true };
  if (byGroup) return { records: byGroup, found: true };
  // A value may be named in the description alone: `number of records with status open`.
  const quoted = /\b(?:status|state|type|kind|level|category)\s+(?:is\s+|of\s+|=\s*)?["'“]?([\w -]{2,30})/i.exec(
    description,
  )?.[1];
  if (quoted === undefined) return { records: base, found: false };
  for (const values of categoriesOf(base).values()) {
    for (const [value, list] of values)
      if (words(quoted).join(' ').startsWith(words(value).join(' '))) return { records: list, found: true };
  }
  return { records: base, found: false };
}

function narrowToGroup(
  wanted: ReadonlySet<string>,
  records: readonly DataRecord[],
  groups: ReadonlyMap<string, readonly DataRecord[]>,
): DataRecord[] | undefined {
  if (groups.size < 2) return undefined;
  const kept = new Set<DataRecord>();
  for (const [label, members] of groups)
    if ([...termSet(label)].some((term) => wanted.has(term))) for (const member of members) kept.add(member);
  return kept.size > 0 ? records.filter((record) => kept.has(record)) : undefined;
}

/** The records by the list they came from, in name order. */
export function groupsOf(records: readonly DataRecord[]): Map<string, DataRecord[]> {
  return new Map([...groupBy(records, labelOf)].sort((a, b) => compareText(a[0], b[0])));
}

/** The records of each key, keys in order of appearance. */
export function groupBy(
  records: readonly DataRecord[],
  keyOf: (record: DataRecord) => string,
): Map<string, DataRecord[]> {
  const groups = new Map<string, DataRecord[]>();
  for (const record of records) {
    const key = keyOf(record);
    const list = groups.get(key);
    if (list) list.push(record);
    else groups.set(key, [record]);
  }
  return groups;
}

const readingVerbs = new Set('list get search find read show fetch query load browse'.split(' '));

/** How the list of a record is called: its own name, without the verb of the tool that read it. */
export function labelOf(record: DataRecord): string {
  return nounOf(record.group === '' ? (record.origins[0] ?? 'records') : record.group);
}

/** `list_loans` and `listLoans` are `loans`; `findings` and `reader` only begin like a verb, and stay. */
export const nounOf = remembered(1_000, (label) => {
  const [verb = '', ...rest] = words(label);
  const noun = readingVerbs.has(verb) ? rest.join(' ') : [verb, ...rest].join(' ');
  return noun === '' ? label : noun;
});

import type { Knowledge } from './knowledge';
import { groupsOf, labelOf } from './narrow';
import type { DataRecord } from './records';

export interface Section {
  title: string;
  records: DataRecord[];
}

/** Parts of an answer: first what several lists speak of together, then each list by its name, in a fixed order. */
export function sectionsOf(known: Knowledge, scope: readonly DataRecord[]): Section[] {
  const origins = originsOf(scope);
  const members = new Set(scope);
  const joined = scope.filter((record) => origins.size > 1 && known.mentions.of(record).some((other) => members.has(other) && originOf(other) !== originOf(record)));
  const taken = new Set<DataRecord>();
  const heads: DataRecord[] = [];
  for (const record of joined) {
    if (taken.has(record)) continue;
    heads.push(record);
    for (const other of known.mentions.of(record)) if (members.has(other)) taken.add(other);
    taken.add(record);
  }
  const rest = scope.filter((record) => !taken.has(record));
  const sections: Section[] = heads.length > 0 ? [{ title: 'Across sources', records: heads }] : [];
  const byOrigin = origins.size > 1 ? groupBy(rest, originOf) : new Map([...groupsOf(rest)]);
  for (const [label, records] of [...byOrigin].sort((a, b) => (a[0] < b[0] ? -1 : 1))) sections.push({ title: titled(label), records });
  return sections;
}

function originOf(record: DataRecord): string {
  return record.origins[0] ?? labelOf(record);
}

function originsOf(records: readonly DataRecord[]): Set<string> {
  return new Set(records.map(originOf));
}

function groupBy(records: readonly DataRecord[], keyOf: (record: DataRecord) => string): Map<string, DataRecord[]> {
  const groups = new Map<string, DataRecord[]>();
  for (const record of records) {
    const key = keyOf(record);
    const list = groups.get(key);
    if (list) list.push(record);
    else groups.set(key, [record]);
  }
  return groups;
}

function titled(label: string): string {
  const text = label.replace(/[_-]+/g, ' ').trim();
  return text === '' ? 'Records' : text.charAt(0).toUpperCase() + text.slice(1);
}

import type { Knowledge } from '../data/knowledge';
import { groupBy, groupsOf, labelOf } from './narrow';
import { compareText, unique } from '../words/order';
import type { DataRecord } from '../data/records';

export interface Section {
  title: string;
  records: DataRecord[];
}

const relatedMax = 4;

/** Records of other sources that this one speaks of, or that speak of it. */
export function relatedTo(known: Knowledge, record: DataRecord): DataRecord[] {
  const others = unique([...known.mentions.of(record), ...known.mentions.by(record)]);
  return others.filter((other) => sourceOf(other) !== sourceOf(record)).slice(0, relatedMax);
}

/** Parts of an answer: first what several sources speak of together, then each source by its name, in a fixed order. */
export function sectionsOf(known: Knowledge, scope: readonly DataRecord[]): Section[] {
  const members = new Set(scope);
  const taken = new Set<DataRecord>();
  const heads: DataRecord[] = [];
  // The most spoken-of records first: what they hold together is then told once.
  const degree = new Map(scope.map((record) => [record, relatedTo(known, record).length]));
  const linked = scope.filter((record) => (degree.get(record) ?? 0) > 0);
  for (const record of [...linked].sort(
    (a, b) => (degree.get(b) ?? 0) - (degree.get(a) ?? 0) || compareText(a.id, b.id),
  )) {
    if (taken.has(record)) continue;
    const related = relatedTo(known, record).filter((other) => members.has(other));
    if (related.length === 0 || related.every((other) => taken.has(other))) continue;
    heads.push(record);
    for (const one of [record, ...related]) taken.add(one);
  }
  const rest = scope.filter((record) => !taken.has(record));
  const bySource = new Set(scope.map(sourceOf)).size > 1 ? groupBy(rest, sourceOf) : groupsOf(rest);
  const sections = [...bySource]
    .sort((a, b) => compareText(a[0], b[0]))
    .map(([label, records]) => ({ title: titled(label), records }));
  return heads.length > 0 ? [{ title: 'Across sources', records: heads }, ...sections] : sections;
}

function sourceOf(record: DataRecord): string {
  return record.origins[0] ?? labelOf(record);
}

function titled(label: string): string {
  const text = label.replace(/[_-]+/g, ' ').trim();
  return text === '' ? 'Records' : text.charAt(0).toUpperCase() + text.slice(1);
}

import type { Json } from '../../../../contracts/json';
import { isJsonObject } from '../../../../contracts/json';
import type { ModelRequest } from '../../../../contracts/model';
import { bounds } from '../bounds';
import { givesOrders } from './orders-in-text';
import { dayOf } from '../words/kinds';
import { absentIds, idsToLookUp } from './look-up';
import { findMentions } from './mentions';
import type { Mentions } from './mentions';
import { stableJson } from '../words/order';
import { rankRecords, rankTerms } from './rank-records';
import type { Material, Reading } from './read-request';
import { readRequest } from './read-request';
import { collectRecords } from './records';
import type { DataRecord, DataSet } from './records';
import type { Idf } from '../words/terms';
import { idfOver, termSet } from '../words/terms';
import { findWindow } from './time-window';
import type { TimeWindow } from './time-window';

/** Everything an answer is made of. */
export interface Knowledge {
  reading: Reading;
  /** Records that belong to the answer, best first. */
  records: DataRecord[];
  /** All records of the data, those outside the window included. */
  all: DataRecord[];
  /** What tools report about their own reading: errors, skipped entries. */
  notices: DataRecord[];
  mentions: Mentions;
  query: ReadonlySet<string>;
  idf: Idf;
  window: TimeWindow;
  stated: DataSet['stated'];
  /** Records whose text gives orders to its reader. */
  ordering: DataRecord[];
  toolNames: string[];
  /** Ids that the task does nothing but look up; empty for any other task. */
  lookUp: readonly string[];
  /** Ids that were looked up and do not exist, with what was said of each. */
  absent: ReadonlyMap<string, string>;
  /** There are tools, none has given anything, and no data came either: nothing is known, not even that there is none. */
  blind: boolean;
}

export function gatherKnowledge(
  request: ModelRequest,
  reading: Reading = readRequest(request),
  materials: readonly Material[] = reading.materials,
): Knowledge {
  const set = collectRecords(materials);
  const isNotice = (record: DataRecord): boolean => saysProblem(record.group) && !record.origins.some(saysProblem);
  const proper = set.records.filter((record) => !isNotice(record));
  // Problems beside an empty list are those of reading it; alone they are what there is to tell.
  const areBeside = proper.length > 0 || set.stated.size > 0 || materials.some(({ value }) => hasEmptyList(value));
  const all = areBeside ? proper : set.records;
  const lookUp = idsToLookUp(reading.task);
  const absent = absentIds(reading, set.records);
  // What is looked up is told whenever it happened.
  const window = lookUp.length > 0 ? {} : findWindow(reading);
  const inside = insideWindow(all, window, reading);
  const query = topicTerms(request, reading, all);
  const idf = idfOver(inside.slice(0, bounds.sentenceRecords).map(rankTerms));
  const mentions = findMentions(all);
  const toolNames = request.tools.map((tool) => tool.name);
  return {
    reading,
    records: rankRecords(inside, query, idf, mentions, askedTerms(request, reading)),
    all,
    notices: areBeside ? set.records.filter(isNotice) : [],
    mentions,
    query,
    idf,
    window,
    stated: set.stated,
    ordering: inside.slice(0, bounds.sentenceRecords).filter((record) => givesOrders(record, toolNames)),
    toolNames,
    lookUp,
    absent,
    blind:
      set.records.length === 0 &&
      absent.size === 0 &&
      request.tools.length + (request.idleTools?.length ?? 0) > 0 &&
      !materials.some((material) => material.kind === 'result' || isHandedOver(material)),
  };
}

const saysProblem = (name: string): boolean => /(?:problem|error|warning)s?$/i.test(name);

/** Whether a value has a place for records and none in it. */
function hasEmptyList(value: Json): boolean {
  return (
    isJsonObject(value) &&
    Object.entries(value).some(
      ([key, member]) =>
        Array.isArray(member) &&
        member.length === 0 &&
        !/unresolved|missing|conflict|cite|source|note|tag|label|link|problem|error|warning/i.test(key),
    )
  );
}

/** What another agent delivered, also when it holds nothing; input and background say nothing of what there is. */
function isHandedOver({ kind, label }: Material): boolean {
  return kind === 'data' && !/^(?:the )?inputs?$|^background$/i.test(label.trim());
}

const plainWords = termSet(
  'report happened task day daily today find list show tell summarize summary write give state section statement belong together open relevant source record part',
);

/** Terms of the task that name a topic: words that only name the sources, the tools or the form of the answer tell no record from another. */
function topicTerms(request: ModelRequest, reading: Reading, records: readonly DataRecord[]): Set<string> {
  const tools = [...request.tools, ...(request.idleTools ?? [])].map((tool) => `${tool.name} ${tool.description}`);
  const sources = [...new Set(records.flatMap((record) => [record.group, ...record.origins]))];
  const aside = termSet([...tools, ...sources, ...Object.keys(reading.input), request.agent].join(' '));
  const [own = reading.task] = reading.task.split(/\n\s*\n/);
  return new Set([...termSet(`${own} ${reading.later}`)].filter((term) => !aside.has(term) && !plainWords.has(term)));
}

function askedTerms(request: ModelRequest, reading: Reading): Set<string> {
  const tools = [...request.tools, ...(request.idleTools ?? [])].map((tool) => tool.description);
  return termSet([reading.task, reading.instructions, ...tools].join(' '));
}

/** Days a record carries, in any of its fields. */
export function daysOf(record: DataRecord): string[] {
  const days: string[] = [];
  const take = (value: Json): void => {
    const day = dayOf(value);
    if (day !== undefined) days.push(day);
    else if (Array.isArray(value)) for (const item of value.slice(0, 200)) if (typeof item === 'string') take(item);
  };
  for (const value of record.fields.values()) take(value);
  return days;
}

/** Records of the asked days. A tool that was given the day has filtered by itself, in its own time zone. */
function insideWindow(records: readonly DataRecord[], window: TimeWindow, reading: Reading): DataRecord[] {
  if (window.from === undefined && window.to === undefined) return [...records];
  const filtered = new Set(
    reading.materials
      .filter((material) => material.kind === 'result' && mentionsDay(material.args, window))
      .map((material) => material.origin),
  );
  const kept = records.filter((record) => {
    if (record.origins.some((origin) => filtered.has(origin))) return true;
    const days = daysOf(record);
    return (
      days.length === 0 ||
      days.some(
        (day) => (window.from === undefined || day >= window.from) && (window.to === undefined || day <= window.to),
      )
    );
  });
  return kept.length > 0 ? kept : [...records];
}

function mentionsDay(args: Json, window: TimeWindow): boolean {
  const text = stableJson(args);
  return [window.from, window.to].some((day) => day !== undefined && text.includes(day));
}

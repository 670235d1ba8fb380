import { idsOf, parseReport } from './parse-report';
import { rawMessages } from './raw-chat';
import { rawTickets } from './raw-jira';
import { rawMails } from './raw-mail';
import type { ReportSection } from './parse-report';
import type { RawRecord } from './raw-files';

export interface ExportPaths {
  jira?: string;
  mail?: string;
  chat?: string;
  /** Zone of the report's dates unless it states one. Default UTC. */
  timezone?: string;
}

export interface ResolvedCitation {
  section: number;
  id: string;
  source: 'jira' | 'mail' | 'chat';
  file: string;
  byteStart: number;
  byteEnd: number;
}

export interface ReportCheck {
  sections: number;
  citations: ResolvedCitation[];
  /** How many numbers were counted again. */
  recounted: number;
  /** Empty when every citation resolves and every number is right. */
  problems: string[];
}

type Source = ResolvedCitation['source'];
type Sources = Record<Source, Map<string, RawRecord>>;

/** Keys of metadata lines whose number can be counted again, and what they count. */
const countable: Record<string, (record: RawRecord, day: (timeMs: number) => boolean) => boolean> = {
  active: ({ times }, day) => times.some(day),
  created: ({ createdMs }, day) => day(createdMs),
};
const counted: Record<string, [source: Source, what: keyof typeof countable]> = {
  tickets: ['jira', 'active'], 'tickets created': ['jira', 'created'], mail: ['mail', 'active'], mails: ['mail', 'active'],
  chat: ['chat', 'active'], messages: ['chat', 'active'], 'chat messages': ['chat', 'active'],
}; // prettier-ignore

/**
 * Checks a rendered report against the raw exports: every id in `id` and `cites` is found in their bytes, every number
 * in a metadata line is counted again, and the date and status of a section about one record are its own.
 */
export function checkReport(markdown: string, paths: ExportPaths): ReportCheck {
  const report = parseReport(markdown);
  const sources: Sources = {
    jira: paths.jira ? rawTickets(paths.jira) : none(),
    mail: paths.mail ? rawMails(paths.mail) : none(),
    chat: paths.chat ? rawMessages(paths.chat) : none(),
  };
  const check: ReportCheck = {
    sections: report.sections.length,
    citations: [],
    recounted: 0,
    problems: [...report.problems],
  };
  const general = new Map(report.preamble);
  const zone = general.get('timezone') ?? paths.timezone ?? 'UTC';
  const all = [
    { number: 0, of: 0, title: 'before the first section', metadata: report.preamble, quotes: [] },
    ...report.sections,
  ];
  for (const section of all) checkSection(section, general, zone, sources, check);
  for (const section of all) {
    for (const [key, value] of section.metadata) {
      if (key === 'citations') compare(section, key, value, new Set(check.citations.map(({ id }) => id)).size, check);
      if (key === 'sections') compare(section, key, value, report.sections.length, check);
    }
  }
  return check;
}

const none = (): Map<string, RawRecord> => new Map<string, RawRecord>();

function checkSection(section: ReportSection, general: Map<string, string>, zone: string, sources: Sources, check: ReportCheck): void {
  const own = new Map(section.metadata);
  const within = dayTest(own.get('date') ?? general.get('date'), own.get('from') ?? general.get('from'), own.get('to') ?? general.get('to'), zone);
  for (const [key, value] of section.metadata) {
    if (key === 'cites' || key === 'id') for (const id of idsOf(value)) cite(section, id, sources, check);
    const known = counted[key];
    if (known && /^\d+$/.test(value)) {
      const [source, what] = known;
      const records = [...sources[source].values()].filter((record) => countable[what]?.(record, within));
      compare(section, key, value, records.length, check);
    } else if (/^\d+$/.test(value) && key !== 'citations' && key !== 'sections') {
      check.problems.push(`Section ${section.number}: nobody can count "${key}: ${value}" again.`);
    }
  }
  checkRecord(section, own, zone, sources, check);
} // prettier-ignore

/** A section about one record: its date must be a day on which something happened to it, its status the record's. */
function checkRecord(section: ReportSection, own: Map<string, string>, zone: string, sources: Sources, check: ReportCheck): void {
  const record = lookUp(idsOf(own.get('id') ?? '')[0] ?? '', sources)?.record;
  if (!record) return;
  const date = own.get('date');
  if (date && !record.times.some(dayTest(date, undefined, undefined, zone))) check.problems.push(`Section ${section.number}: nothing happened to ${record.id} on ${date}.`);
  const status = own.get('status');
  if (status && record.status !== undefined && status !== record.status) check.problems.push(`Section ${section.number}: the status of ${record.id} is ${record.status}, not ${status}.`);
} // prettier-ignore

function cite(section: ReportSection, id: string, sources: Sources, check: ReportCheck): void {
  const hit = lookUp(id, sources);
  if (!hit) {
    check.problems.push(`Section ${section.number} cites ${id}, which is in no export.`);
    return;
  }
  const { file, byteStart, byteEnd } = hit.record;
  check.citations.push({ section: section.number, id: hit.record.id, source: hit.source, file, byteStart, byteEnd });
}

/** An id may carry its source before a colon, as in `mail:…`. */
function lookUp(id: string, sources: Sources): { source: Source; record: RawRecord } | undefined {
  const bare = id.replace(/^(?:jira|mail|chat):/, '');
  for (const source of ['jira', 'mail', 'chat'] as const) {
    const record = sources[source].get(bare) ?? sources[source].get(id);
    if (record) return { source, record };
  }
  return undefined;
}

function compare(section: ReportSection, key: string, claimed: string, counted: number, check: ReportCheck): void {
  check.recounted++;
  if (Number(claimed) !== counted)
    check.problems.push(`Section ${section.number} says "${key}: ${claimed}"; there are ${counted}.`);
}

/** By the calendar of the zone, day names compared as text; no arithmetic with offsets. */
function dayTest(date: string | undefined, from: string | undefined, to: string | undefined, zone: string): (timeMs: number) => boolean {
  const calendar = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
  const [first, last] = /^(\d{4}-\d\d-\d\d)\s*(?:\.\.|–|to|\/)\s*(\d{4}-\d\d-\d\d)$/.exec(date ?? '')?.slice(1) ?? [date ?? from, date ?? to];
  return (timeMs) => {
    if (Number.isNaN(timeMs)) return false;
    const day = calendar.format(timeMs);
    return (first === undefined || day >= first.slice(0, 10)) && (last === undefined || day <= last.slice(0, 10));
  };
} // prettier-ignore

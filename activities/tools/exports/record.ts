/** Where a record stands in the raw export: a citation resolves to these bytes. */
export interface RecordLocation {
  /** Relative to the path that was read; the file's own name when that path is one file. */
  file: string;
  /** First byte and the byte after the last, in the file as it is on disk (whatever its encoding). */
  byteStart: number;
  byteEnd: number;
}

export interface RecordPerson {
  name: string;
  email?: string;
  /** reporter, assignee, creator, commenter, from, to, cc, bcc, author, mentioned. */
  role: string;
}

export type ExportSource = 'jira' | 'mail' | 'chat' | 'confluence';

/** One ticket, mail, chat message or page, the same shape for all sources. */
export interface ExportRecord {
  source: ExportSource;
  /** Ticket key, Message-ID without angle brackets, chat message id, page id; a digest of the content where there is none. */
  id: string;
  threadId: string;
  title: string;
  /** Plain text. */
  body: string;
  people: RecordPerson[];
  /** ISO 8601 in UTC; null when the record has no date that can be read (a problem says so). */
  at: string | null;
  updatedAt?: string;
  /** Every instant at which something happened to the record (created, updated, resolved, commented), sorted. */
  activity: string[];
  /** status, priority, labels … as text; lists are joined by a comma and a space. */
  fields: Record<string, string>;
  /** Ids and addresses that the record mentions, in order of appearance. */
  links: string[];
  location: RecordLocation;
}

/** Something that was not as it should be; the record was skipped, or kept with what could be read. */
export interface ExportProblem {
  file: string;
  byteStart?: number;
  /** First line of the file is 1. */
  line?: number;
  reason: string;
}

export interface ReadResult {
  records: ExportRecord[];
  /** The first ones, at most `readLimits.problems`; `problemCount` counts all. */
  problems: ExportProblem[];
  problemCount: number;
  /** `read`: records in the result. `skipped`: things that should have been records and could not be read. */
  counts: { read: number; skipped: number };
  files: string[];
}

/** What a reader needs to know; `root` is an absolute path that the caller has already jailed. */
export interface ReadOptions {
  /** IANA zone of dates that carry none (Jira's CSV export writes the user's local time). Default UTC. */
  timezone?: string;
  signal?: AbortSignal;
  /** Real paths below which nothing is read: the engine's own state and keys, wherever they lie. */
  denied?: readonly string[];
}

/** Bounds of reading (I5). */
export const readLimits = {
  files: 5_000,
  depth: 8,
  fileBytes: 512 * 1024 * 1024,
  recordBytes: 32 * 1024 * 1024,
  /** Bytes of one mail that are parsed; a longer one keeps its head (text comes before attachments). */
  mailBytes: 8 * 1024 * 1024,
  bodyChars: 200_000,
  problems: 200,
  people: 200,
  links: 200,
  comments: 2_000,
} as const;

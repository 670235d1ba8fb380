import type { ExportRecord, RecordLocation } from '../record';
import type { Known } from './check-citations';
import { isQuoteIn, isTelling } from './quote-in-record';
import { pageOfAddress } from '../confluence/storage/page-address';

const prefixed = /^(jira|mail|chat|confluence):/;

const ticketKey = /(?<![\w-])([A-Z][A-Z0-9_]{1,9})-\d{1,7}(?![\w-])/g;
const pageNumber = /\bconfluence:([\w-]+)|\bpage(?:Id=|\s+(?:id\s+)?)(\d{4,})\b|\[(\d{4,})\]/gi;
/** A title has two words at least, or it is taken for a mark. */
const pageTitle =
  /\[\[?(?!image:|file:)(\p{L}[^\]\n]{1,150}\s[^\]\n]{1,150})\]|\bpage\s+["“«]([^"”»\n]{4,200})["”»]/giu;
const sentenceEnd = /(?<=[.!?])\s+|\s+·\s+/;

/** What a citation may resolve to: the records of the exports that were given. */
export class KnownRecords implements Known<RecordLocation> {
  readonly nowhere = 'no export has';
  private readonly byId = new Map<string, ExportRecord>();
  private readonly byTitle = new Map<string, ExportRecord>();
  private readonly projects = new Set<string>();

  constructor(private readonly records: readonly ExportRecord[]) {
    for (const record of records) {
      this.byId.set(record.id.toLowerCase(), record);
      this.byId.set(`${record.source}:${record.id}`.toLowerCase(), record);
      if (record.source === 'confluence') this.byTitle.set(record.title.trim().toLowerCase(), record);
      if (record.source === 'jira') this.projects.add(record.id.replace(/-\d+$/, ''));
    }
  }

  /** By id, with or without its source before a colon; a page also by address or whole title. */
  resolve(cite: string): ExportRecord | undefined {
    const titled = this.byTitle.get(cite.trim().toLowerCase());
    if (titled) return titled;
    const text = cite
      .trim()
      .replace(/^[[(<«“"]+|[\])>»”"]+$/g, '')
      .toLowerCase();
    const known = this.byId.get(text);
    if (known) return known;
    if (prefixed.test(text) && this.byId.has(text.replace(prefixed, ''))) return undefined;
    const page =
      /^page\s+(\d+)$/.exec(text)?.[1] ?? (/^https?:/.test(text) ? pageOfAddress(cite.trim())?.id : undefined);
    return (page === undefined ? undefined : this.byId.get(`confluence:${page}`)) ?? this.byTitle.get(text);
  }

  /**
   * What a text names as if it existed and what does not: tickets of the export's projects, pages by number or address,
   * and titles in brackets or after the word page. What merely looks like a key (`UTF-8`) or a mark (`[DONE]`) names
   * nothing.
   */
  unknownIn(text: string): string[] {
    const tickets = [...text.matchAll(ticketKey)].flatMap(([key, project = '']) =>
      this.projects.has(project) ? [key] : [],
    );
    const pages = [...text.matchAll(pageNumber)].map(
      ([, named, numbered, bracketed]) => `confluence:${named ?? numbered ?? bracketed ?? ''}`,
    );
    const titles = [...text.matchAll(pageTitle)].flatMap(([, bracketed, quoted]) => bracketed ?? quoted ?? []);
    const lost = [...tickets, ...pages, ...titles].filter((name) => this.resolve(name) === undefined);
    return [...new Set([...lost, ...this.lostAddresses(text)])];
  }

  private lostAddresses(text: string): string[] {
    return [...text.matchAll(/https?:\/\/[^\s<>"')\]]+/g)].flatMap(([address]) => {
      const page = pageOfAddress(address.replace(/[.,;:!?]+$/, ''));
      const name = page?.id === undefined ? page?.title : `confluence:${page.id}`;
      return name === undefined || this.resolve(name) ? [] : [name];
    });
  }

  /** The sentences of a text, each with what it names that does not exist. */
  sentencesOf(text: string): { sentence: string; unknown: string | undefined }[] {
    if (this.unknownIn(text).length === 0) return [{ sentence: text, unknown: undefined }];
    return text.split(sentenceEnd).map((sentence) => {
      const [unknown] = this.unknownIn(sentence);
      return { sentence, unknown: unknown !== undefined && !this.isVerbatim(sentence) ? unknown : undefined };
    });
  }

  /** A record may itself name what does not exist: its own sentence, word for word, is no invention. */
  private isVerbatim(sentence: string): boolean {
    const own = sentence.replace(/\s*\[([^\]]*)\]/g, (whole, id: string) => (this.resolve(id) ? '' : whole));
    return this.records.some((record) => isTelling(own, record) && isQuoteIn(own, record));
  }
}

import { isJsonObject, type Json, type JsonObject } from '../../../../contracts/json';
import { isQuoteIn, isTelling } from './quote-in-record';

/** Something that can be cited: a record of an export, a line of a diff, a document. */
export interface Citable<Location extends object> {
  id: string;
  source: string;
  title: string;
  /** What may be quoted. */
  body: string;
  /** Where it stands, so that anybody can look it up. */
  location: Location;
}

/** What there is to be cited. */
export interface Known<Location extends object> {
  /** Ends the sentence "cites x, which …" about what does not resolve. */
  nowhere: string;
  resolve(cite: string): Citable<Location> | undefined;
  /** The sentences of a text, each with what it names that does not exist. */
  sentencesOf(text: string): { sentence: string; unknown: string | undefined }[];
}

export type Citation<Location extends object> = Omit<Citable<Location>, 'body' | 'location'> & Location;

export interface CheckedAnswer<Location extends object> {
  /** The answer without what cites or names something that does not exist. */
  answer: Json;
  /** Every record that what is left cites, each once. */
  citations: Citation<Location>[];
  /** Sentences that say what was taken out and why, each with what it named. */
  refused: Record<string, string>;
}

/** Members that say what was asked, what is not there, or how the answer was made: they cite nothing. */
const exempt = new Set([
  'question',
  'topic',
  'method',
  'unresolved',
  'missing',
  'links',
  'quote',
  'context',
  'refused',
  'citations',
]);
const refusedMax = 20;
const depthMax = 8;

/**
 * Checks every statement of an answer (an object with `cites`) against the records: each citation resolves, the quote
 * stands in one of the records cited, the title is the record's own. A statement that fails is taken out whole and
 * named; of other texts the sentences that name what does not exist.
 */
export function checkCitations<Location extends object>(
  answer: Json,
  known: Known<Location>,
  needsQuote: boolean,
): CheckedAnswer<Location> {
  const check = new CitationCheck(known, needsQuote);
  return { answer: check.clean(answer, '', 0) ?? null, citations: check.citations(), refused: check.refused };
}

/** An object that cites, quotes, or has an id: leaving `cites` out is no way around the check. */
function isStatement(value: JsonObject): boolean {
  const says = (key: string): boolean => typeof value[key] === 'string' && value[key] !== '';
  return Array.isArray(value['cites']) || ['id', 'quote', 'context'].some(says);
}

class CitationCheck<Location extends object> {
  readonly refused: Record<string, string> = {};
  private readonly cited = new Map<string, Citable<Location>>();

  constructor(
    private readonly known: Known<Location>,
    private readonly needsQuote: boolean,
  ) {}

  citations(): Citation<Location>[] {
    return [...this.cited.values()].map(({ id, source, title, location }) => ({ id, source, title, ...location }));
  }

  /** Undefined for what must not stand. */
  clean(value: Json, place: string, depth: number): Json | undefined {
    if (depth > depthMax) return undefined;
    if (typeof value === 'string') return this.prose(value, place);
    if (Array.isArray(value))
      return value.flatMap((member, index) => this.clean(member, `${place}[${index}]`, depth + 1) ?? []);
    if (!isJsonObject(value)) return value;
    if (isStatement(value)) return this.statement(value, place, depth);
    return this.members(value, place, depth);
  }

  private members(value: JsonObject, place: string, depth: number): JsonObject {
    const out: JsonObject = {};
    for (const [key, member] of Object.entries(value)) {
      const cleaned = exempt.has(key) ? member : this.clean(member, place === '' ? key : `${place}.${key}`, depth + 1);
      if (cleaned !== undefined) out[key] = cleaned;
    }
    return out;
  }

  private statement(value: JsonObject, place: string, depth: number): JsonObject | undefined {
    const given = Array.isArray(value['cites']) ? value['cites'] : [];
    const listed = given.map((cite) => (typeof cite === 'string' ? cite : JSON.stringify(cite)));
    const own = typeof value['id'] === 'string' && value['id'] !== '' ? [value['id']] : [];
    const named = [...new Set([...own, ...listed])];
    const lost = named.find((cite) => this.known.resolve(cite) === undefined);
    if (lost !== undefined) return this.refuse(place, `cites ${lost}, which ${this.known.nowhere}`, lost);
    const records = new Map(named.flatMap((cite) => this.known.resolve(cite) ?? []).map((one) => [one.id, one]));
    if (records.size === 0) return this.refuse(place, 'cites nothing', '');
    const misquoted = this.misquoted(value, [...records.values()]);
    if (misquoted !== undefined) return this.refuse(place, misquoted, [...records.keys()].join(', '));
    const unknown = ['statement', 'summary'].flatMap((key) =>
      typeof value[key] === 'string' ? this.known.sentencesOf(value[key]).flatMap((one) => one.unknown ?? []) : [],
    );
    if (unknown[0] !== undefined)
      return this.refuse(place, `names ${unknown[0]}, which ${this.known.nowhere}`, unknown[0]);
    const { cites: _cites, ...rest } = value;
    for (const record of records.values()) this.cited.set(`${record.source}:${record.id}`, record);
    return { ...this.members(rest, place, depth), ...this.ofRecord(own[0], value), cites: [...records.keys()] };
  }

  /** What is wrong with what the statement says word for word; undefined when nothing is. */
  private misquoted(value: JsonObject, records: readonly Citable<Location>[]): string | undefined {
    for (const key of ['quote', 'context']) {
      const said = typeof value[key] === 'string' ? value[key].trim() : '';
      const isNeeded = this.needsQuote && key === 'quote';
      if (said === '' && !isNeeded) continue;
      const holder = records.find((record) => isQuoteIn(said, record));
      if (!holder) return `quotes what does not stand in ${records.map(({ id }) => id).join(', ')}`;
      if (isNeeded && !isTelling(said, holder)) return `quotes less than three words of ${holder.id}`;
    }
    return undefined;
  }

  /** Id, title and source are the record's own, whatever the model wrote. */
  private ofRecord(id: string | undefined, value: JsonObject): JsonObject {
    const record = id === undefined ? undefined : this.known.resolve(id);
    if (!record) return {};
    return {
      id: record.id,
      ...('title' in value && { title: record.title || record.id }),
      ...('source' in value && { source: record.source }),
    };
  }

  private prose(text: string, place: string): string {
    const sentences = this.known.sentencesOf(text);
    if (sentences.every(({ unknown }) => unknown === undefined)) return text;
    const kept = sentences.flatMap(({ sentence, unknown }) => {
      if (unknown === undefined) return [sentence];
      this.refuse(place, `names ${unknown}, which ${this.known.nowhere}`, unknown);
      return [];
    });
    return kept.join(' ');
  }

  private refuse(place: string, why: string, named: string): undefined {
    if (Object.keys(this.refused).length < refusedMax)
      this.refused[`${place || 'the answer'} ${why}`.slice(0, 240)] = named.slice(0, 200);
    return undefined;
  }
}

import type { Json, JsonObject } from '../../../contracts/json';
import { bestSentence, caveats, cited, countsText, lineOf } from './answer-text';
import { clip, sentencesOf } from './extract-sentences';
import { candidateFields, kindOfProperty, linkOf, mainDate, peopleFor } from './field-match';
import type { Filling, Place } from './fill-place';
import { dayOf } from './kinds';
import type { Knowledge } from './knowledge';
import { means } from './concepts';
import { namesIn } from './record-fields';
import type { DataRecord } from './records';
import { fits } from './schema-fit';
import { overlap, stem, termSet, words } from './terms';
import { labelOf } from './narrow';

/** A text of the answer: always something that stands in the data, or a fixed connective around it. */
export function fillText(schema: JsonObject, name: string, filling: Filling, place: Place): string | undefined {
  if (Array.isArray(schema['enum'])) return place.record ? enumOf(schema['enum'], name, schema, place.record) : enumOfScope(schema['enum'], filling.known);
  const candidates = place.record ? ofRecord(name, schema, filling, place, place.record) : ofScope(name, schema, filling, place);
  const max = typeof schema['maxLength'] === 'number' ? schema['maxLength'] : Infinity;
  for (const candidate of candidates) {
    const text = inFormat(candidate, schema);
    if (text === undefined || text.trim() === '') continue;
    const short = text.length > max ? clip(text, max) : text;
    if (fits(schema, short)) return short;
  }
  return undefined;
}

/** Dates in the form the schema asks for: a day of an instant is the day written in it. */
function inFormat(text: string | undefined, schema: JsonObject): string | undefined {
  if (text === undefined) return undefined;
  if (schema['format'] === 'date') return dayOf(text);
  if (schema['format'] === 'date-time' && /^\d{4}-\d{2}-\d{2}$/.test(text)) return `${text}T00:00:00Z`;
  if (schema['format'] === 'date-time') {
    const time = new Date(text);
    return fits(schema, text) ? text : Number.isNaN(time.getTime()) ? undefined : time.toISOString();
  }
  return text;
}

function descriptionOf(schema: JsonObject): string {
  return typeof schema['description'] === 'string' ? schema['description'] : '';
}

function ofRecord(name: string, schema: JsonObject, filling: Filling, place: Place, record: DataRecord): (string | undefined)[] {
  const { known } = filling;
  const description = descriptionOf(schema);
  const fields = candidateFields(record, name, description).map(({ value, score }) => ({ text: scalarText(value), score }));
  const exact = fields.find(({ score }) => score >= 0.95)?.text;
  const close = fields.map(({ text }) => text);
  const sentence = bestSentence(known, record);
  switch (kindOfProperty(name, schema)) {
    case 'id':
      return [words(name).length > 1 ? exact : undefined, record.id, exact];
    case 'cites':
      return [exact, record.id];
    case 'quote':
      return [exact !== undefined && isVerbatim(exact, record) ? exact : undefined, sentence, sentencesOf(record)[0]];
    case 'title':
      return [words(name).at(-1) === 'name' ? exact : record.title, exact, record.title, ...close, sentence === undefined ? undefined : clip(sentence, 120), record.id];
    case 'statement':
    case 'summary':
    case 'text':
      return [shortExact(exact, record), statementOf(known, record, place.related), record.title];
    case 'note':
      return [shortExact(exact, record), sentence, record.title];
    case 'date':
      return [exact, ...close.filter((text) => dayOf(text) !== undefined), mainDate(record)];
    case 'person':
      return [exact !== undefined ? namesIn(exact)[0] : undefined, ...peopleFor(record, name, description), ...close];
    case 'link':
      return [exact, linkOf(record, name, description)];
    case 'status':
      return [exact, ...close];
    default:
      return [...close, means(name, 'path') ? record.id : undefined, isGroupName(name) ? labelOf(record) : undefined, place.section];
  }
}

function isVerbatim(text: string, record: DataRecord): boolean {
  return text.length <= 400 && [...record.fields.values()].includes(text);
}

/** A field of the very name is taken as it is when it is short enough to be a statement; a long one is extracted from. */
function shortExact(text: string | undefined, record: DataRecord): string | undefined {
  return text !== undefined && text.length <= 300 ? cited(text, record) : undefined;
}

function isGroupName(name: string): boolean {
  return /^(?:source|origin|kind|type|category|area|group|section)$/i.test(words(name).at(-1) ?? '');
}

/** What a record says, and what those that are joined to it say, each with its id. */
export function statementOf(known: Knowledge, record: DataRecord, related: readonly DataRecord[]): string {
  const joined = related.map((other) => lineOf(known, other));
  return [lineOf(known, record), ...joined].join(' · ');
}

function scalarText(value: Json): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) {
    const names = namesIn(value);
    return names.length > 0 ? names.join(', ') : undefined;
  }
  return undefined;
}

function ofScope(name: string, schema: JsonObject, filling: Filling, place: Place): (string | undefined)[] {
  const { known } = filling;
  const { window, reading } = known;
  const fromInput = inputText(name, known);
  const first = place.scope[0];
  switch (kindOfProperty(name, schema)) {
    case 'date':
      return [fromInput, means(name, 'until', true) ? window.to : window.from, window.to, ...place.scope.map(mainDate).slice(0, 1)];
    case 'title':
      return [place.section, fromInput, taskTitle(reading.task), first?.title];
    case 'note':
      return [[...caveats(known)].join(' ') || `${countsText(known)}.`];
    case 'quote':
      return place.scope.slice(0, 20).map((record) => bestSentence(known, record));
    case 'id':
      return [fromInput, first?.id];
    case 'summary':
    case 'statement':
    case 'text':
      return [summaryOf(known, place)];
    default:
      if (means(name, 'since')) return [fromInput, window.from];
      if (means(name, 'until')) return [fromInput, window.to];
      return [fromInput, place.section, ...(first === undefined ? [] : ofRecord(name, schema, filling, place, first))];
  }
}

function inputText(name: string, known: Knowledge): string | undefined {
  const own = Object.entries(known.reading.input).find(([key]) => words(key).join() === words(name).join());
  return own && typeof own[1] !== 'object' ? String(own[1]) : undefined;
}

/** The task's first sentence is what the answer is about. */
function taskTitle(task: string): string | undefined {
  const line = task.split(/\n|(?<=[.!?])\s/)[0]?.trim() ?? '';
  return line === '' ? undefined : clip(line.replace(/[.:]$/, ''), 120);
}

const summaryLines = 5;

/** Counts made anew, then the best records of the scope with their ids, then what has to be known about the making. */
export function summaryOf(known: Knowledge, place: Pick<Place, 'scope'>): string {
  const lines = place.scope.slice(0, summaryLines).map((record) => lineOf(known, record));
  const counts = `${countsText(known)}.`;
  return [counts, ...(lines.length > 0 ? [`Most relevant: ${lines.join(' · ')}`] : []), ...caveats(known)].join(' ');
}

/** The allowed value that a field of the record says, in these words or with the same stems. */
function enumOf(values: readonly Json[], name: string, schema: JsonObject, record: DataRecord): string | undefined {
  const texts = values.filter((value): value is string => typeof value === 'string');
  const said = candidateFields(record, name, descriptionOf(schema)).map(({ value }) => scalarText(value)).filter((text): text is string => text !== undefined);
  for (const text of said) {
    const same = texts.find((value) => words(value).map(stem).join() === words(text).map(stem).join());
    if (same !== undefined) return same;
  }
  for (const text of said) {
    const near = texts.find((value) => overlap(termSet(value), termSet(text)) > 0);
    if (near !== undefined) return near;
  }
  const all = new Set([...record.fields.values()].filter((value) => typeof value === 'string' && value.length < 40).flatMap((value) => [words(String(value)).join(' ')]));
  return texts.find((value) => all.has(words(value).join(' ')));
}

function enumOfScope(values: readonly Json[], known: Knowledge): string | undefined {
  const texts = values.filter((value): value is string => typeof value === 'string');
  return texts.find((value) => overlap(termSet(value), known.query) > 0);
}

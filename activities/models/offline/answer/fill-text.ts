import type { Json, JsonObject } from '../../../../contracts/json';
import { bestSentence, cited, countsText, lineOf, scalarsOf } from './answer-text';
import { clip, isProse, sentencesOf } from '../data/extract-sentences';
import { candidateFields, kindOfProperty, linkOf, mainDate, nameScore, peopleFor } from './field-match';
import type { Filling, Place } from './fill-place';
import { dayOf } from '../words/kinds';
import type { Knowledge } from '../data/knowledge';
import { means } from '../words/concepts';
import { compareText, scalarText } from '../words/order';
import { namesIn } from '../data/record-fields';
import type { DataRecord } from '../data/records';
import { fits } from './schema-fit';
import { overlap, stem, termSet, words } from '../words/terms';
import { enumOfScope, handedOn, replyTo } from './handed-on';
import { labelOf } from './narrow';

/** A text of the answer: always something that stands in the data, or a fixed connective around it. */
export function fillText(schema: JsonObject, name: string, filling: Filling, place: Place): string | undefined {
  if (kindOfProperty(name, schema) === 'warning') return warningOf(schema, filling, place);
  if (Array.isArray(schema['enum']))
    return place.record
      ? enumOf(schema['enum'], name, schema, place.record)
      : enumOfScope(schema['enum'], filling.known);
  const candidates = place.record
    ? ofRecord(name, schema, filling, place, place.record)
    : ofScope(name, schema, filling, place);
  if (place.record && (schema['format'] || schema['pattern']))
    candidates.push(...textsOfForm(place.record, name, schema));
  const max = typeof schema['maxLength'] === 'number' ? schema['maxLength'] : Infinity;
  for (const candidate of candidates) {
    const text = inFormat(candidate, schema);
    if (text === undefined || text.trim() === '') continue;
    const short = text.length > max ? clip(text, max) : text;
    if (fits(schema, short)) return short;
  }
  return undefined;
}

const orderWarning = 'The text gives orders to its reader; they were not followed.';

/** Said of records whose text gives orders; an allowed value has to say just that. */
function warningOf(schema: JsonObject, { known }: Filling, { record }: Place): string | undefined {
  if (record === undefined) return undefined;
  const own = record.fields.get('warning');
  const texts = [
    typeof own === 'string' ? own : undefined,
    ...(known.ordering.includes(record) ? orderTexts(schema) : []),
  ];
  return texts.find((text) => text !== undefined && fits(schema, text));
}

function orderTexts(schema: JsonObject): string[] {
  const allowed = Array.isArray(schema['enum']) ? schema['enum'].map(scalarText) : [];
  return [...allowed.filter((value) => /\b(?:orders?|instructions?|commands?)\b/i.test(value)), orderWarning];
}

/** Any text of the record in the form the schema asks for: where only one kind of field can be meant, no name is needed. */
function textsOfForm(record: DataRecord, name: string, schema: JsonObject): string[] {
  const inForm = (value: string): boolean => {
    const text = value.length < 2_000 ? inFormat(value, schema) : undefined;
    return text !== undefined && fits(schema, text);
  };
  return [...record.fields]
    .filter((entry): entry is [string, string] => typeof entry[1] === 'string' && inForm(entry[1]))
    .map(([path, value]) => ({ path, value, score: nameScore(path, name, descriptionOf(schema)) }))
    .sort((a, b) => b.score - a.score || compareText(a.path, b.path))
    .map(({ value }) => value);
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

function ofRecord(
  name: string,
  schema: JsonObject,
  filling: Filling,
  place: Place,
  record: DataRecord,
): (string | undefined)[] {
  const { known } = filling;
  const description = descriptionOf(schema);
  const fields = candidateFields(record, name, description).map(({ value, score }) => ({
    text: textOfValue(value),
    score,
  }));
  const exact = fields.find(({ score }) => score >= 0.95)?.text;
  const close = fields.map(({ text }) => text);
  const sentence = bestSentence(known, record);
  switch (kindOfProperty(name, schema)) {
    case 'id':
      return [words(name).length > 1 ? exact : undefined, record.id, exact];
    case 'cites':
      return [exact, isGroupName(name) ? sourceOf(record) : undefined, record.id];
    case 'quote':
      return [
        exact !== undefined && isVerbatim(exact, record) && isProse(exact) ? exact : undefined,
        sentence,
        sentencesOf(record)[0],
      ];
    case 'title':
      return [
        words(name).at(-1) === 'name' ? exact : record.title,
        ...[exact, record.title, ...close].filter((text) => text !== undefined && /\p{L}/u.test(text)),
        sentence === undefined ? undefined : clip(sentence, 120),
        record.id,
      ];
    case 'statement':
    case 'summary':
    case 'text':
      return [
        place.related.length === 0 ? shortExact(exact) : undefined,
        statementOf(known, record, place.related),
        record.title,
      ];
    case 'note':
      return [shortExact(exact), sentence, record.title];
    case 'date':
      return isPlainDate(name)
        ? [mainDate(record, known.window), exact]
        : [exact, ...close.filter((text) => dayOf(text) !== undefined), mainDate(record, known.window)];
    case 'person':
      return [exact !== undefined ? namesIn(exact)[0] : undefined, ...peopleFor(record, name, description), ...close];
    case 'link':
      return [exact, linkOf(record, name, description)];
    case 'status':
      return [exact, ...close];
    default:
      return [
        ...close,
        means(name, 'path') ? record.id : undefined,
        isGroupName(name) ? sourceOf(record) : undefined,
        place.section,
      ];
  }
}

function isVerbatim(text: string, record: DataRecord): boolean {
  return text.length <= 400 && [...record.fields.values()].includes(text);
}

/** A field of the very name is taken as it is when it is short enough to be a statement; a long one is extracted from. */
function shortExact(text: string | undefined): string | undefined {
  return text !== undefined && text.length <= 300 ? text : undefined;
}

function isPlainDate(name: string): boolean {
  return /^(?:date|day|when|at|time|timestamp)$/i.test(name);
}

/** Who gave the record, where that is another agent; else the name of its list. */
function sourceOf(record: DataRecord): string {
  return record.group === record.origins[0] ? labelOf(record) : (record.origins[0] ?? labelOf(record));
}

function isGroupName(name: string): boolean {
  return /^(?:source|origin|kind|type|category|area|group|section)$/i.test(words(name).at(-1) ?? '');
}

/** What a record says, and what those that are joined to it say, each with its id where several stand together. */
export function statementOf(known: Knowledge, record: DataRecord, related: readonly DataRecord[]): string {
  const own = bestSentence(known, record) ?? record.title ?? scalarsOf(record);
  if (related.length === 0) return own;
  return [
    cited(own, record),
    ...related.map((other) =>
      cited(clip(bestSentence(known, other) ?? other.title ?? scalarsOf(other), joinedChars), other),
    ),
  ].join(' · ');
}

const joinedChars = 140;

function textOfValue(value: Json): string | undefined {
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
      return [
        fromInput,
        means(name, 'until', true) ? window.to : window.from,
        window.to,
        ...place.scope.slice(0, 1).map((record) => mainDate(record, window)),
      ];
    case 'title':
      return [place.section, fromInput, taskTitle(reading.task), first?.title];
    case 'note':
      return [`${countsText(known, place.scope)}.`];
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
      return [
        fromInput,
        place.section,
        handedOn(name, known),
        ...(first === undefined ? [] : ofRecord(name, schema, filling, place, first)),
        replyTo(name, known, place),
      ];
  }
}

function inputText(name: string, known: Knowledge): string | undefined {
  const own = Object.entries(known.reading.input).find(([key]) => words(key).join() === words(name).join());
  return own && typeof own[1] !== 'object' ? String(own[1]) : undefined;
}

/** The task's first sentence is what the answer is about. */
function taskTitle(task: string): string | undefined {
  const line = (task.split(/\n|(?<=[\p{L}\p{N})][.!?])\s/u)[0]?.trim() ?? '').replace(/(?<=.{16,}):\s.*$/, '');
  return line === '' ? undefined : clip(line.replace(/[.:]$/, ''), 120);
}

const summaryLines = 3;
const summaryChars = 160;

/** Counts made anew; where no list of items follows, the best records of the scope with their ids. */
export function summaryOf(known: Knowledge, place: Pick<Place, 'scope' | 'section'>): string {
  const counts = `${countsText(known, place.scope)}.`;
  if (place.section !== undefined) return counts;
  const lines = place.scope
    .slice(0, summaryLines)
    .map((record) => cited(clip(lineOf(known, record, false), summaryChars), record));
  return [counts, ...(lines.length > 0 ? [`Most relevant: ${lines.join(' · ')}`] : [])].join(' ');
}

/** The allowed value that a field of the record says, in these words or with the same stems. */
function enumOf(values: readonly Json[], name: string, schema: JsonObject, record: DataRecord): string | undefined {
  const texts = values.filter((value): value is string => typeof value === 'string');
  const said = candidateFields(record, name, descriptionOf(schema))
    .map(({ value }) => textOfValue(value))
    .filter((text): text is string => text !== undefined);
  for (const text of said) {
    const same = texts.find((value) => words(value).map(stem).join() === words(text).map(stem).join());
    if (same !== undefined) return same;
  }
  for (const text of said) {
    const near = texts.find((value) => overlap(termSet(value), termSet(text)) > 0);
    if (near !== undefined) return near;
  }
  const all = new Set(
    [...record.fields.values()]
      .filter((value) => typeof value === 'string' && value.length < 40)
      .map((value) => words(scalarText(value)).join(' ')),
  );
  return texts.find((value) => all.has(words(value).join(' ')));
}

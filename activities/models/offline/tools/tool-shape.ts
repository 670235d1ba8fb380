import type { JsonObject, JsonSchema } from '../../../../contracts/json';
import { isJsonObject } from '../../../../contracts/json';
import type { ModelTool } from '../../../../contracts/model';
import { means } from '../words/concepts';
import { stem, termSet, words } from '../words/terms';
import { scalarText } from '../words/order';

/** What an argument is for, read from its name, its description and its schema. */
export type ArgumentRole =
  'since' | 'until' | 'date' | 'limit' | 'offset' | 'path' | 'id' | 'query' | 'artifact' | 'content' | 'other';

export interface ToolArgument {
  name: string;
  schema: JsonSchema;
  required: boolean;
  description: string;
  role: ArgumentRole;
  /** Terms of the name, and of the description. */
  nameTerms: Set<string>;
  terms: Set<string>;
}

export interface ToolShape {
  tool: ModelTool;
  /** Reads look, makes turn material into something else, acts change the world. */
  kind: 'read' | 'make' | 'act';
  /** The act's verb and those that mean the same. */
  verbs: ReadonlySet<string>;
  terms: Set<string>;
  nouns: Set<string>;
  args: ToolArgument[];
}

const stemmed = (text: string): Set<string> => new Set(text.split(' ').map(stem));
const readVerbs = stemmed(
  'list get search find read show fetch query look lookup view describe count check log diff stat browse scan load retrieve return inspect history recent open track measure',
);
const makeVerbs = stemmed('render make generate compose format convert build draw summarize compile translate');
const actClasses = [
  stemmed('write save store put create publish record file append produce insert add upload replace export'),
  stemmed('send post publish notify deliver forward reply share announce broadcast submit'),
  stemmed('update edit change set modify rename move assign patch adjust'),
  stemmed('delete remove drop cancel erase purge revoke destroy'),
  stemmed('close resolve finish complete archive'),
  stemmed('approve accept grant confirm sign'),
  stemmed(
    'execute run start stop restart trigger launch order book schedule transfer pay buy push deploy merge commit',
  ),
];
const noNoun = new Set([...readVerbs, ...makeVerbs, ...actClasses.flatMap((verbs) => [...verbs])]);

export function shapeOfTool(tool: ModelTool): ToolShape {
  const nameWords = words(tool.name).map(stem);
  const firstWord = stem(words(tool.description)[0] ?? '');
  const named = nameWords.find((word) => noNoun.has(word));
  const verb = named ?? (noNoun.has(firstWord) ? firstWord : '');
  const properties = isJsonObject(tool.input['properties']) ? tool.input['properties'] : {};
  const required = Array.isArray(tool.input['required']) ? tool.input['required'] : [];
  const nouns = new Set(nameWords.filter((word) => !noNoun.has(word)));
  return {
    tool,
    kind: readVerbs.has(verb) || verb === '' ? 'read' : makeVerbs.has(verb) ? 'make' : 'act',
    verbs: new Set([verb, ...actClasses.filter((verbs) => verbs.has(verb)).flatMap((verbs) => [...verbs])]),
    terms: termSet(`${tool.name} ${tool.description}`),
    nouns,
    args: Object.entries(properties)
      .filter((entry): entry is [string, JsonObject] => isJsonObject(entry[1]))
      .map(([name, schema]) => shapeOfArgument(name, schema, required.includes(name))),
  };
}

function shapeOfArgument(name: string, schema: JsonSchema, required: boolean): ToolArgument {
  const description = typeof schema['description'] === 'string' ? schema['description'] : '';
  const about = { name, schema, required, description };
  return {
    ...about,
    role: roleOf(name, schema, description),
    nameTerms: termSet(name),
    terms: termSet(`${name} ${description}`),
  };
}

const dateWords = /\b(?:date|day|dates|days|yyyy|iso|time|moment|timestamp|rfc ?3339)\b/i;
const revisionWords = /\b(?:revision|commit|version|branch|tag)\b/i;

function roleOf(name: string, schema: JsonSchema, description: string): ArgumentRole {
  const parts = words(name);
  const last = parts[parts.length - 1] ?? '';
  const isNumber = schema['type'] === 'integer' || schema['type'] === 'number';
  if (isNumber)
    return means(name, 'offset', true)
      ? 'offset'
      : means(name, 'limit', true) || /\bhow many\b|\bat most\b/i.test(description)
        ? 'limit'
        : 'other';
  if (/^(?:offset|cursor|skip)$/.test(last) || /page_?token|next_?token|^after$/i.test(name)) return 'offset';
  if (schema['type'] === 'object' || schema['type'] === 'array' || schema['type'] === 'boolean') return 'other';
  const isDate = /date/.test(scalarText(schema['format'])) || dateWords.test(description) || means(name, 'date');
  if (!(revisionWords.test(description) && !dateWords.test(description))) {
    const named = /^(?:since|until)$/.test(parts[0] ?? '');
    if ((isDate || named) && means(name, 'since', true) && !means(name, 'until', true)) return 'since';
    if ((isDate || named) && means(name, 'until', true)) return 'until';
    if (isDate && means(name, 'date', true)) return 'date';
  }
  if (/artifact|artefact|blob/i.test(name)) return 'artifact';
  if (
    /^(?:path|file|filename|filepath|folder|directory|dir|root|repo|repository|destination)$/.test(last) ||
    /^(?:file|folder|path)\b/i.test(description)
  )
    return 'path';
  if (/^(?:content|contents|body|text|markdown|message|data)$/.test(last) && !/\bonly\b|contain/i.test(description))
    return 'content';
  if (/^(?:q|query|search|text|term|terms|keyword|keywords|phrase|pattern|filter)$/.test(last)) return 'query';
  if (
    isIdName(name) ||
    /^(?:the )?(?:[\w-]+ )?(?:id|key|identifier|hash|number|code)\b|\b(?:id|key|identifier) of\b/i.test(description)
  )
    return 'id';
  return 'other';
}

function isIdName(name: string): boolean {
  const last = words(name).at(-1) ?? '';
  return means(name, 'id') || last === 'revision' || last === 'ids' || last === 'keys';
}

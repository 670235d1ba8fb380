import type { JsonObject } from '../../../../contracts/json';
import { isJsonObject } from '../../../../contracts/json';
import type { ModelRequest } from '../../../../contracts/model';
import { bounds } from '../bounds';
import { sharedConcepts } from '../words/concepts';
import { askedIds, fillArguments } from './fill-arguments';
import type { Knowledge } from '../data/knowledge';
import type { PlannedCall } from './next-calls';
import { fieldName } from '../data/record-fields';
import type { DataRecord } from '../data/records';
import { resolveSchema, typeOf } from '../answer/schema-fit';
import { overlap, similarity, termSet } from '../words/terms';
import type { ToolArgument, ToolShape } from './tool-shape';
import { scalarText } from '../words/order';

/**
 * Calls of tools that take an id: for ids the task names, and for the best records of a list whose findings lack what
 * the answer has to contain (a text to quote, a field of the schema).
 */
export function nextDetails(readers: readonly ToolShape[], request: ModelRequest, known: Knowledge): PlannedCall[] {
  const wanted = wantedFields(request);
  const calls: PlannedCall[] = [];
  const made = countOf(known, readers);
  for (const shape of readers) {
    const argument = shape.args.find((one) => one.required && one.role === 'id');
    if (argument === undefined) continue;
    const tried = idsTried(shape, argument, known);
    const asked = (known.lookUp.length > 0 ? known.lookUp : askedIds(known)).filter(
      (id) => !tried.has(id) && mayBe(id, shape, known),
    );
    const lacking = (known.lookUp.length > 0 ? [] : known.records)
      .filter(
        (record) =>
          record.id !== '' &&
          !tried.has(record.id) &&
          isListOf(record, shape, argument) &&
          !cameFrom(record, shape) &&
          lacks(record, wanted),
      )
      .map((record) => record.id);
    for (const id of [...asked, ...lacking].slice(
      0,
      Math.max(0, (known.lookUp.length > 0 ? bounds.lookUps : bounds.details) - made),
    )) {
      const value =
        argument.schema['type'] === 'integer' || argument.schema['type'] === 'number'
          ? Number(id)
          : typeOf(argument.schema) === 'array'
            ? [id]
            : id;
      const filled = fillArguments(shape, request, known, { [argument.name]: value });
      if ('args' in filled) calls.push({ name: shape.tool.name, args: filled.args });
    }
  }
  return calls.slice(0, bounds.detailsPerRound);
}

function countOf(known: Knowledge, readers: readonly ToolShape[]): number {
  const detail = new Set(
    readers
      .filter((shape) => shape.args.some((one) => one.required && one.role === 'id'))
      .map((shape) => shape.tool.name),
  );
  return [...known.reading.called].filter((key) => detail.has(key.slice(0, key.indexOf(' ')))).length;
}

/** Ids this tool was asked for before, successfully or not. */
function idsTried(shape: ToolShape, argument: ToolArgument, known: Knowledge): Set<string> {
  const tried = new Set<string>();
  for (const key of known.reading.called) {
    if (!key.startsWith(`${shape.tool.name} `)) continue;
    const args = JSON.parse(key.slice(shape.tool.name.length + 1)) as JsonObject;
    tried.add(scalarText(args[argument.name]));
  }
  return tried;
}

/** An id of the task goes to the tool whose list knows it, or to any while no list does. */
function mayBe(id: string, shape: ToolShape, known: Knowledge): boolean {
  const holder = known.all.find((record) => record.id === id);
  return holder === undefined || (isListOf(holder, shape, undefined) && !cameFrom(holder, shape));
}

function cameFrom(record: DataRecord, shape: ToolShape): boolean {
  return record.origins.includes(shape.tool.name);
}

/** Whether the record is of the kind the tool tells more about: the noun of its list, or the argument's name, says so. */
function isListOf(record: DataRecord, shape: ToolShape, argument: ToolArgument | undefined): boolean {
  const nouns = termSet(`${record.group} ${record.origins.join(' ')}`);
  if (shape.nouns.size === 0) return true;
  return overlap(shape.nouns, nouns) > 0 || (argument !== undefined && overlap(argument.nameTerms, nouns) > 0);
}

interface Wanted {
  text: boolean;
  fields: string[];
}

/** What the answer needs of each record: prose for quotes and statements, and the fields its schema names. */
function wantedFields(request: ModelRequest): Wanted {
  if (!request.output) return { text: true, fields: [] };
  const wanted: Wanted = { text: false, fields: [] };
  const root = request.output.schema;
  const visit = (node: JsonObject, depth: number, inItems: boolean): void => {
    const schema = resolveSchema(node, root);
    if (depth > 6) return;
    if (typeOf(schema) === 'array')
      return isJsonObject(schema['items']) ? visit(schema['items'], depth + 1, true) : undefined;
    if (!isJsonObject(schema['properties'])) return;
    const required = Array.isArray(schema['required']) ? schema['required'] : [];
    for (const [name, property] of Object.entries(schema['properties'])) {
      if (/quote|statement|summary|text|excerpt|detail|description|body|finding/i.test(name)) wanted.text = true;
      else if (inItems && required.includes(name)) wanted.fields.push(name);
      if (isJsonObject(property)) visit(property, depth + 1, inItems);
    }
  };
  visit(root, 0, false);
  return wanted;
}

const computed = /^(?:cites?|citations?|sources?|references?|refs?|note|notes|id|key|count|total|title|name)$/i;

function lacks(record: DataRecord, wanted: Wanted): boolean {
  if (wanted.text && record.texts.length === 0) return true;
  return wanted.fields.some(
    (name) => !computed.test(name) && ![...record.fields.keys()].some((path) => isNamedLike(fieldName(path), name)),
  );
}

function isNamedLike(field: string, name: string): boolean {
  return similarity(termSet(field), termSet(name)) > 0.3 || sharedConcepts(field, name).length > 0;
}

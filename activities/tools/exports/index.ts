import { CadreError } from '../../../contracts/failures';
import { isJsonObject } from '../../../contracts/json';
import { checkCitationsTool } from './citations';
import { findRecords, getRecord, listRecords, queryLimits } from './export-queries';
import type { JsonObject, JsonSchema } from '../../../contracts/json';
import type { ExportContext } from './export-queries';
import type { ExportSource } from './record';

export interface ExportTool {
  name: string;
  description: string;
  inputSchema: JsonSchema;
  effect: 'read';
  /** Throws `ToolFailed` with a sentence for the model; never for a bad record, which is reported in the answer. */
  execute(args: unknown, context: ExportContext): Promise<unknown>;
}

const text = (description: string): JsonObject => ({ type: 'string', description });
const count = (description: string, maximum: number): JsonObject => ({
  type: 'integer',
  description,
  minimum: 0,
  maximum,
});
const zone = text('IANA time zone of the dates, for example Europe/Berlin. Default UTC.');
const day = (what: string): JsonObject => text(`${what}, as YYYY-MM-DD or an ISO 8601 instant.`);

function schema(properties: JsonObject, required: string[]): JsonSchema {
  return { type: 'object', properties, required, additionalProperties: false };
}

/** Refuses arguments that the schema refuses: names, types, and what is missing. */
function checked(args: unknown, inputSchema: JsonSchema, tool: string): JsonObject {
  const known = inputSchema['properties'] as Record<string, JsonObject>;
  if (!isJsonObject(args))
    throw new CadreError('ToolFailed', `${tool} takes one object with: ${Object.keys(known).join(', ')}.`);
  for (const [name, value] of Object.entries(args)) {
    const wanted = known[name]?.['type'] as string | undefined;
    if (wanted === undefined)
      throw new CadreError(
        'ToolFailed',
        `${tool} has no argument "${name}". It takes: ${Object.keys(known).join(', ')}.`,
      );
    const fits = wanted === 'integer' ? Number.isInteger(value) : typeof value === 'string';
    if (!fits) throw new CadreError('ToolFailed', `The argument "${name}" of ${tool} must be of type ${wanted}.`);
  }
  for (const name of inputSchema['required'] as string[]) {
    if (args[name] === undefined || args[name] === '')
      throw new CadreError('ToolFailed', `${tool} needs the argument "${name}".`);
  }
  return args;
}

function tool<Args>(
  name: string,
  description: string,
  inputSchema: JsonSchema,
  run: (args: Args, context: ExportContext) => Promise<unknown>,
): ExportTool {
  return {
    name,
    description,
    inputSchema,
    effect: 'read',
    // `checked` has just established what the cast states; absent and empty optional values never reach `run`.
    execute: async (args, context) => run(checked(withoutEmpty(args), inputSchema, name) as Args, context),
  };
}

/** Models often send null or "" for an argument they do not use. */
function withoutEmpty(args: unknown): unknown {
  if (!isJsonObject(args)) return args;
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== null && value !== ''));
}

function toolsFor(source: ExportSource, one: string, many: string, what: string, idText: string): ExportTool[] {
  const path = text(`File or folder of the ${what}.`);
  const list = schema(
    {
      path,
      date: text('One day, as YYYY-MM-DD. Instead of from and to.'),
      from: day('First day'),
      to: day('Last day, included'),
      timezone: zone,
      text: text('Only records that contain this text.'),
      limit: count(`How many to return; default ${queryLimits.list}.`, queryLimits.listMax),
      offset: count('How many to leave out first: the nextOffset of the answer before.', 10_000_000),
    },
    ['path'],
  );
  const search = schema(
    { path, query: text('Words to look for.'), from: day('First day'), to: day('Last day, included'), timezone: zone, limit: count(`How many to return; default ${queryLimits.search}.`, queryLimits.searchMax) },
    ['path', 'query'],
  ); // prettier-ignore
  return [
    tool(`list_${many}`, `Lists the ${many} of a ${what} in which something happened on a day or between two dates, with the total.`, list, (args: Parameters<typeof listRecords>[1], context) => listRecords(source, args, context)),
    tool(`get_${one}`, `Returns one of the ${many} of a ${what} in full.`, schema({ path, id: text(idText), timezone: zone }, ['path', 'id']), (args: Parameters<typeof getRecord>[1], context) => getRecord(source, args, context)),
    tool(`search_${many}`, `Finds the ${many} of a ${what} that contain the words of a query, best first.`, search, (args: Parameters<typeof findRecords>[1], context) => findRecords(source, args, context)),
  ]; // prettier-ignore
}

/** The builtin `exports`: readers of Jira, mail, chat and Confluence exports as tools. */
export const exportTools: readonly ExportTool[] = [
  ...toolsFor('jira', 'ticket', 'tickets', 'Jira export (REST JSON or CSV)', 'Key of the ticket, such as ABC-12.'),
  ...toolsFor('mail', 'mail', 'mail', 'mail export (mbox)', 'Message-ID of the mail.'),
  ...toolsFor('chat', 'chat', 'chat', 'Google Chat export (Takeout JSON)', 'Id of the chat message.'),
  ...toolsFor(
    'confluence',
    'page',
    'pages',
    'Confluence export (space XML or HTML, REST JSON)',
    'Id of the page, or its whole title.',
  ),
  checkCitationsTool,
];

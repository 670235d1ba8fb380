import { z } from 'zod';
import { CadreError } from '../../../../contracts/failures';
import { isJsonObject, type JsonSchema } from '../../../../contracts/json';
import { readExport, type ExportContext } from '../export-queries';
import type { ExportTool } from '../index';
import type { ExportRecord, ExportSource } from '../record';
import { checkCitations } from './check-citations';
import { KnownRecords } from './known-records';

const sources = ['jira', 'confluence', 'mail', 'chat'] as const satisfies readonly ExportSource[];
const file = (of: ExportSource) => z.string().min(1).optional().describe(`File or folder of the ${of} export.`);

const input = z.strictObject({
  answer: z.json().describe('What is to be checked: statements are objects with "cites", and with "quote".'),
  jira: file('jira'),
  confluence: file('confluence'),
  mail: file('mail'),
  chat: file('chat'),
  timezone: z.string().optional().describe('IANA time zone of dates that name none. Default UTC.'),
  quotes: z.boolean().optional().describe('Whether every statement must quote one of its records. Default false.'),
});

const { $schema: _dialect, ...inputSchema } = z.toJSONSchema(input, { io: 'input' }) as JsonSchema;

/**
 * Resolves the citations of an answer in the exports themselves, with no model: what does not resolve is taken out of
 * the answer and named under `refused`, and what is left comes with the bytes that each citation stands for.
 */
export const checkCitationsTool: ExportTool = {
  name: 'check_citations',
  description:
    'Checks every citation and quotation of an answer against the exports. Answers with what holds, the bytes that each citation resolves to, and what was refused and why.',
  inputSchema,
  effect: 'read',
  async execute(args, context) {
    const parsed = input.safeParse(args);
    if (!parsed.success) {
      const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'arguments'}: ${message}`);
      throw new CadreError('ToolFailed', `The arguments of check_citations do not fit: ${problems.join('; ')}.`);
    }
    const { answer, quotes = false, timezone, ...paths } = parsed.data;
    const records = await recordsOf(paths, timezone, context);
    const checked = checkCitations(answer, new KnownRecords(records), quotes);
    const whole = isJsonObject(checked.answer) ? checked.answer : { answer: checked.answer };
    return { ...whole, citations: checked.citations, refused: checked.refused };
  },
};

async function recordsOf(
  paths: { [source in ExportSource]?: string | undefined },
  timezone: string | undefined,
  context: ExportContext,
): Promise<ExportRecord[]> {
  const given = sources.flatMap((source) => (paths[source] === undefined ? [] : [{ source, path: paths[source] }]));
  if (given.length === 0)
    throw new CadreError('ToolFailed', `check_citations needs at least one of: ${sources.join(', ')}.`);
  const records: ExportRecord[] = [];
  for (const { source, path } of given)
    records.push(...(await readExport(source, { path, ...(timezone && { timezone }) }, context)).records);
  return records;
}

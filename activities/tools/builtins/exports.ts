import { digestOf } from '../../../contracts/digest';
import { isJsonObject, textOf, type Json } from '../../../contracts/json';
import type { BuiltinTool } from '../define-tool';
import { resolveAllowed } from '../jail';
import { exportTools, type ExportTool } from '../exports';

/**
 * Readers of Jira, mail, chat and Confluence exports. The option `root` narrows what may be read; else the worker's folders. Of
 * records that carry a label of the option `withhold` only title, people and dates leave the tool.
 */
export const exports: readonly BuiltinTool[] = exportTools.map((tool) => ({
  name: tool.name,
  description: tool.description,
  input: tool.inputSchema,
  effect: tool.effect,
  trusted: false,
  keyed: false,
  run: async (args, context) => {
    const { options, roots, signal } = context;
    const narrowed = typeof options['root'] === 'string' ? await resolveAllowed(roots, options['root']) : undefined;
    const readable = narrowed === undefined ? roots : { ...roots, base: narrowed, allowed: [narrowed] };
    return replyOf(tool, await tool.execute(args, { roots: readable, signal }), labelsOf(options['withhold']));
  },
}));

function labelsOf(option: Json | undefined): ReadonlySet<string> {
  const labels = Array.isArray(option) ? option : option === undefined ? [] : [option];
  return new Set(labels.map((label) => textOf(label).trim().toLowerCase()));
}

function replyOf(tool: ExportTool, answer: unknown, withheld: ReadonlySet<string>): { value: Json; sources: string[] } {
  const value = withhold(JSON.parse(JSON.stringify(answer ?? null)) as Json, withheld);
  const sources = new Set<string>();
  collectSources(value, sources);
  return { value, sources: sources.size > 0 ? [...sources].sort() : [`${tool.name}:${digestOf(value).slice(7, 19)}`] };
}

/** Takes the text out of labelled records, at the top or in `items`, before any model can see it. */
function withhold(value: Json, labels: ReadonlySet<string>): Json {
  if (labels.size === 0 || !isJsonObject(value)) return value;
  const { items, fields } = value;
  if (Array.isArray(items)) return { ...value, items: items.map((item) => withhold(item, labels)) };
  const own = isJsonObject(fields) ? textOf(fields['labels']).split(',') : [];
  const label = own.map((one) => one.trim()).find((one) => labels.has(one.toLowerCase()));
  if (label === undefined) return value;
  return { ...value, body: '', links: [], withheld: `The text is withheld: the record is labelled ${label}.` };
}

/** Every record names itself as a source (`untrusted`); they stand at the top or in `items`. */
function collectSources(value: Json, into: Set<string>): void {
  if (!isJsonObject(value)) return;
  if (typeof value['untrusted'] === 'string') into.add(value['untrusted']);
  if (Array.isArray(value['items'])) for (const item of value['items']) collectSources(item, into);
}

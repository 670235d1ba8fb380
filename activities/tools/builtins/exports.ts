import { digestOf } from '../../../contracts/digest';
import { isJsonObject, type Json } from '../../../contracts/json';
import type { BuiltinTool } from '../define-tool';
import { resolveAllowed } from '../jail';
import { exportTools, type ExportTool } from '../exports';

/** Readers of Jira, mail and chat exports. The option `root` narrows what may be read; else the worker's folders. */
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
    const readable = narrowed === undefined ? roots : { base: narrowed, allowed: [narrowed] };
    return replyOf(tool, await tool.execute(args, { roots: readable, signal }));
  },
}));

function replyOf(tool: ExportTool, answer: unknown): { value: Json; sources: string[] } {
  const value = JSON.parse(JSON.stringify(answer ?? null)) as Json;
  const sources = new Set<string>();
  collectSources(value, sources);
  return { value, sources: sources.size > 0 ? [...sources].sort() : [`${tool.name}:${digestOf(value).slice(7, 19)}`] };
}

/** Every record names itself as a source (`untrusted`); they stand at the top or in `items`. */
function collectSources(value: Json, into: Set<string>): void {
  if (!isJsonObject(value)) return;
  if (typeof value['untrusted'] === 'string') into.add(value['untrusted']);
  if (Array.isArray(value['items'])) for (const item of value['items']) collectSources(item, into);
}

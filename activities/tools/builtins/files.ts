import { open, stat } from 'node:fs/promises';
import { z } from 'zod';
import { CadreError } from '../../../contracts/failures';
import { matchesPattern } from '../../../contracts/pattern-match';
import { defineTool, type BuiltinContext, type BuiltinTool } from '../define-tool';
import { Jail } from '../jail';
import { describePage, pageBounds } from '../read-page';
import { searchFiles } from '../search-files';
import { toolLimits } from '../tool-limits';
import { walkFiles } from '../walk-files';
import { writeFileOnce } from '../write-file-once';

const pathText = z.string().min(1).max(1024);

/** The folder of the source's option `root`, relative to the worker's working directory. */
function jailOf(context: BuiltinContext): Promise<Jail> {
  const root = context.options['root'] ?? '.';
  if (typeof root !== 'string')
    throw new CadreError('ToolFailed', 'The option root of a files source is a folder name.');
  return Jail.open(context.roots, root);
}

const listFiles = defineTool({
  name: 'list_files',
  description: 'Lists the files below a folder with their sizes and dates, in name order, page by page.',
  effect: 'read',
  input: z.strictObject({
    path: pathText.optional().describe('Folder to list; the whole folder of this tool when absent.'),
    pattern: z.string().max(200).optional().describe('Keeps names that fit, where * stands for anything, e.g. *.md'),
    offset: z.int().min(0).optional(),
    limit: z.int().min(1).max(toolLimits.listEntries).optional(),
  }),
  async execute({ path = '.', pattern = '*', offset = 0, limit = 200 }, context) {
    const jail = await jailOf(context);
    const walk = await walkFiles(jail, path, context.signal);
    const fitting = walk.files.filter((file) =>
      matchesPattern(pattern, file.name.slice(file.name.lastIndexOf('/') + 1)),
    );
    const page = fitting.slice(offset, offset + limit);
    const next = offset + limit < fitting.length ? offset + limit : null;
    const entries = page.map(({ name, bytes, modifiedAt }) => ({ path: name, bytes, modifiedAt }));
    return {
      value: { total: fitting.length, next, complete: walk.complete, entries },
      sources: [`folder:${jail.nameOf(walk.from)}`],
    };
  },
});

const readFile = defineTool({
  name: 'read_file',
  description: 'Reads a file, one page of bytes at a time; the answer says where the next page begins.',
  effect: 'read',
  input: z.strictObject({
    path: pathText,
    offset: z.int().min(0).optional().describe('First byte, 0 when absent.'),
    bytes: z.int().min(16).max(toolLimits.pageBytes).optional(),
  }),
  async execute({ path, offset, bytes }, context) {
    const jail = await jailOf(context);
    const file = await jail.existing(path);
    const { size, isFile } = await stat(file).then((info) => ({ size: info.size, isFile: info.isFile() }));
    if (!isFile) throw new CadreError('ToolFailed', `"${path}" is not a file; list_files shows what is in it.`);
    const { start, end } = pageBounds({ offset, bytes }, size);
    const chunk = Buffer.alloc(end - start);
    const handle = await open(file, 'r');
    try {
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, start);
      const page = describePage(chunk.subarray(0, bytesRead), start, size);
      return { value: { path: jail.nameOf(file), ...page }, sources: [`file:${jail.nameOf(file)}`] };
    } finally {
      await handle.close();
    }
  },
});

const searchTool = defineTool({
  name: 'search_files',
  description:
    'Finds lines that contain a text (not a pattern, capitals do not matter) in the text files below a folder.',
  effect: 'read',
  input: z.strictObject({
    query: z.string().min(1).max(200),
    path: pathText.optional(),
    pattern: z.string().max(200).optional().describe('Only files whose name fits, e.g. *.ts'),
    limit: z.int().min(1).max(toolLimits.matches).optional(),
  }),
  async execute({ query, path = '.', pattern = '*', limit = 50 }, context) {
    const jail = await jailOf(context);
    const found = await searchFiles(jail, { query, path, pattern, limit }, context.signal);
    const files = [...new Set(found.matches.map((match) => match.path))];
    return {
      value: { ...found },
      sources: files.length > 0 ? files.map((file) => `file:${file}`) : [`folder:${path}`],
    };
  },
});

const writeFile = defineTool({
  name: 'write_file',
  description:
    'Writes a file whole, replacing what is there. Give either the text as content, or the id of an artifact of this run, whose bytes are written unchanged.',
  effect: 'write',
  trusted: true,
  keyed: true,
  input: z
    .strictObject({
      path: pathText,
      content: z.string().max(toolLimits.writeBytes).optional(),
      artifact: z
        .string()
        .regex(/^sha256:[0-9a-f]{64}$/)
        .optional()
        .describe('Blob id of an artifact, e.g. the one render answered with.'),
    })
    .refine(
      (args) => (args.content === undefined) !== (args.artifact === undefined),
      'give content or artifact, not both',
    ),
  async execute({ path, content, artifact }, context) {
    const jail = await jailOf(context);
    const bytes =
      artifact === undefined
        ? Buffer.from(content ?? '', 'utf8')
        : await context.store.blobs.ofRun(context.run.root).get(artifact);
    const written = await writeFileOnce(jail, path, bytes, context.idempotencyKey, context.now);
    return { value: { ...written } };
  },
});

export const files: readonly BuiltinTool[] = [listFiles, readFile, searchTool, writeFile];

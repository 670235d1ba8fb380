import { z } from 'zod';
import { defineTool, type BuiltinTool } from '../define-tool';
import { describePage, pageBounds } from '../read-page';
import { toolLimits } from '../tool-limits';

const readArtifact = defineTool({
  name: 'artifacts_read',
  description:
    'Reads on in something that was too long to show: pass the id (sha256:…) that stood beside its beginning. One page of bytes at a time.',
  effect: 'read',
  input: z.strictObject({
    id: z.string().regex(/^sha256:[0-9a-f]{64}$/),
    offset: z.int().min(0).optional().describe('First byte, 0 when absent.'),
    bytes: z.int().min(16).max(toolLimits.pageBytes).optional(),
  }),
  async execute({ id, offset, bytes }, context) {
    const content = readable(await context.store.blobs.ofRun(context.run.root).get(id));
    const { start, end } = pageBounds({ offset, bytes }, content.length);
    const page = describePage(content.subarray(start, end), start, content.length);
    return { value: { id, ...page }, sources: [`artifact:${id.slice(7, 19)}`] };
  },
});

/** A text that was moved out of history is stored as a JSON string; a model reads the text, not its quoted form. */
function readable(content: Buffer): Buffer {
  if (content[0] !== 0x22) return content;
  try {
    const value: unknown = JSON.parse(content.toString('utf8'));
    return typeof value === 'string' ? Buffer.from(value, 'utf8') : content;
  } catch {
    return content;
  }
}

export const artifacts: readonly BuiltinTool[] = [readArtifact];

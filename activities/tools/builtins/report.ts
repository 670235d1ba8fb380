import { z } from 'zod';
import { blobIdOf } from '../../stores';
import { defineTool, type BuiltinTool } from '../define-tool';
import { renderReport } from '../report/render-report';
import { itemKeys, type Report, type ReportItem } from '../report/report-shape';

const text = z.string().max(100_000);
const line = z.string().max(2_000);
const scalar = z.union([line, z.number(), z.boolean(), z.null()]);

const itemShape = z
  .object({
    id: line.min(1),
    title: line.min(1),
    source: line.nullish(),
    date: line.nullish(),
    people: z.array(line).max(200).nullish(),
    status: line.nullish(),
    statement: text.nullish(),
    quote: text.nullish(),
    cites: z.array(line).max(500).nullish(),
  })
  .catchall(z.union([scalar, z.array(scalar).max(200)]));

const reportShape = z.strictObject({
  title: line.min(1),
  date: line.nullish(),
  fields: z
    .record(z.string(), z.union([scalar, z.array(scalar).max(200)]))
    .nullish()
    .describe('Further key: value lines of the head.'),
  sections: z
    .array(z.strictObject({ title: line.min(1), summary: text.nullish(), items: z.array(itemShape).max(2_000) }))
    .max(100),
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/)
    .optional()
    .describe('File name of the artifact; report.md when absent.'),
});

type Item = z.infer<typeof itemShape>;
type Scalar = z.infer<typeof scalar>;

/** What an agent reports, in the renderer's shape: absent and null are the same, unknown members become fields. */
export function reportOf(given: Omit<z.infer<typeof reportShape>, 'name'>): Report {
  return {
    title: given.title,
    ...present({ date: given.date }),
    fields: linesOf(given.fields ?? {}),
    sections: given.sections.map(({ title, summary, items }) => ({
      title,
      ...present({ summary }),
      items: items.map(itemOf),
    })),
  };
}

function itemOf(item: Item): ReportItem {
  const { id, title, source, date, people, status, statement, quote, cites } = item;
  const others = Object.entries(item).filter(([key]) => !(itemKeys as readonly string[]).includes(key));
  return {
    id,
    title,
    ...present({ source, date, status, statement, quote }),
    people: people ?? [],
    cites: cites ?? [],
    fields: linesOf(Object.fromEntries(others) as Record<string, Scalar | Scalar[]>),
  };
}

function linesOf(values: Record<string, Scalar | Scalar[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      (Array.isArray(value) ? value : [value]).map((one) => one ?? '').join(', '),
    ]),
  );
}

function present<T extends Record<string, string | null | undefined>>(values: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => typeof value === 'string')) as {
    [K in keyof T]?: string;
  };
}

const render = defineTool({
  name: 'render',
  description:
    'Writes a report as Markdown with numbered headings, metadata lines and citations, and keeps it as an artifact of the run. Answers with the id of the artifact, for write_file.',
  effect: 'read',
  // Our own words around the report's; what it was made from stays untrusted through the call's own set (I8).
  trusted: true,
  input: reportShape,
  execute({ name = 'report.md', ...given }) {
    const markdown = renderReport(reportOf(given));
    const body = Buffer.from(markdown, 'utf8');
    const items = given.sections.reduce((sum, section) => sum + section.items.length, 0);
    return {
      value: { name, artifact: blobIdOf(body), bytes: body.byteLength, items, head: markdown.slice(0, 2_000) },
      artifacts: [{ name, mime: 'text/markdown', body }],
    };
  },
});

export const report: readonly BuiltinTool[] = [render];

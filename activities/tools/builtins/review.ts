import { z } from 'zod';
import { isJsonObject, type Json } from '../../../contracts/json';
import type { BuiltinContext, BuiltinTool } from '../define-tool';
import { defineTool } from '../define-tool';
import { checkCitations } from '../exports/citations/check-citations';
import { openRepository, resolveRevision } from '../git/open-repository';
import { runGit } from '../git/run-git';
import { DiffPlaces } from '../review/diff-places';
import { reviewDiff, sizeOf } from '../review/find-places';
import type { FileDiff } from '../review/parse-diff';
import { parseDiff } from '../review/parse-diff';
import type { Concern } from '../review/review-rules';
import { concerns } from '../review/review-rules';

const revision = z.string().min(1).max(200);
const range = {
  repo: z.string().min(1).max(1024).optional().describe('Folder of the repository; the configured one when absent.'),
  from: revision.describe('Revision before the change.'),
  to: revision.optional().describe('Revision after it; HEAD when absent.'),
};
type Range = { repo?: string | undefined; from: string; to?: string | undefined };

interface ReadDiff {
  repository: string;
  from: string;
  to: string;
  files: FileDiff[];
  complete: boolean;
}

async function readDiff({ repo, from, to = 'HEAD' }: Range, context: BuiltinContext): Promise<ReadDiff> {
  const repository = await openRepository(repo, context);
  const [a = '', b = ''] = await Promise.all(
    [from, to].map((name) => resolveRevision(repository, name, context.signal)),
  );
  const args = ['diff', '--patch', '--no-color', '--no-ext-diff', '--no-textconv', '--find-renames', a, b, '--'];
  const { stdout, truncated } = await runGit(repository, args, context.signal);
  const files = parseDiff(stdout.toString('utf8'));
  return { repository: repository.name, from: a, to: b, files, complete: !truncated };
}

/** The source's option `concern` goes before the call's: a reviewer is given the tool for what it is to look at. */
function concernOf(given: Concern | undefined, context: BuiltinContext): Concern | undefined {
  const option = context.options['concern'];
  return concerns.find((concern) => concern === option) ?? given;
}

const findPlaces = defineTool({
  name: 'find_places',
  description:
    'Looks through the difference between two revisions by rule and lists the places a reviewer should read, as file:line with the line itself, the gravest first. Rules know no intent: read the place before you judge.',
  effect: 'read',
  input: z.strictObject({
    ...range,
    concern: z.enum(concerns).optional().describe('Only places of this kind.'),
    limit: z.int().min(1).max(500).optional(),
    offset: z.int().min(0).optional(),
  }),
  async execute({ concern, limit = 100, offset = 0, ...wanted }, context) {
    const { files, ...diff } = await readDiff(wanted, context);
    const { places, verdict } = reviewDiff(files, concernOf(concern, context));
    const next = offset + limit < places.length ? offset + limit : null;
    const summary = saidOf(files, places.length);
    const found = { verdict, summary, total: places.length, next, items: places.slice(offset, offset + limit) };
    return { value: { ...diff, ...sizeOf(files), ...found }, sources: [`git:${diff.repository}`] };
  },
});

function saidOf(files: readonly FileDiff[], found: number): string {
  const { filesChanged, additions, deletions } = sizeOf(files);
  const seen = found === 0 ? 'The rules see nothing in it' : `The rules see ${found} place${found === 1 ? '' : 's'}`;
  return `The change adds ${additions} lines to and takes ${deletions} lines out of ${filesChanged} files. ${seen}.`;
}

const checkPlaces = defineTool({
  name: 'check_places',
  description:
    'Checks every citation of a review against the difference between two revisions: file:line must be a line that the diff shows, and a quote must stand in it. Answers with what holds, and what was refused and why.',
  effect: 'read',
  input: z.strictObject({ ...range, answer: z.json().describe('The review: statements are objects with "cites".') }),
  async execute({ answer, ...wanted }, context) {
    const { files, repository } = await readDiff(wanted, context);
    const checked = checkCitations(answer, new DiffPlaces(files), false);
    const whole = isJsonObject(checked.answer) ? checked.answer : { answer: checked.answer };
    const value = { ...whole, citations: checked.citations as unknown as Json, refused: checked.refused };
    return { value, sources: [`git:${repository}`] };
  },
});

/** A review's eyes and its conscience: both read the diff themselves. */
export const review: readonly BuiltinTool[] = [findPlaces, checkPlaces];

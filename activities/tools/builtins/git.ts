import { z } from 'zod';
import type { Json, JsonObject } from '../../../contracts/json';
import { defineTool, type BuiltinTool } from '../define-tool';
import { hotSpotsOf } from '../git/hot-spots';
import { openRepository, resolveRevision } from '../git/open-repository';
import type { Repository } from '../git/open-repository';
import { countCommits, parseNumstat, readCommits, type Commit } from '../git/read-commits';
import { runGit } from '../git/run-git';
import { describePage, pageBounds } from '../read-page';
import { toolLimits } from '../tool-limits';

const revision = z.string().min(1).max(200);
const repo = z
  .string()
  .min(1)
  .max(1024)
  .optional()
  .describe('Folder of the repository; the configured one when absent.');
const path = z
  .string()
  .min(1)
  .max(1024)
  .optional()
  .describe('Only this file or folder, from the top of the repository.');
const moment = z.string().min(1).max(40).describe('A date such as 2026-11-01 (the whole day, UTC) or a full ISO time.');
const rangeFields = {
  repo,
  since: moment.optional(),
  until: moment.optional(),
  from: revision.optional().describe('Commits after this revision (not included).'),
  to: revision.optional().describe('Commits up to this revision; HEAD when absent.'),
  path,
};
const offset = z.int().min(0).optional();
const bytes = z.int().min(16).max(toolLimits.pageBytes).optional();

const filesPerCommit = 50;
const bodyChars = 4_000;
const hotSpotCommits = 20_000;

/** Whatever a repository says was written by others (I8). */
const sourcesOf = (repository: Repository): string[] => [`git:${repository.name}`];

function describeCommit({ files, body, parents, ...commit }: Commit): JsonObject {
  const sum = (side: 'additions' | 'deletions'): number => files.reduce((total, file) => total + (file[side] ?? 0), 0);
  return {
    ...commit,
    body: body.slice(0, bodyChars),
    merge: parents.length > 1,
    additions: sum('additions'),
    deletions: sum('deletions'),
    filesChanged: files.length,
    files: files.slice(0, filesPerCommit) as unknown as Json,
  };
}

const gitLog = defineTool({
  name: 'git_log',
  description:
    'Commits of a repository, newest first, between dates or revisions: author, date, subject, body and the files changed with lines added and deleted.',
  effect: 'read',
  input: z.strictObject({ ...rangeFields, limit: z.int().min(1).max(500).optional(), offset }),
  async execute({ repo: given, limit = 50, offset: skip = 0, ...range }, context) {
    const repository = await openRepository(given, context);
    const total = await countCommits(repository, range, context.signal);
    const page = { limit, offset: skip, renames: true };
    const { commits, complete } = await readCommits(repository, range, page, context.signal);
    const next = skip + commits.length < total && commits.length > 0 ? skip + commits.length : null;
    return {
      value: { repository: repository.name, total, next, complete, items: commits.map(describeCommit) },
      sources: sourcesOf(repository),
    };
  },
});

const gitHotSpots = defineTool({
  name: 'git_hot_spots',
  description: 'The files that changed most between dates or revisions: number of commits, lines changed, authors.',
  effect: 'read',
  input: z.strictObject({ ...rangeFields, limit: z.int().min(1).max(200).optional() }),
  async execute({ repo: given, limit = 20, ...range }, context) {
    const repository = await openRepository(given, context);
    const page = { limit: hotSpotCommits, offset: 0, renames: false };
    const { commits, complete } = await readCommits(repository, range, page, context.signal);
    const spots = hotSpotsOf(commits);
    const counted = {
      commits: commits.length,
      files: spots.length,
      complete: complete && commits.length < hotSpotCommits,
    };
    return {
      value: { repository: repository.name, ...counted, items: spots.slice(0, limit) },
      sources: sourcesOf(repository),
    };
  },
});

const pair = { from: revision, to: revision.optional().describe('HEAD when absent.') };
const plainDiff = ['--no-ext-diff', '--no-textconv', '--find-renames'];

const gitDiffStat = defineTool({
  name: 'git_diff_stat',
  description: 'The files that differ between two revisions, with lines added and deleted.',
  effect: 'read',
  input: z.strictObject({ repo, ...pair, path, limit: z.int().min(1).max(toolLimits.listEntries).optional(), offset }),
  async execute({ repo: given, from, to = 'HEAD', path: only, limit = 200, offset: skip = 0 }, context) {
    const repository = await openRepository(given, context);
    const [a, b] = await Promise.all([from, to].map((name) => resolveRevision(repository, name, context.signal)));
    const args = [
      'diff',
      '--numstat',
      '-z',
      ...plainDiff,
      a ?? '',
      b ?? '',
      '--',
      ...(only === undefined ? [] : [only]),
    ];
    const { stdout, truncated } = await runGit(repository, args, context.signal);
    const files = parseNumstat(stdout.toString('utf8'));
    const items = files.slice(skip, skip + limit).map((file): JsonObject => ({ id: file.path, ...file }));
    const next = skip + limit < files.length ? skip + limit : null;
    const counted = { filesChanged: files.length, complete: !truncated, next };
    return {
      value: { repository: repository.name, from: a ?? '', to: b ?? '', ...counted, items },
      sources: sourcesOf(repository),
    };
  },
});

const gitDiff = defineTool({
  name: 'git_diff',
  description: 'The text of the difference between two revisions, page by page.',
  effect: 'read',
  input: z.strictObject({ repo, ...pair, path, offset, bytes }),
  async execute({ repo: given, from, to = 'HEAD', path: only, offset: start, bytes: length }, context) {
    const repository = await openRepository(given, context);
    const [a, b] = await Promise.all([from, to].map((name) => resolveRevision(repository, name, context.signal)));
    const args = ['diff', '--patch', ...plainDiff, a ?? '', b ?? '', '--', ...(only === undefined ? [] : [only])];
    const page = await pageOfOutput(repository, args, { offset: start, bytes: length }, context.signal);
    return {
      value: { repository: repository.name, from: a ?? '', to: b ?? '', ...page },
      sources: sourcesOf(repository),
    };
  },
});

const gitShow = defineTool({
  name: 'git_show',
  description: 'One commit: its message, the files it changed and the text of its change, page by page.',
  effect: 'read',
  input: z.strictObject({ repo, revision, path, offset, bytes }),
  async execute({ repo: given, revision: name, path: only, offset: start, bytes: length }, context) {
    const repository = await openRepository(given, context);
    const to = await resolveRevision(repository, name, context.signal);
    const page = { limit: 1, offset: 0, renames: true };
    const [commit] = (await readCommits(repository, { to }, page, context.signal)).commits;
    const args = ['show', '--format=', '--patch', ...plainDiff, to, '--', ...(only === undefined ? [] : [only])];
    const patch = await pageOfOutput(repository, args, { offset: start, bytes: length }, context.signal);
    const described = commit ? describeCommit(commit) : { id: to };
    return { value: { repository: repository.name, ...described, patch }, sources: sourcesOf(repository) };
  },
});

const gitReadFile = defineTool({
  name: 'git_read_file',
  description: 'A file as it was at a revision, page by page.',
  effect: 'read',
  input: z.strictObject({ repo, revision: revision.optional(), path: z.string().min(1).max(1024), offset, bytes }),
  async execute({ repo: given, revision: name = 'HEAD', path: file, offset: start, bytes: length }, context) {
    const repository = await openRepository(given, context);
    const at = await resolveRevision(repository, name, context.signal);
    const page = await pageOfOutput(
      repository,
      ['cat-file', 'blob', `${at}:${file}`],
      { offset: start, bytes: length },
      context.signal,
    );
    return {
      value: { repository: repository.name, id: `${at}:${file}`, path: file, ...page },
      sources: sourcesOf(repository),
    };
  },
});

const gitListFiles = defineTool({
  name: 'git_list_files',
  description: 'The files of a repository at a revision, in name order.',
  effect: 'read',
  input: z.strictObject({
    repo,
    revision: revision.optional(),
    path,
    limit: z.int().min(1).max(toolLimits.listEntries).optional(),
    offset,
  }),
  async execute({ repo: given, revision: name = 'HEAD', path: only, limit = 500, offset: skip = 0 }, context) {
    const repository = await openRepository(given, context);
    const at = await resolveRevision(repository, name, context.signal);
    const args = ['ls-tree', '-r', '-z', '--name-only', '--full-tree', at, ...(only === undefined ? [] : ['--', only])];
    const { stdout, truncated } = await runGit(repository, args, context.signal);
    const names = stdout.toString('utf8').split('\0').filter(Boolean);
    const next = skip + limit < names.length ? skip + limit : null;
    const value = {
      repository: repository.name,
      id: at,
      total: names.length,
      complete: !truncated,
      next,
      files: names.slice(skip, skip + limit),
    };
    return { value, sources: sourcesOf(repository) };
  },
});

async function pageOfOutput(
  repository: Repository,
  args: readonly string[],
  page: { offset: number | undefined; bytes: number | undefined },
  signal: AbortSignal,
): Promise<JsonObject> {
  const { stdout, truncated } = await runGit(repository, args, signal);
  const { start, end } = pageBounds(page, stdout.length);
  return { ...describePage(stdout.subarray(start, end), start, stdout.length), complete: !truncated };
}

export const git: readonly BuiltinTool[] = [
  gitLog,
  gitDiffStat,
  gitShow,
  gitDiff,
  gitHotSpots,
  gitReadFile,
  gitListFiles,
];

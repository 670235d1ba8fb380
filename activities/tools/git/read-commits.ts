import { randomBytes } from 'node:crypto';
import type { Repository } from './open-repository';
import { resolveRevision } from './open-repository';
import { runGit } from './run-git';

/** Which commits: after `from` up to `to` (HEAD when absent), committed between `since` and `until`, touching `path`. */
export interface CommitRange {
  since?: string | undefined;
  until?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  path?: string | undefined;
}

export interface ChangedFile {
  path: string;
  /** Null for a binary file. */
  additions: number | null;
  deletions: number | null;
  /** Its name before, when the commit renamed it. */
  previousPath?: string;
}

export interface Commit {
  id: string;
  author: string;
  email: string;
  /** When it was written (author date) and when it came into the branch, ISO 8601. */
  date: string;
  committedAt: string;
  parents: string[];
  subject: string;
  body: string;
  files: ChangedFile[];
}

/** Arguments after the options: revisions are full hashes by now, and a path stands behind `--`. */
export async function rangeArguments(
  repository: Repository,
  range: CommitRange,
  signal: AbortSignal,
): Promise<string[]> {
  const to = await resolveRevision(repository, range.to ?? 'HEAD', signal);
  const from = range.from === undefined ? undefined : await resolveRevision(repository, range.from, signal);
  return [
    ...(range.since === undefined ? [] : [`--since=${wholeDay(range.since, '00:00:00')}`]),
    ...(range.until === undefined ? [] : [`--until=${wholeDay(range.until, '23:59:59')}`]),
    ...(from === undefined ? [to] : [`^${from}`, to]),
    '--',
    ...(range.path === undefined ? [] : [range.path]),
  ];
}

/** Git takes a bare date at the present time of day; a person means the whole day (UTC). */
function wholeDay(date: string, time: string): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(date) ? `${date}T${time}Z` : date;
}

/** Commits newest first, with the files each changed. `complete` is false when git's answer was cut at its bound. */
export async function readCommits(
  repository: Repository,
  range: CommitRange,
  page: { limit: number; offset: number; renames: boolean },
  signal: AbortSignal,
): Promise<{ commits: Commit[]; complete: boolean }> {
  // A commit message can hold any text but not this: chosen anew each time, it cannot be forged.
  const mark = randomBytes(12).toString('hex');
  const fields = ['%H', '%an', '%ae', '%aI', '%cI', '%P', '%s', '%b'].join('%x00');
  const options = [
    `--format=${mark}<${fields}${mark}>`,
    '--numstat',
    '-z',
    '--no-ext-diff',
    '--no-textconv',
    page.renames ? '--find-renames' : '--no-renames',
    `--max-count=${page.limit}`,
    `--skip=${page.offset}`,
  ];
  const { stdout, truncated } = await runGit(
    repository,
    ['log', ...options, ...(await rangeArguments(repository, range, signal))],
    signal,
  );
  const records = stdout.toString('utf8').split(`${mark}<`).slice(1);
  if (truncated) records.pop();
  return { commits: records.map((record) => parseCommit(record, `${mark}>`)), complete: !truncated };
}

export async function countCommits(repository: Repository, range: CommitRange, signal: AbortSignal): Promise<number> {
  const { stdout } = await runGit(
    repository,
    ['rev-list', '--count', ...(await rangeArguments(repository, range, signal))],
    signal,
  );
  return Number(stdout.toString('utf8').trim());
}

function parseCommit(record: string, end: string): Commit {
  const [header = '', stats = ''] = record.split(end);
  const [id = '', author = '', email = '', date = '', committedAt = '', parents = '', subject = '', body = ''] =
    header.split('\0');
  return {
    id,
    author,
    email,
    date,
    committedAt,
    parents: parents.split(' ').filter(Boolean),
    subject,
    body: body.trim(),
    files: parseNumstat(stats),
  };
}

/** `-z --numstat`: `<added>\t<deleted>\t<path>\0`, and for a rename `<added>\t<deleted>\t\0<old>\0<new>\0`. */
export function parseNumstat(text: string): ChangedFile[] {
  const tokens = text.split('\0').map((token) => token.replace(/^\n+/, ''));
  const files: ChangedFile[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const found = /^(\d+|-)\t(\d+|-)\t([\s\S]*)$/.exec(tokens[at] ?? '');
    if (!found) continue;
    const [, added = '', deleted = '', name = ''] = found;
    const counts = { additions: countOf(added), deletions: countOf(deleted) };
    if (name) {
      files.push({ path: name, ...counts });
    } else {
      files.push({ path: tokens[at + 2] ?? '', ...counts, previousPath: tokens[at + 1] ?? '' });
      at += 2;
    }
  }
  return files;
}

const countOf = (text: string): number | null => (text === '-' ? null : Number(text));

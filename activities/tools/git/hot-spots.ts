import type { Commit } from './read-commits';

export interface HotSpot {
  /** The path: what a citation names. */
  id: string;
  path: string;
  commits: number;
  additions: number;
  deletions: number;
  churn: number;
  authors: string[];
  lastChangedAt: string;
  lastCommit: string;
  [key: string]: string | number | string[];
}

const authorsMax = 20;

/** Files by how many commits touched them, then by lines changed, then by name. Commits come newest first. */
export function hotSpotsOf(commits: readonly Commit[]): HotSpot[] {
  const spots = new Map<string, HotSpot>();
  for (const commit of commits) {
    for (const file of commit.files) {
      const spot = spots.get(file.path) ?? newSpot(file.path, commit);
      spot.commits += 1;
      spot.additions += file.additions ?? 0;
      spot.deletions += file.deletions ?? 0;
      spot.churn = spot.additions + spot.deletions;
      if (!spot.authors.includes(commit.author) && spot.authors.length < authorsMax) spot.authors.push(commit.author);
      spots.set(file.path, spot);
    }
  }
  return [...spots.values()].sort((a, b) => b.commits - a.commits || b.churn - a.churn || (a.path < b.path ? -1 : 1));
}

function newSpot(path: string, commit: Commit): HotSpot {
  return {
    id: path,
    path,
    commits: 0,
    additions: 0,
    deletions: 0,
    churn: 0,
    authors: [],
    lastChangedAt: commit.committedAt,
    lastCommit: commit.id,
  };
}

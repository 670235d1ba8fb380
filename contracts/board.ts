import type { Json } from './json';

/**
 * A blackboard as its run and its tools see it (contract §3, §7). Pure functions only: the workflow judges by them what
 * it has learnt from tool results, and the store refuses by them what would leave nobody able to go on.
 */
export const artifactStatuses = ['not_started', 'pending', 'in_progress', 'complete', 'failed'] as const;
export type ArtifactStatus = (typeof artifactStatuses)[number];

/** An artifact without what it holds: small enough for history. A type, so that it is JSON wherever one is wanted. */
export type BoardArtifact = {
  name: string;
  /** The agent that makes it; null: whoever takes it first. */
  owner: string | null;
  status: ArtifactStatus;
  /** Artifacts that must be complete before. */
  blockedBy: string[];
  path: string | null;
  /** What its owner is to do. */
  task: string | null;
  /** Counts from 1; each write makes the next. */
  version: number;
};

export type BoardDecision = {
  agent: string;
  decision: string;
  rationale: string | null;
  at: string;
};

/** A board without what its artifacts hold. */
export interface BoardState {
  /** Goes up by one with each write of an artifact and each decision. */
  version: number;
  artifacts: BoardArtifact[];
}

/** What each writing board tool answers, as a tool result that a workflow can read. */
export type BoardChange = {
  board: { name: string; version: number };
  /** The artifact as it is now; absent in the answer to a decision. */
  artifact?: BoardArtifact;
  decision?: BoardDecision;
  /** Artifacts that nothing blocks any more since this write; their owners can begin. */
  unblocked?: { name: string; owner: string | null }[];
};

/** What a stale write gets: nothing was written, and this is how the artifact stands. */
export type BoardConflict = {
  error: { kind: 'VersionConflict'; message: string };
  board: { name: string; version: number };
  /** Null: there is no such artifact. `value` is left out when it is private or long. */
  latest: (BoardArtifact & { value?: Json }) | null;
};

/** Takes a tool's answer into a board that is kept elsewhere. An older answer than what is known changes nothing. */
export function withChange(state: BoardState, { board, artifact }: BoardChange): BoardState {
  const known = artifact && state.artifacts.find(({ name }) => name === artifact.name);
  const fresh = artifact !== undefined && (known === undefined || known.version < artifact.version);
  const version = Math.max(state.version, board.version);
  if (!fresh) return { ...state, version };
  const others = state.artifacts.filter(({ name }) => name !== artifact.name);
  return { version, artifacts: [...others, artifact].sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** Artifacts that block this one still; what is named and not there blocks too. */
export function openBlockers(
  state: Pick<BoardState, 'artifacts'>,
  artifact: Pick<BoardArtifact, 'blockedBy'>,
): string[] {
  const complete = new Set(state.artifacts.filter(({ status }) => status === 'complete').map(({ name }) => name));
  return artifact.blockedBy.filter((name) => !complete.has(name));
}

/** Artifacts nobody has finished that nothing blocks, by name. */
export function readyArtifacts(state: Pick<BoardState, 'artifacts'>): BoardArtifact[] {
  return state.artifacts.filter(
    (artifact) =>
      artifact.status !== 'complete' && artifact.status !== 'failed' && openBlockers(state, artifact).length === 0,
  );
}

/**
 * A cycle of blocks among artifacts that are not complete, first name repeated at the end (`[a, b, a]`), or null. Always
 * the same one for the same board: the search goes by name.
 */
export function blockingCycle(
  artifacts: readonly Pick<BoardArtifact, 'name' | 'status' | 'blockedBy'>[],
): string[] | null {
  const open = new Map(artifacts.filter(({ status }) => status !== 'complete').map((one) => [one.name, one]));
  const done = new Set<string>();
  for (const start of [...open.keys()].sort()) {
    const trail: string[] = [];
    const next: string[][] = [[start]];
    while (next.length > 0) {
      const name = next.at(-1)?.shift();
      if (name === undefined) {
        next.pop();
        const left = trail.pop();
        if (left !== undefined) done.add(left);
        continue;
      }
      const at = trail.indexOf(name);
      if (at >= 0) return [...trail.slice(at), name];
      const artifact = open.get(name);
      if (!artifact || done.has(name)) continue;
      trail.push(name);
      next.push([...artifact.blockedBy].sort());
    }
  }
  return null;
}

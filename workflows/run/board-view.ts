import type { BoardArtifact } from '../../contracts/board';
import type { Json } from '../../contracts/json';
import type { ArtifactBoard } from './artifact-board';
import { shownFailure } from './attempt-task';

type Stand = BoardArtifact['status'] | 'working' | 'waiting' | 'blocked';

const wordsShown = 300;
const listed = 16;

/** The board for the query `board`: how each artifact stands, and the decisions. What they hold is in the store. */
export function boardView(board: ArtifactBoard): Json {
  return {
    board: board.name,
    version: board.version,
    artifacts: board.heads().map((head): Json => {
      const { turns, by, failure } = board.work(head.name);
      const { name, owner, status, path, version, blockedBy } = head;
      const open = status === 'complete' ? [] : board.blockers(name);
      return {
        ...{ name, owner, status, state: standOf(board, head), path, version, blockedBy: [...blockedBy] },
        ...(open.length > 0 && { waitsFor: open }),
        ...(by !== null && { by }),
        ...(turns > 0 && { turns }),
        ...(failure && { failure: shownFailure(failure) }),
      };
    }),
    decisions: board.decisions.map(({ agent, decision, rationale, at }) => ({
      agent,
      decision: decision.slice(0, wordsShown),
      rationale: rationale && rationale.slice(0, wordsShown),
      at,
    })),
  };
}

/** How an artifact stands with what the workflow knows besides: who is at it, and whether it can ever begin. */
export function standOf(board: ArtifactBoard, { name, status }: BoardArtifact): Stand {
  if (status === 'complete' || status === 'failed') return status;
  if (board.work(name).by !== null) return 'working';
  const open = board.blockers(name);
  if (open.length === 0) return status;
  return isBlocked(board, name, new Set()) ? 'blocked' : 'waiting';
}

/** Whether something before it has failed, so that it cannot begin any more. */
function isBlocked(board: ArtifactBoard, name: string, seen: Set<string>): boolean {
  if (seen.has(name)) return false;
  seen.add(name);
  const known = new Map(board.heads().map((head) => [head.name, head]));
  return board
    .blockers(name)
    .some((one) => known.get(one)?.status === 'failed' || (known.has(one) && isBlocked(board, one, seen)));
}

/** What has not come, in a sentence for the result; null when everything is there and whole. */
export function missingOf(board: ArtifactBoard): string | null {
  const said = board.heads().flatMap(({ name, status }) => {
    const { failure, lacking, turns } = board.work(name);
    if (status === 'complete') return lacking === null ? [] : [`${board.called(name)} is not whole: ${lacking}`];
    if (status === 'failed') return [`${board.called(name)} failed${failure ? `: ${failure.kind}` : ''}`];
    const open = board.blockers(name);
    if (open.length > 0) return [`${board.called(name)} is blocked by ${open.join(', ')}`];
    return [`${board.called(name)} is ${status} after ${turns} turns`];
  });
  return said.length === 0 ? null : said.join('; ');
}

/** The board as lines for people who watch. */
export function boardLines(board: ArtifactBoard): string[] {
  const marks = {
    complete: '✓',
    failed: '✗',
    working: '▶',
    waiting: '·',
    blocked: '⊘',
    not_started: '·',
    pending: '·',
    in_progress: '·',
  };
  const heads = board.heads();
  const done = heads.filter(({ status }) => status === 'complete').length;
  const lines = heads.map((head) => {
    const open = head.status === 'complete' ? [] : board.blockers(head.name);
    const waits = open.length > 0 ? ` ← ${open.join(', ')}` : '';
    return `  - ${marks[standOf(board, head)]} ${board.called(head.name)}${waits}`.slice(0, 160);
  });
  const latest = board.decisions.at(-1);
  return [
    `- board ${board.name}: ${done} of ${heads.length} artifacts complete, version ${board.version}`,
    ...lines.slice(0, listed),
    ...(lines.length > listed ? [`  - … ${lines.length - listed} more in the query \`board\``] : []),
    ...(latest ? [`- decided by ${latest.agent}: ${latest.decision.slice(0, 160)}`] : []),
  ];
}

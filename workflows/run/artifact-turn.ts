import type { DeltaPart } from '../../contracts/activities';
import { isInline } from '../../contracts/body';
import { digestOf, shortDigest } from '../../contracts/digest';
import type { FailureRecord } from '../../contracts/failures';
import { bodyToJson } from '../../contracts/body';
import type { Json } from '../../contracts/json';
import { joinUntrusted } from '../../contracts/untrusted';
import type { ArtifactBoard, Turn } from './artifact-board';
import { Assignment } from './assignment';
import { failureMaterial, isOutOfBudget } from './attempt-task';
import type { BoardDesk } from './board-desk';
import { referenceOf } from './tool-results';
import { failureOf } from './failure';
import { attemptNode, literal } from './perform-node';
import type { Outcome, Scope } from './scope';
import { withoutReferences } from './template';

/** Writes that may find the artifact changed before the last one counts as a failure. */
const maxWrites = 5;
/** What is larger goes onto the board by reference: a board keeps less in one value. */
const valueBytes = 60_000;

/**
 * One agent's turn at one artifact. It ends when the agent has written it (complete, failed, blocked by others, handed
 * over), or has answered without: then its answer is what the artifact holds, and it is complete. A failing agent tries
 * again; after its last attempt the artifact has failed, and nobody else is stopped by that (bulkhead).
 */
export async function takeTurn(board: ArtifactBoard, desk: BoardDesk, turn: Turn, attempts: number): Promise<void> {
  const { run, path } = desk.scope;
  const { origin } = board.begin(turn);
  const assignment = new Assignment(turn.agent, origin.from, [], attempts);
  run.touch();
  try {
    for (;;) {
      const place = placeOf(desk.scope, board, turn, assignment.failure);
      const { task } = board.head(turn.name);
      const node = { agent: turn.agent, task: task ?? `Make ${turn.name}.`, name: nodeNameOf(board, turn) };
      const tried = await attemptNode(place, node, literal);
      if (run.isLong) await desk.lookAgain(turn.name);
      if ('outcome' in tried && tried.outcome.status !== 'completed')
        board.work(turn.name).lacking = tried.outcome.stoppedBecause ?? tried.outcome.status;
      if (board.isOver(turn)) return;
      if ('outcome' in tried) return await deliver(board, desk, turn, tried.outcome);
      if (isOutOfBudget(desk.scope, turn.agent, tried.failure)) board.spent = tried.failure;
      if (board.spent || assignment.failed(tried.failure) === 'up')
        return await giveUp(board, desk, turn, assignment.failure ?? tried.failure);
    }
  } finally {
    board.end(turn.name);
    run.note('artifact', turn.agent, path, `${turn.name}: ${board.head(turn.name).status}`);
  }
}

/** The agent has said what it had to say: its artifact is complete, with its answer where it wrote no value. */
async function deliver(board: ArtifactBoard, desk: BoardDesk, turn: Turn, outcome: Outcome): Promise<void> {
  const { name, agent } = turn;
  try {
    for (let write = 0; write < maxWrites; write += 1) {
      const { version } = board.head(name);
      const wrote = board.work(name).wroteValue;
      const change = { name, expectedVersion: version, status: 'complete', ...(!wrote && { value: valueOf(outcome) }) };
      await desk.write(agent, pathOf(desk, board, turn), change, outcome);
      if (!board.isOver(turn)) continue;
      if (!wrote && board.head(name).version === version + 1) board.work(name).holds = holdsOf(outcome);
      return;
    }
    const message = `${name} was changed by others each of the ${maxWrites} times that ${agent} was to complete it.`;
    await giveUp(board, desk, turn, { kind: 'VersionConflict', message, retryable: false, agent });
  } catch (error) {
    await giveUp(board, desk, turn, failureOf(error, { agent, path: desk.scope.path }));
  }
}

/** Those that wait for it are told on the board; when even that fails, the workflow knows it alone. */
async function giveUp(board: ArtifactBoard, desk: BoardDesk, turn: Turn, failure: FailureRecord): Promise<void> {
  board.fail(turn.name, failure);
  if (board.spent) return;
  const { version: expectedVersion } = board.head(turn.name);
  const change = { name: turn.name, expectedVersion, status: 'failed' };
  try {
    await desk.write(turn.agent, pathOf(desk, board, turn), change, { untrusted: null });
  } catch (error) {
    desk.scope.run.keepFailure(failureOf(error, { agent: turn.agent, path: desk.scope.path }));
  }
}

/** The artifact's place: what it waited for is its material, and the labels of that are its own (I8). */
function placeOf(scope: Scope, board: ArtifactBoard, { name, agent }: Turn, failure: FailureRecord | null): Scope {
  const { origin } = board.work(name);
  const { blockedBy, version, path } = board.head(name);
  const held = blockedBy.map((blocker) => ({ blocker, holds: board.work(blocker).holds }));
  const before = held.map(({ blocker, holds }): DeltaPart => {
    const { from = scope.from, untrusted = null, private: isPrivate = false, body = null } = holds ?? {};
    const shown = body ?? { inline: { ...board.head(blocker), read: `board_read {"name": "${blocker}"}` } };
    const labels = { untrusted, ...(isPrivate && { private: true as const }) };
    return { kind: 'material', label: `artifact ${blocker}`, from, body: shown, ...labels };
  });
  const failed = failure ? [failureMaterial(scope, 'the attempt before', agent, failure)] : [];
  const text = `This is about the artifact "${name}"${path === null ? '' : ` (${path})`} of the board ${board.name}; its version is ${version}. Your answer is what it holds, unless you write it with board_write.`;
  const sources = [origin, ...held.flatMap(({ holds }) => (holds ? [holds] : []))];
  return {
    ...scope,
    from: origin.from,
    material: [...scope.material, ...before, ...failed, { kind: 'note', text }],
    untrusted: joinUntrusted([scope.untrusted, ...sources.map(({ untrusted }) => untrusted)]),
    private: scope.private || sources.some((source) => source.private),
  };
}

/** Its own in the run, also where the name has characters that paths do not take. */
function nodeNameOf(board: ArtifactBoard, { name }: Turn): string {
  const { turns } = board.work(name);
  const plain = /^[\w.-]{1,64}$/.test(name) ? name : `artifact-${shortDigest(digestOf(name), 12)}`;
  return turns === 1 ? plain : `${plain}-turn-${turns}`;
}

const pathOf = ({ scope }: BoardDesk, board: ArtifactBoard, turn: Turn): string =>
  `${scope.path}/${nodeNameOf(board, turn)}`;

function valueOf(outcome: Outcome): Json {
  const body = referenceOf(outcome);
  if (isInline(body)) return withoutReferences(body.inline);
  return body.bytes > valueBytes ? bodyToJson(body) : { $blob: body.blob };
}

function holdsOf(outcome: Outcome) {
  const { from, untrusted, private: isPrivate = false } = outcome;
  return { body: referenceOf(outcome), from, untrusted, private: isPrivate };
}

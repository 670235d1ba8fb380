/**
 * blackboard: agents that make artifacts on a shared board, each as soon as what blocks it is complete.
 *
 *   board ──▶ a (backend) ──┬──▶ c (cso) ──▶ board, complete
 *             b (frontend) ─┘
 *
 * Writes are compare-and-set: a stale one changes nothing and is answered with the latest state. What can never end is
 * found before anybody works. A failed artifact leaves what it blocks named; everything else goes on.
 */
import { CadreError } from '../../contracts/failures';
import { limits } from '../../contracts/limits';
import { field } from '../../contracts/pattern-fields';
import { joinUntrusted } from '../../contracts/untrusted';
import { ArtifactBoard } from '../run/artifact-board';
import { takeTurn } from '../run/artifact-turn';
import { errorOf } from '../run/failure';
import { BoardDesk } from '../run/board-desk';
import type { BoardSeed } from '../run/board-seed';
import { filledSeed } from '../run/board-seed';
import { boardLines, boardView, missingOf } from '../run/board-view';
import type { Pattern } from '../run/registry';
import type { Outcome, Scope } from '../run/scope';
import { outcomeOf, templateValues } from '../run/scope';
import { runReady, WorkPool } from '../run/work-pool';

interface BlackboardFields {
  board?: BoardSeed;
  agents?: string[];
  maxParallel?: number;
  attempts?: number;
}

const defaults = { attempts: 2 };

export const blackboardPattern: Pattern<BlackboardFields> = {
  name: 'blackboard',
  about: 'Agents that make artifacts on a shared board, each when nothing blocks it any more.',
  fields: {
    board: field.shape('board', 'The board to begin with: artifacts with owners and what blocks them, decisions.', {
      needed: true,
    }),
    agents: field.agents('Who takes artifacts that nobody owns; the owners of the others by default.'),
    maxParallel: field.count(limits.maxFanOut, 'Artifacts that are worked on at the same time; 8 by default.'),
    attempts: field.count(
      limits.maxTaskAttempts,
      'Attempts of an agent at its artifact before that has failed; 2 by default.',
    ),
  },
  defaultTask: 'Finish the board {{board.taskId}}',
  example: {
    board: {
      taskId: 'feat-dashboard',
      artifacts: { api_spec: { owner: 'backend' }, security_review: { owner: 'cso', blockedBy: 'api_spec' } },
    },
    task: 'Build the dashboard',
  },
  async perform(scope, fields) {
    const { run, path } = scope;
    if (!fields.board) throw new CadreError('InvalidInput', `The blackboard ${path} has no "board".`);
    const seed = filledSeed(fields.board, templateValues(scope));
    const board = new ArtifactBoard(seed, scope, {
      board: seed.taskId,
      agents: fields.agents ?? ownersOf(scope, seed),
      maxTurns: run.limits.maxTaskAttempts,
    });
    board.demandNoDeadlock(path);
    run.boardView = run.planView = () => boardView(board);
    run.detailLines = () => boardLines(board);
    const lanes = Math.min(fields.maxParallel ?? run.limits.maxParallel, run.limits.maxFanOut);
    const desk = new BoardDesk({ ...scope, parallel: (scope.parallel ?? 1) * lanes }, board);
    const kept = run.journal.stateOf(path, board.toJson);
    if (kept) board.restore(kept);
    else await desk.open(seed);
    await runReady(
      new WorkPool(),
      lanes,
      board.ready,
      (turn) => takeTurn(board, desk, turn, fields.attempts ?? defaults.attempts),
      () => Promise.resolve(board.demandNoDeadlock(path)),
      board.moved,
    );
    return conclude(scope, board, desk);
  },
};

function ownersOf({ run }: Scope, { artifacts = {} }: BoardSeed): string[] {
  const owners = Object.values(artifacts).flatMap(({ owner }) => owner ?? []);
  return owners.length > 0 ? [...new Set(owners)] : Object.keys(run.team.agents);
}

/** The whole board as it stands; what is not complete is named with what it waits for. */
async function conclude(scope: Scope, board: ArtifactBoard, desk: BoardDesk): Promise<Outcome> {
  if (board.spent) throw errorOf(board.spent);
  const missing = missingOf(board);
  if (missing && board.heads().every(({ name, status }) => status !== 'complete' || board.work(name).turns === 0)) {
    const cause = board.heads().flatMap(({ name }) => board.work(name).failure ?? [])[0];
    const message = `Nothing was made on the board ${board.name}: ${missing}.`;
    throw new CadreError('QuorumNotReached', message, { path: scope.path, ...(cause && { cause }) });
  }
  const { body, untrusted } = await desk.readWhole();
  return outcomeOf({
    status: missing === null ? 'completed' : 'partial',
    output: body,
    stored: true,
    from: 'blackboard',
    untrusted: joinUntrusted([scope.untrusted, untrusted]),
    ...((scope.private || board.private) && { private: true as const }),
    parts: boardView(board),
    ...(missing !== null && { stoppedBecause: missing }),
  });
}

import { uuid4 } from '@temporalio/workflow';
import type { CallToolResult } from '../../contracts/activities';
import { compositionCaller } from '../../contracts/authority';
import type { BoardArtifact, BoardChange, BoardConflict } from '../../contracts/board';
import { isInline } from '../../contracts/body';
import { digestOf } from '../../contracts/digest';
import type { Json, JsonObject } from '../../contracts/json';
import { isJsonObject } from '../../contracts/json';
import { joinUntrusted } from '../../contracts/untrusted';
import type { ArtifactBoard } from './artifact-board';
import type { BoardSeed } from './board-seed';
import { shortBody } from './board-seed';
import { runTool } from './run-tool';
import type { Outcome, Scope } from './scope';
import type { ToolWatch } from './tool-caller';
import { ToolCaller } from './tool-caller';

/** Ordinals of the desk's own calls: an agent's calls at the same place never come this far. */
const firstOrdinal = 1_000;

type Labels = Pick<Outcome, 'untrusted' | 'private'>;

/** Where a board's workflow calls the board tools itself, and hears what they answer to its agents. */
export class BoardDesk {
  /** The scope of everything on the board: what tools answer in it is heard here. */
  readonly scope: Scope;
  private calls = firstOrdinal;

  constructor(
    scope: Scope,
    private readonly board: ArtifactBoard,
  ) {
    this.scope = { ...scope, onToolResult: this.hear };
  }

  /** A board of its own for this opening: a reset, which seeds the run's random stream anew, begins with another one. */
  async open(seed: BoardSeed): Promise<void> {
    await this.call('board_open', { board: seed as unknown as Json, opening: uuid4() });
  }

  /** The whole board with all that its artifacts hold. */
  readWhole(): Promise<CallToolResult> {
    return this.call('board_read', {}, { untrusted: null, ...(this.board.private && { private: true }) });
  }

  /** Writes in the name of the agent that was at work, with what its words derive from. */
  write(agent: string, path: string, change: JsonObject, labels: Labels): Promise<CallToolResult> {
    return this.call('board_write', change, labels, { agent, path });
  }

  /** What a child workflow did to the board is not heard here: it is looked at. */
  async lookAgain(name: string): Promise<void> {
    const { version } = this.board.head(name);
    const all = await this.call('board_read', { heads: true });
    if (isInline(all.body)) this.takeAll(all.body.inline, all.untrusted);
    if (this.board.head(name).version === version) return;
    const { body } = await this.call('board_read', { name });
    const artifact = isInline(body) && isJsonObject(body.inline) ? body.inline['artifact'] : undefined;
    this.board.work(name).wroteValue = !isJsonObject(artifact) || (artifact['value'] ?? null) !== null;
  }

  private call(
    tool: string,
    args: JsonObject,
    labels: Labels = { untrusted: null },
    { agent, path }: { agent?: string; path?: string } = {},
  ): Promise<CallToolResult> {
    const { scope } = this;
    const place: Scope = {
      ...scope,
      path: path ?? scope.path,
      untrusted: joinUntrusted([scope.untrusted, labels.untrusted]),
      private: scope.private || labels.private === true,
    };
    const ordinal = this.calls;
    this.calls += 1;
    const call = { tool: `cadre.${tool}`, args, argsDigest: digestOf(args), definition: null, effect: 'read' as const };
    return runTool(new ToolCaller(place, agent), { ...call, ordinal, grant: null });
  }

  private readonly hear: ToolWatch = (caller, { tool, args }, { body, isError }) => {
    if (!isInline(body) || !isJsonObject(body.inline) || caller.agent === compositionCaller) return;
    const source = { from: caller.agent, untrusted: caller.untrusted, private: caller.private };
    const answer = body.inline as unknown as BoardChange & Partial<BoardConflict>;
    const version = answer.board?.version ?? 0;
    if (tool === 'cadre.board_decide' && answer.decision) this.board.decided(answer.decision, version, source);
    if (tool !== 'cadre.board_write') return;
    if (isError && answer.latest) this.board.take(headOnly(answer.latest), version, source);
    if (isError || !answer.artifact) return;
    const value = args['value'];
    this.board.take(answer.artifact, version, source, {
      task: ['task', 'owner', 'blockedBy'].some((key) => args[key] !== undefined),
      givenBack: args['status'] === 'not_started' || args['status'] === 'pending',
      ...(value !== undefined && { wroteValue: true, holds: { body: shortBody(value), ...source } }),
    });
  };

  private takeAll(answer: Json, untrusted: CallToolResult['untrusted']): void {
    const { board, artifacts } = (isJsonObject(answer) ? answer : {}) as { board?: Json; artifacts?: Json };
    const version = isJsonObject(board) ? Number(board['version']) : 0;
    const source = { from: this.scope.from, untrusted, private: this.scope.private };
    for (const artifact of (artifacts ?? []) as unknown as BoardArtifact[])
      this.board.take(headOnly(artifact), version, source, { holds: { body: null, ...source } });
  }
}

function headOnly({ name, owner, status, blockedBy, path, task, version }: BoardArtifact): BoardArtifact {
  return { name, owner, status, blockedBy, path, task, version };
}

import type { BoardArtifact, BoardChange } from '../../../contracts/board';
import { readyArtifacts } from '../../../contracts/board';
import { CadreError } from '../../../contracts/failures';
import { canonicalJson, digestOfBytes } from '../canonical-json';
import {
  boardLimits,
  decisionOf,
  headOf,
  itemOf,
  type ArtifactChange,
  type BoardItem,
  type BoardPlace,
  type BoardSeed,
  type BoardSnapshot,
  type BoardWriter,
} from './board-item';
import { changedArtifact, seedItems } from './board-rules';
import type { Database, Statement } from '../sql/database';
import type { UntrustedSets, UntrustedUnion } from '../untrusted-sets';
import { VersionConflict } from '../version-conflict';

const racesMax = 200;
const boardsPerRoot = 64;
const movedLabel = 'board';

/**
 * Blackboards of runs. All writes of one board go through its version, so each is judged against the board as it then is:
 * two writers can neither overwrite each other nor block each other in a ring, whichever process they are in.
 */
export class Boards {
  constructor(
    private readonly db: Database,
    private readonly untrusted: UntrustedSets,
  ) {}

  /**
   * Opens the board of a node, or finds it as it is now when it was opened before (after a retry, in a child). Another
   * `opening` of the same node, as a reset brings it, takes the place of the board of before. Throws `InvalidInput` or `Deadlock` for a seed that cannot be worked on.
   */
  async open(
    { root, path, opening }: { root: string; path: string; opening?: string | undefined },
    seed: BoardSeed,
    labels: { untrusted: UntrustedUnion; private: boolean },
    at: string,
  ): Promise<BoardSnapshot> {
    const id = boardIdOf(root, path, opening);
    const known = await this.snapshot(id);
    if (known) return known;
    const { name, status = null, decisions = [] } = seed;
    const set = labels.untrusted.set?.setId ?? null;
    const isPrivate = labels.private ? 1 : 0;
    const items = seedItems(seed, at);
    const { sql } = this.db;
    const artifacts = items.map((item) => artifactRow(id, { ...item, untrustedSet: set, private: labels.private }));
    const taken = decisions.map(({ agent, decision, rationale = null }, seq) => ({
      ...{ board: id, seq, agent, decision, rationale, untrusted_set: set, private: isPrivate, at },
    }));
    const before = opening === undefined ? undefined : await this.idAt(root, path);
    await this.db.write([
      ...(before === undefined ? [] : this.closing(before)),
      {
        query: sql
          .insertInto('board')
          .values({ id, root, path, name, status, version: Math.max(1, taken.length), opened_at: at })
          .onConflict((oc) => oc.doNothing()),
        expect: 1,
        label: movedLabel,
      },
      ...(artifacts.length > 0 ? [{ query: sql.insertInto('artifact_board').values(artifacts) }] : []),
      ...(taken.length > 0 ? [{ query: sql.insertInto('decision').values(taken) }] : []),
      ...(labels.untrusted.statement ? [labels.untrusted.statement] : []),
    ]);
    const opened = await this.snapshot(id);
    if (opened) return opened;
    throw new CadreError('StorageUnavailable', `The board "${name}" was opened and cannot be read.`);
  }

  private async idAt(root: string, path: string): Promise<string | undefined> {
    const row = await this.db.readFirst(
      this.db.sql.selectFrom('board').select('id').where('root', '=', root).where('path', '=', path),
    );
    return row?.id;
  }

  private closing(id: string): Statement[] {
    const { sql } = this.db;
    return [
      { query: sql.deleteFrom('board').where('id', '=', id) },
      { query: sql.deleteFrom('artifact_board').where('board', '=', id) },
      { query: sql.deleteFrom('decision').where('board', '=', id) },
      { query: sql.deleteFrom('board_change').where('board', '=', id) },
    ];
  }

  /** The board that a node works on: its own, or that of the nearest node above it; null when there is none. */
  async at(root: string, path: string): Promise<BoardPlace | null> {
    const rows = await this.db.read(
      this.db.sql
        .selectFrom('board')
        .select(['id', 'root', 'path', 'name', 'status', 'version'])
        .where('root', '=', root)
        .limit(boardsPerRoot),
    );
    const above = rows.filter((row) => row.path === '' || path === row.path || path.startsWith(`${row.path}/`));
    return above.sort((a, b) => b.path.length - a.path.length)[0] ?? null;
  }

  async snapshot(id: string): Promise<BoardSnapshot | null> {
    const { sql } = this.db;
    const board = await this.db.readFirst(
      sql.selectFrom('board').select(['id', 'root', 'path', 'name', 'status', 'version']).where('id', '=', id),
    );
    if (!board) return null;
    const [artifacts, decisions] = await Promise.all([
      this.db.read(sql.selectFrom('artifact_board').selectAll().where('board', '=', id).orderBy('name')),
      this.db.read(sql.selectFrom('decision').selectAll().where('board', '=', id).orderBy('seq')),
    ]);
    return { board, artifacts: artifacts.map(itemOf), decisions: decisions.map(decisionOf) };
  }

  /**
   * Writes an artifact over the version its writer has seen. The same `callKey` again is answered as the first time.
   * Throws `VersionConflict` with the latest artifact (or null), and what `changedArtifact` throws.
   */
  put(id: string, change: ArtifactChange, writer: BoardWriter): Promise<BoardChange> {
    return this.write(id, writer, async ({ board, artifacts }) => {
      const before = artifacts.find(({ name }) => name === change.name) ?? null;
      if ((before?.version ?? 0) !== change.expectedVersion) throw conflict(change, before);
      const next = changedArtifact(artifacts, before, change, writer.agent);
      const labels = await this.labelsFor(before, change, writer);
      const value = change.value === undefined ? (before?.value ?? null) : change.value;
      const { untrustedSet, private: isPrivate } = labels;
      const item = { ...next, value, agent: writer.agent, at: writer.at, untrustedSet, private: isPrivate };
      const version = board.version + 1;
      const answer = { board: { name: board.name, version }, artifact: next, unblocked: unblocked(artifacts, next) };
      return { answer, statements: [this.artifactStatement(id, item), ...labels.statements] };
    });
  }

  decide(
    id: string,
    { decision, rationale }: { decision: string; rationale: string | null },
    writer: BoardWriter,
  ): Promise<BoardChange> {
    return this.write(id, writer, ({ board, decisions }) => {
      if (decisions.length >= boardLimits.decisions) {
        throw new CadreError(
          'ToolFailed',
          `The board holds ${boardLimits.decisions} decisions, which is all it takes.`,
        );
      }
      const { agent, at } = writer;
      const version = board.version + 1;
      const answer = { board: { name: board.name, version }, decision: { agent, decision, rationale, at } };
      const labels = { untrusted_set: writer.untrusted.set?.setId ?? null, private: writer.private ? 1 : 0 };
      const row = { board: id, seq: version, agent, decision, rationale, at, ...labels };
      const query = this.db.sql.insertInto('decision').values(row);
      const { statement } = writer.untrusted;
      return Promise.resolve({ answer, statements: [{ query }, ...(statement ? [statement] : [])] });
    });
  }

  /** One write at a time per board: who finds that the board has moved on judges anew. */
  private async write(
    id: string,
    writer: BoardWriter,
    judge: (snapshot: BoardSnapshot) => Promise<{ answer: BoardChange; statements: Statement[] }>,
  ): Promise<BoardChange> {
    for (let race = 0; race < racesMax; race += 1) {
      const before = await this.answered(id, writer.callKey);
      if (before) return before;
      const snapshot = await this.snapshot(id);
      if (!snapshot) throw new CadreError('InternalError', `The store holds no board ${id}.`);
      let judged: { answer: BoardChange; statements: Statement[] };
      try {
        judged = await judge(snapshot);
      } catch (error) {
        // The other attempt at this very call may have written it just now.
        const twin = await this.answered(id, writer.callKey);
        if (twin) return twin;
        throw error;
      }
      const { answer, statements } = judged;
      const { unmet } = await this.db.write([...this.moveStatements(snapshot.board, answer, writer), ...statements]);
      if (unmet === null) return answer;
    }
    throw new CadreError('StorageUnavailable', `The board ${id} moved ${racesMax} times while it was written.`);
  }

  private async answered(board: string, callKey: string): Promise<BoardChange | null> {
    const { sql } = this.db;
    const row = await this.db.readFirst(
      sql.selectFrom('board_change').select('body').where('board', '=', board).where('call_key', '=', callKey),
    );
    return row && (JSON.parse(row.body) as BoardChange);
  }

  private moveStatements(board: BoardPlace, answer: BoardChange, writer: BoardWriter): Statement[] {
    const { sql } = this.db;
    const { agent, run, path, step, at, callKey } = writer;
    const { version } = answer.board;
    const move = sql
      .updateTable('board')
      .set({ version })
      .where('id', '=', board.id)
      .where('version', '=', board.version);
    const row = {
      board: board.id,
      version,
      call_key: callKey,
      body: canonicalJson(answer),
      agent,
      run,
      path,
      step,
      at,
    };
    return [{ query: move, expect: 1, label: movedLabel }, { query: sql.insertInto('board_change').values(row) }];
  }

  private artifactStatement(board: string, item: BoardItem): Statement {
    const row = artifactRow(board, item);
    const { board: _board, name: _name, ...changed } = row;
    const query = this.db.sql
      .insertInto('artifact_board')
      .values(row)
      .onConflict((oc) => oc.columns(['board', 'name']).doUpdateSet(changed));
    return { query };
  }

  /** What an artifact holds keeps its sources; what replaces it brings its own (I8). */
  private async labelsFor(before: BoardItem | null, change: ArtifactChange, writer: BoardWriter) {
    const keeps = before !== null && change.value === undefined;
    const isPrivate = writer.private || (keeps && before.private);
    const { set, statement } =
      keeps && before.untrustedSet !== null
        ? await this.untrusted.planUnion(
            [writer.untrusted.set, { setId: before.untrustedSet, count: 0, sample: [] }],
            [],
          )
        : writer.untrusted;
    const statements = [writer.untrusted.statement, statement].filter((one) => one !== null);
    return { untrustedSet: set?.setId ?? null, private: isPrivate, statements };
  }
}

export function boardIdOf(root: string, path: string, opening?: string): string {
  return digestOfBytes(JSON.stringify([root, path, ...(opening === undefined ? [] : [opening])])).slice(
    'sha256:'.length,
    'sha256:'.length + 32,
  );
}

function artifactRow(board: string, item: BoardItem) {
  const { name, owner, status, path, task, version, agent } = item;
  return {
    ...{ board, name, owner, status, path, task, version, agent },
    blocked_by: JSON.stringify(item.blockedBy),
    value: item.value === null ? null : canonicalJson(item.value),
    untrusted_set: item.untrustedSet,
    private: item.private ? 1 : 0,
    updated_at: item.at,
  };
}

function unblocked(before: readonly BoardItem[], next: BoardArtifact): { name: string; owner: string | null }[] {
  const heads = before.map(headOf);
  const free = new Set(readyArtifacts({ artifacts: heads }).map(({ name }) => name));
  const after = [...heads.filter(({ name }) => name !== next.name), next];
  return readyArtifacts({ artifacts: after })
    .filter(({ name }) => name !== next.name && !free.has(name))
    .map(({ name, owner }) => ({ name, owner }));
}

function conflict(
  { name, expectedVersion }: ArtifactChange,
  before: BoardItem | null,
): VersionConflict<BoardItem | null> {
  const stands = before ? `it has version ${before.version} now` : 'the board has no such artifact';
  return new VersionConflict(
    `The artifact "${name}" was to be written over version ${expectedVersion}, and ${stands}. Nothing was written: look at it as it is now, then write with expectedVersion ${before?.version ?? 0}.`,
    before,
  );
}

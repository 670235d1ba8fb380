import type { Selectable } from 'kysely';
import type { ArtifactStatus, BoardArtifact, BoardDecision } from '../../../contracts/board';
import type { Json } from '../../../contracts/json';
import type { Tables } from '../sql/tables';
import type { UntrustedUnion } from '../untrusted-sets';

/** Bounds of one board (I5). */
export const boardLimits = { artifacts: 256, decisions: 1_024, valueBytes: 65_536 } as const;

/** Where a board is: it belongs to the node at `path` of a tree of runs, and to all nodes below it. */
export interface BoardPlace {
  readonly id: string;
  /** `<root workflow id>#<its first run id>`. */
  readonly root: string;
  readonly path: string;
  readonly name: string;
  readonly status: string | null;
  readonly version: number;
}

/** What is written with a thing of a board, besides the thing. */
export interface BoardLabels {
  /** Set of the untrusted sources it was made from (I8); null: none. */
  readonly untrustedSet: string | null;
  readonly private: boolean;
}

/** An artifact with what it holds and where that comes from. */
export interface BoardItem extends BoardArtifact, BoardLabels {
  value: Json;
  /** Who wrote it last; null: it came with the board. */
  agent: string | null;
  at: string;
}

export interface BoardSnapshot {
  readonly board: BoardPlace;
  /** By name. */
  readonly artifacts: readonly BoardItem[];
  /** Oldest first. */
  readonly decisions: readonly (BoardDecision & BoardLabels)[];
}

/** An artifact as a board begins with it. */
export interface SeedArtifact {
  readonly owner?: string | null | undefined;
  readonly status?: ArtifactStatus | undefined;
  readonly blockedBy?: string | readonly string[] | undefined;
  readonly path?: string | null | undefined;
  readonly task?: string | null | undefined;
  readonly value?: Json | undefined;
}

export interface BoardSeed {
  readonly name: string;
  readonly status?: string | undefined;
  readonly artifacts?: Readonly<Record<string, SeedArtifact>> | undefined;
  readonly decisions?: readonly { agent: string; decision: string; rationale?: string | undefined }[] | undefined;
}

/** Who writes, from where, and the key by which the same call writes once (I4). */
export interface BoardWriter {
  readonly agent: string;
  readonly run: string;
  readonly path: string;
  readonly step: number;
  readonly callKey: string;
  readonly untrusted: UntrustedUnion;
  readonly private: boolean;
  readonly at: string;
}

/** What a write changes; what is absent stays as it is. */
export interface ArtifactChange {
  readonly name: string;
  /** Version the writer has seen; 0: there was no such artifact. */
  readonly expectedVersion: number;
  readonly owner?: string | null | undefined;
  readonly status?: ArtifactStatus | undefined;
  readonly blockedBy?: readonly string[] | undefined;
  readonly path?: string | null | undefined;
  readonly task?: string | null | undefined;
  readonly value?: Json | undefined;
}

export type ArtifactRow = Selectable<Tables['artifact_board']>;
export type DecisionRow = Selectable<Tables['decision']>;

export function itemOf(row: ArtifactRow): BoardItem {
  const { name, owner, status, path, task, version, agent } = row;
  return {
    ...{ name, owner, status, path, task, version, agent },
    blockedBy: JSON.parse(row.blocked_by) as string[],
    value: row.value === null ? null : (JSON.parse(row.value) as Json),
    untrustedSet: row.untrusted_set,
    private: row.private === 1,
    at: row.updated_at,
  };
}

export function decisionOf(row: DecisionRow): BoardDecision & BoardLabels {
  const { agent, decision, rationale, at } = row;
  return { agent, decision, rationale, at, untrustedSet: row.untrusted_set, private: row.private === 1 };
}

/** Without what it holds and where that comes from: as it travels through history. */
export function headOf({ name, owner, status, blockedBy, path, task, version }: BoardArtifact): BoardArtifact {
  return { name, owner, status, blockedBy, path, task, version };
}

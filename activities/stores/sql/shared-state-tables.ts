import type { ArtifactStatus } from '../../../contracts/board';

/** Rows of what agents share (contract §7). As everywhere in the store: times and JSON are text, flags are 0 or 1. */
export interface SharedStateTables {
  /** One row for each version of an entry; the newest one that is not withdrawn counts. */
  memory: {
    id: string;
    /** Whose memory it is: the name of a team, or the digest of an inline one. */
    namespace: string;
    key: string;
    version: number;
    value: string;
    tags: string;
    words: number;
    /** The agent that wrote it; null for an entry of the team's own files. */
    agent: string | null;
    run: string;
    root: string;
    path: string;
    step: number;
    untrusted_set: string | null;
    private: number;
    call_key: string;
    created_at: string;
    expires_at: string | null;
    quarantined_by: string | null;
    quarantined_at: string | null;
    forgotten_by: string | null;
    forgotten_at: string | null;
  };
  memory_tag: { namespace: string; tag: string; entry: string };
  memory_word: { namespace: string; word: string; entry: string; count: number };
  /** Who was given what: outlives the entries. */
  memory_read: {
    entry: string;
    run: string;
    path: string;
    step: number;
    namespace: string;
    key: string;
    version: number;
    writer: string | null;
    root: string;
    agent: string;
    at: string;
  };
  board: {
    id: string;
    root: string;
    path: string;
    name: string;
    status: string | null;
    version: number;
    opened_at: string;
  };
  artifact_board: {
    board: string;
    name: string;
    owner: string | null;
    status: ArtifactStatus;
    blocked_by: string;
    path: string | null;
    task: string | null;
    version: number;
    value: string | null;
    untrusted_set: string | null;
    private: number;
    agent: string | null;
    updated_at: string;
  };
  decision: {
    board: string;
    seq: number;
    agent: string;
    decision: string;
    rationale: string | null;
    untrusted_set: string | null;
    private: number;
    at: string;
  };
  /** Every write of a board, in order: makes a repeated call find what it has done (I4). */
  board_change: {
    board: string;
    version: number;
    call_key: string;
    /** What the call was answered, as JSON. */
    body: string;
    agent: string;
    run: string;
    path: string;
    step: number;
    at: string;
  };
  lease: {
    resource: string;
    slot: string;
    holder: string | null;
    token: number;
    taken_at: string;
    expires_at: string;
  };
}

import type { Selectable } from 'kysely';
import type { Json } from '../../../contracts/json';
import { digestOfBytes } from '../canonical-json';
import type { Tables } from '../sql/tables';
import type { UntrustedUnion } from '../untrusted-sets';

/** Where an entry comes from: nothing is read from shared state without it (contract §7). */
export interface MemoryProvenance {
  /** Null: it stands in the team's own files. */
  readonly agent: string | null;
  readonly run: string;
  /** Id of the workflow at the root of the tree of runs. */
  readonly root: string;
  readonly path: string;
  readonly step: number;
}

export interface MemoryEntry {
  readonly id: string;
  readonly namespace: string;
  readonly key: string;
  readonly version: number;
  readonly value: Json;
  readonly tags: readonly string[];
  /** The thread that wrote it held something private (contract §2): only such a thread gets it again. */
  readonly private: boolean;
  readonly provenance: MemoryProvenance;
  /** The untrusted sources it was written from (I8), by the id of their set; null: none. */
  readonly untrustedSet: string | null;
  readonly at: string;
  readonly expiresAt: string | null;
}

export type MemoryState = 'live' | 'superseded' | 'expired' | 'quarantined' | 'forgotten';

/** An entry as a person looks at it. */
export interface MemoryRecord extends MemoryEntry {
  readonly state: MemoryState;
  readonly quarantinedBy: string | null;
  readonly quarantinedAt: string | null;
}

export interface MemoryWrite {
  readonly namespace: string;
  readonly key: string;
  readonly value: Json;
  readonly tags: readonly string[];
  readonly private: boolean;
  readonly provenance: MemoryProvenance;
  readonly untrusted: UntrustedUnion;
  /** Version of the entry that this one replaces; 0: there is none. `any`: whatever is there. */
  readonly expectedVersion: number | 'any';
  /** Null: it does not expire. */
  readonly ttlMs: number | null;
  /** The same call writes once (I4). */
  readonly callKey: string;
  readonly now: Date;
}

export type MemoryRow = Selectable<Tables['memory']>;

/** The same for the same version of the same key: the second writer of a version meets the first one's row. */
export function entryIdOf(namespace: string, key: string, version: number): string {
  return digestOfBytes(JSON.stringify([namespace, key, version])).slice('sha256:'.length, 'sha256:'.length + 32);
}

export function entryOf(row: MemoryRow): MemoryEntry {
  const { id, namespace, key, version, agent, run, root, path, step } = row;
  return {
    id,
    namespace,
    key,
    version,
    value: JSON.parse(row.value) as Json,
    tags: JSON.parse(row.tags) as string[],
    private: row.private === 1,
    provenance: { agent, run, root, path, step },
    untrustedSet: row.untrusted_set,
    at: row.created_at,
    expiresAt: row.expires_at,
  };
}

export function recordOf(row: MemoryRow & { newest: number }, now: string): MemoryRecord {
  const { quarantined_by: quarantinedBy, quarantined_at: quarantinedAt } = row;
  return { ...entryOf(row), state: stateOf(row, now), quarantinedBy, quarantinedAt };
}

function stateOf(row: MemoryRow & { newest: number }, now: string): MemoryState {
  if (row.forgotten_at !== null) return 'forgotten';
  if (row.quarantined_at !== null) return 'quarantined';
  if (row.version < row.newest) return 'superseded';
  return row.expires_at !== null && row.expires_at <= now ? 'expired' : 'live';
}

import { eventsMigration } from './event-tables';
import { sharedState } from './shared-state-migration';

/** One numbered change of the schema. A released migration is never edited: add the next one. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly statements: readonly string[];
}

// Only what Postgres and SQLite read alike. BYTEA means nothing to SQLite, and no affinity touches a value bound as
// bytes, so the type serves both. BIGINT and DOUBLE PRECISION get SQLite's INTEGER and REAL affinity by their spelling.
const spine: Migration = {
  version: 1,
  name: 'spine',
  statements: [
    `CREATE TABLE blob (id TEXT PRIMARY KEY, kind TEXT NOT NULL, bytes BIGINT NOT NULL, body BYTEA NOT NULL,
       created_at TEXT NOT NULL)`,
    `CREATE TABLE segment (id TEXT PRIMARY KEY, parent TEXT, run TEXT NOT NULL, path TEXT NOT NULL,
       step BIGINT NOT NULL, body TEXT NOT NULL, untrusted_set TEXT, created_at TEXT NOT NULL)`,
    `CREATE INDEX segment_run ON segment (run)`,
    `CREATE TABLE step_result (run_id TEXT NOT NULL, path TEXT NOT NULL, step BIGINT NOT NULL, kind TEXT NOT NULL,
       ordinal BIGINT NOT NULL, input_digest TEXT NOT NULL, body TEXT NOT NULL, created_at TEXT NOT NULL,
       PRIMARY KEY (run_id, path, step, kind, ordinal))`,
    `CREATE TABLE effect (key TEXT PRIMARY KEY, workflow_id TEXT NOT NULL, tool TEXT NOT NULL,
       args_digest TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('intent', 'done', 'failed', 'unknown')),
       attempt BIGINT NOT NULL, result TEXT, created_at TEXT NOT NULL, settled_at TEXT)`,
    `CREATE INDEX effect_workflow ON effect (workflow_id)`,
    `CREATE TABLE message (id TEXT PRIMARY KEY, run TEXT NOT NULL, type TEXT NOT NULL, sender TEXT NOT NULL,
       recipient TEXT NOT NULL, correlation_id TEXT NOT NULL, causation_id TEXT, path TEXT NOT NULL,
       depth BIGINT NOT NULL, payload TEXT NOT NULL, payload_blob TEXT, schema TEXT, untrusted TEXT NOT NULL,
       sent_at TEXT NOT NULL, signature TEXT)`,
    `CREATE INDEX message_run ON message (run, sent_at, id)`,
    `CREATE TABLE audit_head (run TEXT PRIMARY KEY, seq BIGINT NOT NULL, hash TEXT NOT NULL)`,
    `CREATE TABLE audit (run TEXT NOT NULL, seq BIGINT NOT NULL, event_key TEXT NOT NULL, at TEXT NOT NULL,
       actor TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL,
       prev_hash TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (run, seq))`,
    `CREATE UNIQUE INDEX audit_event ON audit (run, event_key)`,
    `CREATE TABLE ledger (id TEXT PRIMARY KEY, run TEXT NOT NULL, root TEXT NOT NULL, agent TEXT NOT NULL,
       path TEXT NOT NULL, step BIGINT NOT NULL, attempt BIGINT NOT NULL, model TEXT NOT NULL, model_version TEXT,
       input_tokens BIGINT NOT NULL, cached_input_tokens BIGINT NOT NULL, output_tokens BIGINT NOT NULL,
       usd DOUBLE PRECISION, at TEXT NOT NULL)`,
    `CREATE INDEX ledger_run ON ledger (run)`,
    `CREATE INDEX ledger_root ON ledger (root)`,
    `CREATE TABLE team_snapshot (digest TEXT PRIMARY KEY, name TEXT NOT NULL, body TEXT NOT NULL,
       created_at TEXT NOT NULL)`,
    `CREATE TABLE untrusted_set (id TEXT PRIMARY KEY, sources TEXT NOT NULL)`,
    `CREATE TABLE kill_switch (scope TEXT PRIMARY KEY, set_by TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL,
       revived_by TEXT, revived_at TEXT)`,
    `CREATE TABLE tool_pin (server TEXT NOT NULL, tool TEXT NOT NULL, digest TEXT NOT NULL, pinned_at TEXT NOT NULL,
       pinned_by TEXT NOT NULL, PRIMARY KEY (server, tool))`,
    `CREATE TABLE artifact (run TEXT NOT NULL, name TEXT NOT NULL, blob TEXT NOT NULL, mime TEXT NOT NULL,
       bytes BIGINT NOT NULL, agent TEXT NOT NULL, path TEXT NOT NULL, created_at TEXT NOT NULL,
       PRIMARY KEY (run, name, blob))`,
  ],
};

/** Who may read a body by its id: the runs (by the root of their tree) that have made it. */
const bodiesOfRuns: Migration = {
  version: 2,
  name: 'bodies of runs',
  statements: [`CREATE TABLE blob_ref (root TEXT NOT NULL, blob TEXT NOT NULL, PRIMARY KEY (root, blob))`],
};

/** In order, without gaps: the version of a database is the number of the last one applied. */
export const migrations: readonly Migration[] = [spine, bodiesOfRuns, sharedState, eventsMigration];

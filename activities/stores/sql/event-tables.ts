import type { Migration } from './migrations';

/** `waiting`: behind another one of its lane. `dead`: given up after its attempts; a dead letter says why. */
export type DeliveryState = 'waiting' | 'started' | 'done' | 'dead';
export type DeadLetterState = 'open' | 'redriven' | 'dropped';
export type OutboxKind = 'event' | 'dead-letter';

/** Rows of what is published and what becomes of it. Every key begins with the team: teams may share a prefix. */
export interface EventTables {
  event: {
    team: string;
    id: string;
    subject: string;
    source: string;
    subject_key: string | null;
    /** JSON; null when the body is a blob. */
    data: string | null;
    data_blob: string | null;
    correlation_id: string;
    causation_id: string | null;
    hops: number;
    untrusted: number;
    published_by: string;
    at: string;
  };
  delivery: {
    team: string;
    event_id: string;
    consumer: string;
    workflow_id: string;
    state: DeliveryState;
    attempts: number;
    /** Deliveries of a consumer with one lane are run one after another; null for all others. */
    lane: string | null;
    at: string;
    ended_at: string | null;
  };
  /** Which delivery of a lane is running. */
  delivery_lane: { team: string; consumer: string; lane: string; event_id: string };
  join_arrival: {
    team: string;
    correlation_id: string;
    consumer: string;
    subject: string;
    event_id: string;
    at: string;
  };
  /** The event that completed a set, which alone starts its consumer. */
  join_set: { team: string; correlation_id: string; consumer: string; event_id: string; at: string };
  outbox: { id: string; kind: OutboxKind; subject: string; body: string; created_at: string; sent_at: string | null };
  dead_letter: {
    id: string;
    team: string;
    consumer: string;
    agent: string;
    event_id: string;
    subject: string;
    workflow_id: string;
    chain: string;
    reason: string;
    at: string;
    state: DeadLetterState;
    settled_by: string | null;
    settled_at: string | null;
  };
}

export const eventsMigration: Migration = {
  version: 4,
  name: 'events',
  statements: [
    `CREATE TABLE event (team TEXT NOT NULL, id TEXT NOT NULL, subject TEXT NOT NULL, source TEXT NOT NULL,
       subject_key TEXT, data TEXT, data_blob TEXT, correlation_id TEXT NOT NULL, causation_id TEXT,
       hops BIGINT NOT NULL, untrusted BIGINT NOT NULL, published_by TEXT NOT NULL, at TEXT NOT NULL,
       PRIMARY KEY (team, id))`,
    `CREATE INDEX event_correlation ON event (team, correlation_id)`,
    `CREATE INDEX event_at ON event (team, at)`,
    `CREATE TABLE delivery (team TEXT NOT NULL, event_id TEXT NOT NULL, consumer TEXT NOT NULL,
       workflow_id TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('waiting', 'started', 'done', 'dead')),
       attempts BIGINT NOT NULL, lane TEXT, at TEXT NOT NULL, ended_at TEXT, PRIMARY KEY (team, event_id, consumer))`,
    `CREATE INDEX delivery_of_lane ON delivery (team, consumer, lane, state, at)`,
    `CREATE TABLE delivery_lane (team TEXT NOT NULL, consumer TEXT NOT NULL, lane TEXT NOT NULL,
       event_id TEXT NOT NULL, PRIMARY KEY (team, consumer, lane))`,
    `CREATE TABLE join_arrival (team TEXT NOT NULL, correlation_id TEXT NOT NULL, consumer TEXT NOT NULL,
       subject TEXT NOT NULL, event_id TEXT NOT NULL, at TEXT NOT NULL,
       PRIMARY KEY (team, correlation_id, consumer, subject))`,
    `CREATE TABLE join_set (team TEXT NOT NULL, correlation_id TEXT NOT NULL, consumer TEXT NOT NULL,
       event_id TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (team, correlation_id, consumer))`,
    `CREATE TABLE outbox (id TEXT PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL,
       created_at TEXT NOT NULL, sent_at TEXT)`,
    `CREATE INDEX outbox_pending ON outbox (sent_at, created_at, id)`,
    `CREATE TABLE dead_letter (id TEXT PRIMARY KEY, team TEXT NOT NULL, consumer TEXT NOT NULL, agent TEXT NOT NULL,
       event_id TEXT NOT NULL, subject TEXT NOT NULL, workflow_id TEXT NOT NULL, chain TEXT NOT NULL,
       reason TEXT NOT NULL, at TEXT NOT NULL,
       state TEXT NOT NULL CHECK (state IN ('open', 'redriven', 'dropped')), settled_by TEXT, settled_at TEXT)`,
    `CREATE INDEX dead_letter_state ON dead_letter (state, at)`,
  ],
};

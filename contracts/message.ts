import type { Body } from './body';
import type { UntrustedSet } from './untrusted';

export const messageTypes = [
  'task_assignment',
  'result',
  'error',
  'clarification_request',
  'handoff',
  'notification',
  'event',
  'vote',
] as const;
export type MessageType = (typeof messageTypes)[number];

/**
 * A hand-over between agents (contract §5). The store holds it; history holds its id. `signature` is null until agents
 * have keys: the field is part of the stored shape from the start.
 */
export interface Envelope {
  id: string;
  type: MessageType;
  sender: string;
  recipient: string;
  /** The root run's workflow id and first run id, joined by `#`: one per request. */
  correlationId: string;
  /** The message that led to this one; null for the first. */
  causationId: string | null;
  path: string[];
  depth: number;
  payload: Body;
  /** Name of the schema the payload follows, null for text. */
  schema: string | null;
  untrusted: UntrustedSet | null;
  sentAt: string;
  signature: string | null;
}

/** What a workflow keeps of a message. */
export interface MessageRef {
  id: string;
  type: MessageType;
  sender: string;
  recipient: string;
  path: string;
  at: string;
}

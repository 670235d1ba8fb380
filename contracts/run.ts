import type { DeltaPart, Role } from './activities';
import type { Approval } from './approval';
import type { BudgetLimits, Usage } from './budget';
import type { FailureRecord } from './failures';
import type { Json, JsonObject } from './json';
import type { Limits } from './limits';
import type { ZoneOffsets } from './meeting-availability';
import type { PatternName, Zone } from './names';
import type { Node } from './node';
import type { TeamView } from './team';
import type { UntrustedSet } from './untrusted';

export const endStatuses = [
  'completed',
  'partial',
  'rejected',
  'failed',
  'cancelled',
  'budget-exhausted',
  'compensation-failed',
] as const;
export type EndStatus = (typeof endStatuses)[number];
export const openStatuses = ['starting', 'running', 'waiting-approval', 'paused', 'draining'] as const;
export type RunStatus = EndStatus | (typeof openStatuses)[number];

/** What a person types to start a run, after `prepareRun` has parsed it. */
export interface RunInput {
  task: string;
  input: JsonObject;
  background?: string;
  budget: BudgetLimits;
  timeoutMs: number;
  priority?: number;
  fairnessKey?: string;
  privacy?: 'public' | 'private';
  /** Who asked; a claim. They cannot decide their own approvals when the policy names approvers. */
  requestedBy?: string;
}

/** Result of `prepareRun`: everything a workflow may know of the world it starts in (I3). */
export interface RunPlan {
  input: RunInput;
  /** The node the run performs, all fields resolved from the input and the team's composition. */
  node: Node;
  subject: string;
  team: TeamView;
  /** gzip + base64 of the team's body when small enough, so that a run recovers from its history alone. */
  teamBody?: string;
  queues: Record<Zone, string>;
  /** Tool nodes that the run's own input brought along (`callKey`): their effects wait for a person (I9). Absent in old plans. */
  givenCalls?: string[];
  limits: Limits;
  /** Offsets of the time zones in which agents attend meetings; absent when nobody's availability names one. */
  zoneOffsets?: Record<string, ZoneOffsets>;
  /** Whether the namespace knows our search attributes; otherwise the memo is used. */
  /** What `--model` said where the run was prepared. */
  model?: string;
  searchAttributes: boolean;
  namespace: string;
  workflowId: string;
  notices: string[];
}

export interface ArtifactRef {
  name: string;
  blob: string;
  bytes: number;
  mime: string;
  agent: string;
}

export interface AgentTally {
  steps: number;
  usage: Usage;
}

/** Result of every run (contract §3). */
export interface RunResult {
  status: EndStatus;
  output: Json;
  summary: string;
  steps: number;
  usage: Usage;
  agents: Record<string, AgentTally>;
  approvals: Approval[];
  failures: FailureRecord[];
  artifacts: ArtifactRef[];
  auditHead: string | null;
  /** Why it stopped, where a pattern has several ways to stop. */
  stoppedBecause?: string;
  /** How each part fared: verdicts of subtasks, branches, rounds, stages. */
  parts?: Json;
  /** The agent or node whose words the output is. */
  from?: string;
  /** The sources the output derives from (I8), and the message that carried it. */
  untrusted?: UntrustedSet | null;
  private?: true;
  messageId?: string | null;
  /** Transcript head, so that a run that ran out of budget can be taken up again. */
  head?: string | null;
}

/** What a parent hands a child workflow besides the node (never typed by people). */
export interface ChildStart {
  cadreChild: 1;
  pattern: PatternName;
  node: Node;
  input: RunInput;
  plan: Omit<RunPlan, 'input' | 'node' | 'teamBody'>;
  path: string;
  depth: number;
  ancestry: string[];
  from: string;
  causationId: string | null;
  root: { workflowId: string; firstRunId: string };
  lease: BudgetLimits;
  untrusted: UntrustedSet | null;
  private: boolean;
  material: DeltaPart[];
  /** Whose outcome it follows on, and who gave the task. */
  handed?: { from: string; givenBy: string; depth: number };
  /** What the child's agent is asked for, in place of its own output. */
  role?: Role;
  /** It was asked or told by a peer. */
  asPeer?: 'consult' | 'notify';
  /** Its output is read by the parent's merge: it stays inline up to this size. */
  inlineBytes?: number;
}

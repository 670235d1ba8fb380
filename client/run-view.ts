import type { Approval } from '../contracts/approval';
import type { Usage } from '../contracts/budget';
import type { FailureRecord } from '../contracts/failures';
import type { Page, RunEvent } from '../contracts/queries';
import type { RunStatus } from '../contracts/run';

/** What the queries of every run answer (contract §4); fields may be added, so readers take what they know. */
export interface StatusView {
  status: RunStatus;
  pattern: string;
  workflowId: string;
  runId: string;
  /** Absent until `prepareRun` has answered, as are subject, task and notices. */
  team?: string;
  subject?: string;
  task?: string;
  notices?: string[];
  waitingFor: string[];
  steps: number;
  usage: Usage;
  agents: Record<string, AgentStatusView>;
  openChildren: string[];
  failures: FailureRecord[];
  rejectedMessages: { at: string; name: string; reason: string }[];
}
export interface AgentStatusView {
  steps: number;
  usage: Usage;
  state: string;
  lastText: string;
}
export type { Page };
export type EventView = RunEvent;
export type ApprovalPage = Page<Approval>;

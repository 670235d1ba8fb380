import type { ApprovalGrant } from './approval';
import type { Body } from './body';
import type { Usage } from './budget';
import type {
  DeliverEventRequest,
  DeliverEventResult,
  SettleDeliveryRequest,
  SettleDeliveryResult,
} from './event-delivery';
import type { Json, JsonObject } from './json';
import type { MessageType } from './message';
import type { PatternName } from './names';
import type { ArtifactRef, RunPlan } from './run';
import type { Effect } from './team';
import type { UntrustedSet } from './untrusted';

/** The activity interfaces: what a workflow may ask of the world. Type names are pinned (replay compares them). */
export interface Activities {
  prepareRun(request: PrepareRunRequest): Promise<RunPlan>;
  callModel(request: CallModelRequest): Promise<CallModelResult>;
  callTool(request: CallToolRequest): Promise<CallToolResult>;
  /** Rebuilds transcript and team in the store from the histories of the run's chain (I2). */
  recoverRun(request: RecoverRunRequest): Promise<RecoverRunResult>;
  /** Keeps an event and starts a run for each of its consumers. */
  deliverEvent(request: DeliverEventRequest): Promise<DeliverEventResult>;
  /** Ends a delivery: publishes what follows from it, or makes it a dead letter. */
  settleDelivery(request: SettleDeliveryRequest): Promise<SettleDeliveryResult>;
}

export interface PrepareRunRequest {
  type: PatternName;
  /** What the person typed, unparsed. */
  input: Json;
  /** The workflow's first run id, which a reset keeps; the activity's own run id when absent. */
  firstRunId?: string;
}

/** Which run a call belongs to. Workflow id and run id come from the activity's own context. */
export interface RunRef {
  rootWorkflowId: string;
  rootFirstRunId: string;
  firstRunId: string;
  team: string;
  /** Stands in for every model of the team, whichever worker makes the call: it was asked for when the run was started. */
  model?: string;
}

/**
 * What a model is asked for. `agent` and `synthesis` give the agent's declared output or free text; the answers of all
 * other roles have a shape of the engine's own (contracts/role-schemas.ts) or of a pattern (its declaration).
 */
export type CoreRole = 'agent' | 'plan' | 'review' | 'sufficiency' | 'synthesis' | 'route' | 'score' | 'merge';
export type Role = CoreRole | (string & {});

/** New material of one step, in order. The conversation before it is named by `parent` only (I2). */
export type DeltaPart =
  | { kind: 'task'; from: string; text: string; rootTask?: string; untrusted?: UntrustedSet | null; private?: true }
  | { kind: 'material'; label: string; from: string; body: Body; untrusted: UntrustedSet | null; private?: true }
  | {
      kind: 'tool-result';
      ordinal: number;
      tool: string;
      body: Body;
      isError: boolean;
      untrusted: UntrustedSet | null;
      private?: true;
    }
  | { kind: 'steer'; from: string; text: string }
  | { kind: 'repair'; problems: string[]; untrusted?: UntrustedSet | null; private?: true }
  | { kind: 'note'; text: string; untrusted?: UntrustedSet | null; private?: true };

/** One of the names an answer may choose among. */
export interface AnswerChoice {
  name: string;
  description: string;
  /** The agent behind it: the model is shown how busy it is, and the answer says it. */
  agent?: string;
}

export interface CallModelRequest {
  run: RunRef;
  agent: string;
  /** Path of the node inside the run, e.g. `supervisor/jira`. */
  path: string;
  step: number;
  parent: string | null;
  delta: DeltaPart[];
  role: Role;
  /** Names the answer may choose among (specialists of a plan, routes of a router). */
  choices?: AnswerChoice[];
  /** The model may ask for no tools in this step. */
  noTools?: boolean;
  /** The thread holds something private: only local models may see it (contract §2, `privacy`). */
  private?: true;
  /** The workflow reads the answer (a merge of branches): it stays inline up to this size, not only to the usual one. */
  inlineBytes?: number;
  maxOutputTokens: number;
  /** Tokens reserved for this call: charged when an attempt is lost. */
  reservedTokens: number;
  message: MessageContext;
}

export interface MessageContext {
  type: MessageType;
  /** Who gets the answer. */
  recipient: string;
  /** Message that carried the task; null for a person's. */
  causationId: string | null;
  ancestry: string[];
  depth: number;
  /** The message that brings the task, stored with the first step of a thread; null later. */
  inbox: { id: string; sender: string; type: MessageType; causationId: string | null } | null;
}

export interface ToolCall {
  ordinal: number;
  /** As the model wrote it. */
  name: string;
  /** `source.tool`, `agent:<name>`, or null when the name stands for nothing. */
  tool: string | null;
  args: JsonObject;
  argsDigest: string;
  /** Digest of the tool's definition as the model saw it. */
  definition: string | null;
  /** Our configured effect, tightened by the server's annotations; the workflow takes the stricter of this and its own. */
  effect: Effect;
  /** Why the call cannot be dispatched: unknown tool, arguments that do not fit the schema. */
  problem?: string;
}

export interface CallModelResult {
  head: string;
  messageId: string;
  /** The validated answer; absent when tools were asked for or the answer was not usable. */
  output?: Body;
  toolCalls?: ToolCall[];
  /** Tool calls refused before dispatch: those beyond the cap, or all of them in a step without tools. */
  droppedCalls?: number;
  /** Why the answer is not usable: goes back to the model in a repair step. */
  problems?: string[];
  /** What the model wrote besides: words before its tool calls, or the text of an answer that is not usable. */
  said?: Body;
  usage: Usage;
  /** Provider and resolved model version, e.g. `openai/gpt-5-mini-2026-08-07`. */
  model: string;
  untrusted: UntrustedSet | null;
  auditHead: string;
  /** Conversations at work by agent, over all runs, when the model chose among agents. */
  load?: Record<string, number>;
}

export interface CallToolRequest {
  run: RunRef;
  agent: string;
  path: string;
  step: number;
  ordinal: number;
  tool: string;
  args: JsonObject;
  argsDigest: string;
  definition: string | null;
  effect: Effect;
  /** The thread the call comes from: its untrusted set is read again from the store (I8). */
  thread: string | null;
  untrusted: UntrustedSet | null;
  /** The thread holds something private: only tools of the zone `local` may be called. */
  private?: true;
  approval: ApprovalGrant | null;
  /** The call stands in the run's own input, not in the team: it needs a person whatever the policy says (I9). */
  given?: true;
}

export interface CallToolResult {
  /** Always with its blob id, so that the next delta can name it; inline as well up to the cap. */
  body: Body;
  isError: boolean;
  untrusted: UntrustedSet | null;
  artifacts?: ArtifactRef[];
  auditHead: string;
}

export interface RecoverRunRequest {
  run: RunRef;
  /** Thread heads the workflow still needs. */
  heads: string[];
  /** A check before continue-as-new: nothing is read from history while the store holds the heads whole. */
  onlyIfIncomplete?: true;
}
export interface RecoverRunResult {
  segments: number;
  blobs: number;
  missing: string[];
}

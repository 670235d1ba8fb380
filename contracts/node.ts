import type { BudgetLimits } from './budget';
import type { Json, JsonObject, JsonSchema } from './json';
import type { PatternName } from './names';

/** What every node may say besides its own fields. */
export interface NodeCommon {
  /** Shown in paths and summaries; the pattern's or agent's name by default. */
  name?: string;
  /** Replaces the task it would inherit; `{{task}}`, `{{input.<field>}}` and `{{output}}` are filled in. */
  task?: string;
  /** Runs as a child workflow of its own. */
  isolate?: boolean;
  /** Runs after this node on its output. */
  then?: Node;
  /** Runs in its place when it fails. */
  fallback?: Node;
  budget?: BudgetLimits;
  timeoutMs?: number;
}

export interface AgentNode extends NodeCommon {
  agent: string;
}
export interface ToolNode extends NodeCommon {
  tool: string;
  args?: JsonObject;
  /** The agent in whose name the tool is called; without one only `read` tools may be called. */
  by?: string;
}
export interface ApprovalNode extends NodeCommon {
  approval: { reason: string; group?: string; timeoutMs?: number; onTimeout?: 'reject' | 'escalate' | 'hold' };
}
/** A node that only names a composition of the team. */
export interface CompositionNode extends NodeCommon {
  composition: string;
}

export interface SupervisorFields {
  supervisor?: string;
  specialists?: string[];
  maxParallel?: number;
  maxRounds?: number;
  /** The evaluate-before-synthesize gate: on by default; an agent's name makes that agent the judge. */
  sufficiency?: boolean | string;
  /** Agent that writes the synthesis; the supervisor by default. */
  synthesizer?: string;
}
export interface Stage {
  node: Node;
  check?: CheckNode;
  compensate?: Node;
}
/** A check of a stage's output: by JSON Schema, by a tool that lists problems, by an agent that reviews it; in this order. */
export interface CheckNode {
  schema?: JsonSchema;
  /** Gets the output as `{{output}}`; passes when its result has no `problems`. */
  tool?: string;
  args?: JsonObject;
  agent?: string;
  passScore?: number;
  /** How often the stage is run again with the check's findings; 1 by default. */
  retries?: number;
}
export interface PipelineFields {
  stages?: (Stage | Node)[];
}
/** How branches become one result; `schema` takes the output schema that the agents of all branches declare. */
export type Merge = 'concat' | 'union' | 'vote' | 'claims' | 'schema' | { schema: JsonSchema } | { agent: string };
export interface FanOutFields {
  branches?: Node[];
  /** The list to go over: `input.<field>`, `output`, or the values themselves. */
  over?: string | Json[];
  each?: Node;
  maxParallel?: number;
  merge?: Merge;
  /** Branches that must succeed: a count, or a share between 0 and 1. All by default. */
  quorum?: number;
  onPartial?: 'fail' | 'continue';
}
export interface Route {
  name: string;
  when?: string;
  node: Node;
}
export interface RouterFields {
  router?: string;
  routes?: (Route | Node)[];
  minConfidence?: number;
  /** Takes what no route takes with enough confidence, and what a route failed at. */
  fallback?: Node;
  returnToRouter?: boolean;
}
export interface ReflectionFields {
  author?: Node | string;
  critic?: string;
  maxRounds?: number;
  passScore?: number;
  goal?: string;
}
export interface ComposeFields {
  composition?: string | Node;
}

export type PatternNode = NodeCommon &
  (
    | { pattern: 'agent'; agent?: string }
    | ({ pattern: 'supervisor' } & SupervisorFields)
    | ({ pattern: 'pipeline' } & PipelineFields)
    | ({ pattern: 'fanOut' } & FanOutFields)
    | ({ pattern: 'router' } & RouterFields)
    | ({ pattern: 'reflection' } & ReflectionFields)
    | ({ pattern: 'compose' } & ComposeFields)
    // The others are only handed on to their pattern, which knows its own fields.
    | OtherPattern
  );

type OtherName = Exclude<
  PatternName,
  'agent' | 'supervisor' | 'pipeline' | 'fanOut' | 'router' | 'reflection' | 'compose'
>;
type OtherPattern = [OtherName] extends [never] ? never : { pattern: OtherName };

/** Anything that can be run: an agent, a tool, a wait for a person, or a pattern of nodes (contract §3). */
export type Node = AgentNode | ToolNode | ApprovalNode | CompositionNode | PatternNode;

export type NodeKind = PatternName | 'tool' | 'approval' | 'composition';

export function kindOfNode(node: Node): NodeKind {
  if ('pattern' in node) return node.pattern;
  if ('tool' in node) return 'tool';
  if ('approval' in node) return 'approval';
  return 'composition' in node ? 'composition' : 'agent';
}

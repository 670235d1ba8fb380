import type { DeltaPart, Role } from '../../contracts/activities';
import type { Body } from '../../contracts/body';
import type { JsonObject, Json } from '../../contracts/json';
import type { MessageType } from '../../contracts/message';
import type { UntrustedSet } from '../../contracts/untrusted';
import type { Budget } from './budget';
import type { ToolWatch } from './tool-caller';
import { withoutReferences } from './template';
import type { Run } from './run';

/** Where a node runs: its place in the run, its task, what it has been given, and what it may spend. */
export interface Scope {
  run: Run;
  /** `supervisor/jira`, unique in the run. */
  path: string;
  depth: number;
  /** `<agent>#<task digest>` of every delegation above: the same pair again is a cycle. */
  ancestry: string[];
  task: string;
  /** Who assigned the task: an agent, or the person who started the run. */
  from: string;
  causationId: string | null;
  material: DeltaPart[];
  untrusted: UntrustedSet | null;
  /** Something private has come this far. */
  private: boolean;
  /** What `{{output}}` stands for: the output of the node before. */
  previous: Body | null;
  /** What `{{item}}` stands for inside `each`. */
  item?: Json;
  budget: Budget;
  /** How many nodes run beside each other here, itself included: an isolated one gets that part of the budget. */
  parallel?: number;
  /** A tool call of a conversation is waited for above: the run cannot continue as new from in here. */
  pinned?: true;
  /** Agents that take part; absent: everybody the routing table names. */
  peers?: readonly string[];
  /** What the agent of the next node is asked for, in place of its own output. */
  role?: Role;
  /** It follows on the outcome of `from`; the task itself was given by somebody else, for the nodes at this depth. */
  handed?: { from: string; givenBy: string; depth: number };
  /** How the task arrives: `task_assignment` when left out. */
  arrivesAs?: MessageType;
  /** The task came through the routing table: whom a peer may ask or tell, that table says. */
  asPeer?: 'consult' | 'notify';
  /** A pattern that keeps state of what tools of its nodes answer hears every answer as it comes. */
  onToolResult?: ToolWatch;
  /** A merge reads what comes out here: answers of agents stay inline up to this size. */
  inlineBytes?: number;
}

/** What a node came to. Failures are thrown; these are the ends that carry something. */
export interface Outcome {
  status: 'completed' | 'partial' | 'rejected' | 'budget-exhausted';
  output: Body;
  untrusted: UntrustedSet | null;
  /** The agent or node whose words the output is. */
  from: string;
  messageId: string | null;
  stoppedBecause?: string;
  parts?: Json;
  private?: true;
  /** The store holds the output under its digest, so that it can be named. */
  stored?: true;
  /** Transcript head of the agent that made the output. */
  head?: string;
}

export function outcomeOf(fields: Partial<Outcome> & { output: Body; from: string }): Outcome {
  return { status: 'completed', untrusted: null, messageId: null, ...fields };
}

/** An outcome as material for the next one. Large bodies go by reference already. */
export function materialOf(
  label: string,
  outcome: Pick<Outcome, 'output' | 'from' | 'untrusted' | 'private'>,
): DeltaPart {
  return {
    kind: 'material',
    label,
    from: outcome.from,
    body: outcome.output,
    untrusted: outcome.untrusted,
    ...(outcome.private && { private: true }),
  };
}

/** Values that templates may name. */
export function templateValues(scope: Scope): JsonObject {
  const { input } = scope.run;
  const values: JsonObject = { task: scope.task, input: withoutReferences(input.input) };
  if (scope.previous)
    values['output'] =
      'inline' in scope.previous ? withoutReferences(scope.previous.inline) : { $blob: scope.previous.blob };
  if (scope.item !== undefined) values['item'] = withoutReferences(scope.item);
  return values;
}

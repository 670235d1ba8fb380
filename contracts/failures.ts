/** What the engine does next with a failure of a kind. */
export type NextMove = 'stop' | 'retry' | 'repair' | 'tell-model' | 'fallback' | 'ask-person' | 'compensate';

interface FailureRow {
  /** Whether the same attempt may succeed later without anything being changed. */
  readonly retryable: boolean;
  readonly next: NextMove;
  readonly meaning: string;
}

const row = (retryable: boolean, next: NextMove, meaning: string): FailureRow => ({ retryable, next, meaning });

/** The closed table of failures (contract §6, I7). `docs/errors.md` is tested against it in both directions. */
export const failures = {
  InvalidInput: row(false, 'stop', 'The input of a run is not what its type takes.'),
  InvalidTeam: row(false, 'stop', 'The team has faults; all of them are listed.'),
  UnknownAgent: row(false, 'stop', 'A name stands for no agent of the team.'),
  UnknownTool: row(false, 'tell-model', 'A name stands for no tool the agent can see.'),
  ToolNotAllowed: row(false, 'tell-model', 'The agent may not call this tool.'),
  ApprovalRejected: row(false, 'tell-model', 'A person refused the action.'),
  ApprovalExpired: row(false, 'tell-model', 'Nobody decided before the deadline.'),
  BudgetExhausted: row(false, 'stop', 'The budget does not cover the next step.'),
  DepthExceeded: row(false, 'stop', 'Delegation is nested deeper than allowed.'),
  CycleDetected: row(false, 'stop', 'The same agent got the same task again on its own path.'),
  RateLimited: row(true, 'retry', 'The provider asks to slow down.'),
  Overloaded: row(true, 'retry', 'The provider is overloaded or failing.'),
  ModelAuth: row(false, 'fallback', 'The provider does not accept the credentials or the model name.'),
  ModelRefused: row(false, 'fallback', 'The provider or the model declined the request.'),
  ContextOverflow: row(false, 'fallback', 'The conversation does not fit the model.'),
  MalformedOutput: row(false, 'repair', 'The model answered something that is not a usable answer.'),
  ModelUnavailable: row(false, 'fallback', 'No model of the agent answers.'),
  ToolFailed: row(false, 'tell-model', 'The tool reported an error.'),
  OutcomeUnknown: row(false, 'ask-person', 'An effect may or may not have happened; it is not tried again.'),
  PayloadTooLarge: row(false, 'stop', 'A value is larger than may be stored or sent.'),
  CircuitOpen: row(false, 'fallback', 'The agent failed too often and is resting.'),
  AgentDisabled: row(false, 'stop', 'An operator has stopped this agent.'),
  SystemDisabled: row(false, 'stop', 'An operator has stopped all agents.'),
  MessageRejected: row(false, 'stop', 'A message between agents is not authentic or not well formed.'),
  VersionConflict: row(false, 'tell-model', 'Somebody else has written in between.'),
  TranscriptMissing: row(false, 'retry', 'The store does not hold the transcript; it is rebuilt from history.'),
  BlobMissing: row(false, 'stop', 'The store does not hold a body that was moved out of history.'),
  StorageUnavailable: row(true, 'retry', 'The store does not answer or cannot write.'),
  LoopDetected: row(false, 'stop', 'The agent repeats itself, or still asks for tools after its last step.'),
  Deadlock: row(false, 'stop', 'Everybody waits for somebody who waits.'),
  DeadlineExceeded: row(false, 'stop', 'The time allowed is over.'),
  CompensationFailed: row(false, 'compensate', 'A step could not be undone.'),
  QuorumNotReached: row(false, 'stop', 'Too few branches or votes came in.'),
  InternalError: row(false, 'stop', 'A fault of Cadre itself.'),
} as const satisfies Record<string, FailureRow>;

export type FailureKind = keyof typeof failures;

export function isFailureKind(value: unknown): value is FailureKind {
  return typeof value === 'string' && Object.hasOwn(failures, value);
}

/** One link of a failure's chain, readable at the root of a run (contract §5). */
export interface FailureRecord {
  kind: FailureKind;
  message: string;
  retryable: boolean;
  agent?: string;
  path?: string;
  step?: number;
  attempt?: number;
  cause?: FailureRecord;
}

export interface FailureDetail {
  agent?: string;
  path?: string;
  step?: number;
  attempt?: number;
  cause?: FailureRecord;
  /** How long to wait before the next attempt, in milliseconds (a provider's Retry-After). */
  retryAfterMs?: number;
}

/** The only error that our own code throws on purpose; everything else is a bug and becomes `InternalError`. */
export class CadreError extends Error {
  override readonly name = 'CadreError';

  constructor(
    readonly kind: FailureKind,
    message: string,
    readonly detail: FailureDetail = {},
  ) {
    super(message);
  }

  /** By shape, not by class: modules can be loaded twice (test realms, bundles). */
  static is(error: unknown): error is CadreError {
    return error instanceof Error && error.name === 'CadreError' && isFailureKind((error as CadreError).kind);
  }
}

const causeDepthMax = 12;

/** Turns anything thrown into a record of the table; unknown things become `InternalError`. */
export function toFailureRecord(error: unknown): FailureRecord {
  if (CadreError.is(error)) {
    const { retryAfterMs: _later, ...where } = error.detail;
    return { kind: error.kind, message: error.message, retryable: failures[error.kind].retryable, ...where };
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { kind: 'InternalError', message, retryable: false };
}

/** Puts `record` at the end of the chain of `outer`, so that the root cause stays last. */
export function chainFailure(outer: FailureRecord, inner: FailureRecord, depth = 0): FailureRecord {
  if (depth >= causeDepthMax) return outer;
  return outer.cause ? { ...outer, cause: chainFailure(outer.cause, inner, depth + 1) } : { ...outer, cause: inner };
}

/** One line per link, outermost first: `MalformedOutput (jira, step 2): …  ←  …`. */
export function describeFailure(record: FailureRecord): string {
  const lines: string[] = [];
  for (let link: FailureRecord | undefined = record; link && lines.length < causeDepthMax; link = link.cause) {
    const where = [link.agent, link.step === undefined ? undefined : `step ${link.step}`].filter(Boolean).join(', ');
    lines.push(`${link.kind}${where ? ` (${where})` : ''}: ${link.message}`);
  }
  return lines.join('\n  caused by ');
}

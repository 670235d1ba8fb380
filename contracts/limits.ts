/**
 * Every bound of the engine, in one place (I5). `prepareRun` copies the ones a run needs into its snapshot, so that a
 * changed constant never changes a replay (I12).
 */
export const limits = {
  /** Steps of one agent inside one node. */
  maxSteps: 12,
  /** Steps of a whole run. */
  maxRunSteps: 400,
  maxDepth: 8,
  maxParallel: 8,
  maxFanOut: 64,
  maxRounds: 5,
  /** A meeting that says nothing of its length. */
  meetingMs: 60 * 60_000,
  /** Tool calls taken from one model reply; the rest is answered with an error. */
  maxToolCallsPerStep: 16,
  /** The same tool call (name and arguments) in a row before the loop is stopped. */
  maxSameCalls: 3,
  maxRepairs: 2,
  maxOutputTokens: 4096,
  runTokens: 2_000_000,
  runTimeoutMs: 24 * 3600_000,
  stepTimeoutMs: 15 * 60_000,
  modelCallTimeoutMs: 5 * 60_000,
  modelAttempts: 5,
  toolCallTimeoutMs: 2 * 60_000,
  toolAttempts: 3,
  heartbeatTimeoutMs: 5_000,
  compensationMs: 10 * 60_000,
  approvalTimeoutMs: 30 * 60_000,
  approvalHoldMaxMs: 30 * 24 * 3600_000,
  maxOpenApprovals: 64,
  /** Bodies up to this size stay in history; larger ones are blobs of the store. */
  inlineBodyBytes: 10_240,
  /** Plans, verdicts and the like are read by the workflow: they stay inline up to this size. */
  roleAnswerBytes: 65_536,
  /** Largest payload handed to Temporal (its own limit is 2 MiB). */
  payloadBytes: 1_500_000,
  taskBytes: 2_500_000,
  taskCommands: 200,
  teamViewBytes: 65_536,
  inlineTeamBytes: 262_144,
  inputBytes: 262_144,
  /** A model is shown tool results and material up to these sizes whole. */
  shownResultBytes: 49_152,
  shownMaterialBytes: 262_144,
  /** Head and tail a model gets of a result that was too large. */
  resultHeadBytes: 6_144,
  resultTailBytes: 2_048,
  toolResultBytes: 32 * 1024 * 1024,
  detailsBytes: 4_000,
  /** Members of a ring kept in workflow memory for queries. */
  eventRing: 500,
  rejectedMessages: 50,
  steerBytes: 16_384,
  maxSteers: 100,
  queryPage: 100,
  /** Own soft limits for continue-as-new and for starting nodes as children. */
  softHistoryEvents: 4_000,
  softHistoryBytes: 3_500_000,
  untrustedSample: 8,
  specialistsAdvised: 7,
  /** How far the tasks of a swarm may follow from its first ones. */
  maxSwarmHops: 4,
  /** Notifications of a run that are being worked on at once. */
  maxBackground: 16,
  /** Times that two agents may ask each other in turn. */
  maxPingPong: 3,
  /** Events that may follow from one another. */
  maxEventHops: 16,
  /** Tasks of one tree, and of one plan with all its revisions. */
  maxTasks: 128,
  /** Attempts at one task of a tree or a plan, by whomever. */
  maxTaskAttempts: 5,
  /** How often a consumer tries to digest an event, and how long it waits first; doubled each time. */
  consumerAttempts: 3,
  consumerRetryMs: 1_000,
  /** Attempts at keeping an event, and at settling a delivery; a minute apart after the first few. */
  eventAttempts: 60,
} as const;

export type LimitName = keyof typeof limits;
/** A run's own copy of the limits, taken at its start. */
export type Limits = { readonly [K in LimitName]: number };

/** Bounds of tools that are not part of a run's snapshot (I5): they guard the worker, not the replay. */
export const toolLimits = {
  /** Tools taken from one source, and shown to one agent. */
  toolsPerSource: 256,
  toolsPerAgent: 128,
  descriptionChars: 4_000,
  schemaBytes: 64 * 1024,
  schemaDepth: 24,
  /** Levels of a result; deeper ones are dropped, since much code that reads JSON recurses. */
  resultDepth: 200,
  nameChars: 64,
  /** One JSON-RPC message of an MCP server, one HTTP answer; a longer one is dropped while it is read. */
  answerBytes: 8 * 1024 * 1024,
  /** Start of a dropped answer that is kept to say what it was. */
  answerHeadBytes: 2_048,
  connectTimeoutMs: 30_000,
  /** A connection that nobody used for this long is closed. */
  idleMs: 5 * 60_000,
  connections: 32,
  /** Pause before a server that failed to start, or died, is started again; doubled each time up to the maximum. */
  restartMs: 500,
  restartMaxMs: 30_000,
  /** How long a server may take to end after its input is closed, and again after SIGTERM. */
  stopMs: 1_500,
  /** How long a mismatch of a pinned definition is believed before the store is asked again. */
  pinRecheckMs: 2_000,
  /** One page of a file, an artifact or a revision. */
  pageBytes: 65_536,
  listEntries: 1_000,
  scannedFiles: 5_000,
  scannedBytes: 64 * 1024 * 1024,
  matches: 200,
  walkDepth: 32,
  writeBytes: 16 * 1024 * 1024,
  /** Markers of keyed writes kept per root. */
  writeMarkers: 5_000,
  gitTimeoutMs: 60_000,
  gitOutputBytes: 24 * 1024 * 1024,
} as const;

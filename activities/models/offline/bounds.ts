/** Bounds of the engine's own work (I5): inputs are as large as tools make them, answers and rounds are not. */
export const bounds = {
  /** Rounds of tool calls before it answers with what it has; agents have twelve steps by default. */
  toolRounds: 10,
  callsPerRound: 16,
  /** Characters of a request that are worked on at once, in some 100 ms; a longer one goes to a thread. */
  inlineChars: 100_000,
  /** Characters of data after which no further pages are asked for: every step pays for all of it again. */
  readChars: 600_000,
  /** Longest answer: a longer one would reach other agents and tools in part only. */
  answerBytes: 200_000,
  pagesPerTool: 120,
  details: 24,
  detailsPerRound: 12,
  /** Characters of a record that are read for ranking, and for sentences. */
  rankChars: 1_200,
  recordChars: 40_000,
  fieldsPerRecord: 120,
  nesting: 12,
  records: 50_000,
  quoteChars: 280,
  /** Records whose texts are searched for sentences. */
  sentenceRecords: 2_000,
  /** Ids of one look-up: every twelve of them are a step. */
  lookUps: 72,
  planTasks: 7,
  problems: 24,
} as const;

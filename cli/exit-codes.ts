/** What the exit code of `cadre` says (docs/cli.md lists them; a test compares the two). */
export const exitCodes = {
  ok: 0,
  /** The run failed or was cancelled, or something unexpected happened. */
  failed: 1,
  /** Wrong arguments, a faulty configuration, team or input; nothing was started. */
  usage: 2,
  /** The run ended without being completed: partial, rejected, budget-exhausted, compensation-failed. */
  incomplete: 3,
  /** No Temporal server, or none that may be used; no worker. */
  noServer: 4,
  /** The decision was refused: unknown, settled, expired or not about this action. */
  refused: 5,
  /** A check found faults: validate, replay, doctor. */
  faults: 6,
  /** Ended by Ctrl-C. */
  interrupted: 130,
  /** Ended by SIGTERM or a closed terminal. */
  terminated: 143,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

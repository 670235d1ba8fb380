import { CadreError } from '../contracts/failures';
import { type ExitCode, exitCodes } from './exit-codes';

/** An error for people: a sentence, and the next thing to try. */
export class CliError extends Error {
  override readonly name = 'CliError';

  constructor(
    message: string,
    readonly next: string | undefined,
    readonly exitCode: ExitCode,
  ) {
    super(message);
  }
}

export interface ErrorReport {
  message: string;
  next: string | undefined;
  kind: string;
  exitCode: ExitCode;
}

const usageKinds = new Set(['InvalidInput', 'InvalidTeam', 'UnknownAgent', 'UnknownTool']);

/** Anything thrown, as what is told to a person. Bugs say where to look; stacks go to the log only. */
export function reportOf(error: unknown): ErrorReport {
  if (error instanceof CliError) {
    return { message: error.message, next: error.next, kind: 'CliError', exitCode: error.exitCode };
  }
  if (CadreError.is(error)) {
    const exitCode = usageKinds.has(error.kind) ? exitCodes.usage : exitCodes.failed;
    return { message: error.message, next: undefined, kind: error.kind, exitCode };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { message, next: 'npx cadre doctor', kind: 'InternalError', exitCode: exitCodes.failed };
}

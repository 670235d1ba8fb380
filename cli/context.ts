import { CliError } from './cli-error';
import { exitCodes } from './exit-codes';
import type { Lifetime } from './lifetime';
import type { Terminal } from './terminal';
import { type Config, readConfig } from '../workers/config';

/** What every command gets. */
export interface CliContext {
  readonly terminal: Terminal;
  readonly lifetime: Lifetime;
  /** Read at first use: `--help` works with a faulty configuration. */
  readonly config: () => Config;
  /** The exit code of a command that ended as it should; 0 unless it says otherwise. */
  exitCode: number;
  /** What a person should know when they interrupt the command at this point. */
  farewell: string | undefined;
}

export function makeContext(terminal: Terminal, lifetime: Lifetime): CliContext {
  let config: Config | undefined;
  return { terminal, lifetime, config: () => (config ??= readConfig()), exitCode: exitCodes.ok, farewell: undefined };
}

/** A text argument, or `@file` with the text in it. */
export function readTextArgument(
  text: string,
  name: string,
  readFile: (file: string) => string,
  example = 'notes.md',
): string {
  if (!text.startsWith('@')) return text;
  const source = text.slice(1);
  try {
    return readFile(source);
  } catch (error) {
    throw new CliError(
      `${name}: ${source} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'}).`,
      `give a file that exists: ${name} @${example}`,
      exitCodes.usage,
    );
  }
}

/** A text argument that is JSON, or `@file` with JSON in it. */
export function readJsonArgument(text: string, name: string, readFile: (file: string) => string): unknown {
  const json = readTextArgument(text, name, readFile, 'input.json');
  try {
    return JSON.parse(json) as unknown;
  } catch (error) {
    throw new CliError(
      `${name} is not JSON: ${(error as Error).message}`,
      `${name} '{"date":"2026-01-31"}', or ${name} @input.json`,
      exitCodes.usage,
    );
  }
}

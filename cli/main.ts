import { readFileSync } from 'node:fs';
import path from 'node:path';

import { Command, CommanderError } from 'commander';

import { reportOf } from './cli-error';
import { registerApprovals } from './commands/approvals';
import { registerApprove } from './commands/approve';
import { registerArtifacts } from './commands/artifacts';
import { registerDemo } from './commands/demo';
import { registerDev } from './commands/dev';
import { registerDlq } from './commands/dlq';
import { registerDoctor } from './commands/doctor';
import { registerEvents } from './commands/events';
import { registerInit } from './commands/init';
import { registerMemory } from './commands/memory';
import { registerReplay } from './commands/replay';
import { registerRun } from './commands/run';
import { registerSchedule } from './commands/schedule';
import { registerStatus } from './commands/status';
import { registerTemporal } from './commands/temporal';
import { registerTools } from './commands/tools';
import { registerValidate } from './commands/validate';
import { registerWorker } from './commands/worker';
import { type CliContext, makeContext } from './context';
import { exitCodes } from './exit-codes';
import { Interrupted, Lifetime } from './lifetime';
import { Terminal } from './terminal';

/** In the order in which a newcomer meets them. */
const commands = [
  registerDemo,
  registerRun,
  registerDev,
  registerInit,
  registerValidate,
  registerApprovals,
  registerApprove,
  registerStatus,
  registerEvents,
  registerDlq,
  registerSchedule,
  registerArtifacts,
  registerMemory,
  registerReplay,
  registerDoctor,
  registerTemporal,
  registerTools,
  registerWorker,
];

const { version } = JSON.parse(readFileSync(path.join(__dirname, '..', 'package.json'), 'utf8')) as { version: string };

/** `error: unknown option '--x'` in the form of our own errors. */
function asSentence(text: string): string {
  const [, first = '', rest = '', guess = ''] = /^error: (.)([^]*?)\.?\s*(?:\((.+\?)\))?\s*$/.exec(text) ?? [];
  return first ? `Error: ${first.toUpperCase()}${rest.trimEnd()}.${guess ? ` ${guess}` : ''}\n` : text;
}

export function makeProgram(ctx: CliContext): Command {
  const program = new Command('cadre');
  program
    .description('Teams of AI agents that run as durable Temporal workflows.')
    .enablePositionalOptions()
    .version(version, '--version')
    .showHelpAfterError('Try: npx cadre --help')
    .configureOutput({ outputError: (text, write) => write(asSentence(text)) })
    .exitOverride()
    .hook('preAction', (_program, command) => {
      ctx.terminal.json = command.opts<{ json?: boolean }>().json ?? false;
    });
  for (const register of commands) register(program, ctx);
  for (const command of program.commands) {
    command.exitOverride();
    // The passed-through CLI has an option of its own for this: --output json.
    if (command.name() !== 'temporal') command.option('--json', 'print the result as one JSON document');
  }
  return program;
}

/** A command that ended keeps nothing open on purpose; what still is must not keep the terminal waiting. */
const lingerMs = 1000;

/** Runs one command and sets the process's exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  const terminal = new Terminal();
  const lifetime = new Lifetime((text) => terminal.line(text));
  const ctx = makeContext(terminal, lifetime);
  lifetime.listen();
  let exitCode: number;
  try {
    await lifetime.race(makeProgram(ctx).parseAsync(argv));
    exitCode = ctx.exitCode;
  } catch (error) {
    exitCode = report(ctx, error);
  }
  await lifetime.end();
  process.exitCode = exitCode;
  if (lifetime.signal.aborted) process.stdout.write('', () => process.exit(exitCode));
  else setTimeout(() => process.exit(exitCode), lingerMs).unref();
}

/** A stack says nothing to most people; with CADRE_LOG_LEVEL=debug it is printed. */
function tracesWanted(ctx: CliContext): boolean {
  try {
    return ['debug', 'trace'].includes(ctx.config().logLevel);
  } catch {
    return false;
  }
}

function report(ctx: CliContext, error: unknown): number {
  const { terminal, lifetime } = ctx;
  // Whatever an interruption made fail on its way is not worth a sentence.
  const cause: unknown = lifetime.signal.aborted ? lifetime.signal.reason : error;
  if (cause instanceof Interrupted) {
    if (ctx.farewell) terminal.line(ctx.farewell);
    return cause.exitCode;
  }
  // Commander has printed its own sentence; help and version are no errors.
  if (cause instanceof CommanderError) return cause.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  const { message, next, kind, exitCode } = reportOf(cause);
  terminal.result({ error: { kind, message, next } });
  terminal.error(message, next);
  if (kind === 'InternalError' && tracesWanted(ctx) && cause instanceof Error) terminal.error(cause.stack ?? '');
  return exitCode;
}

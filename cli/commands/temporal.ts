import type { Command } from 'commander';

import type { CliContext } from '../context';
import { lazy } from '../lazy';

export function registerTemporal(program: Command, ctx: CliContext): void {
  program
    .command('temporal')
    .summary('the Temporal CLI, with the server of this folder')
    .description(
      'Runs the Temporal CLI that Cadre found or fetched, against the server of this folder. Everything after it is passed on.',
    )
    .argument('[args...]', 'arguments of the Temporal CLI')
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (args: string[]) => {
      const { temporalPassthrough } = lazy.passthrough();
      const { env, home } = ctx.config();
      const onProgress = (text: string): void => void process.stderr.write(`${text}\n`);
      // The CLI gets Ctrl-C itself and decides what it means.
      ctx.lifetime.stopListening();
      ctx.exitCode = await temporalPassthrough(args, { env, home, onProgress });
    });
}

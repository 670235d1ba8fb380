import type { Command } from 'commander';

import type { CliContext } from '../context';
import { exitCodes } from '../exit-codes';
import { lazy } from '../lazy';

export function registerValidate(program: Command, ctx: CliContext): void {
  program
    .command('validate')
    .summary('all faults of a team; who may do what, and what needs a person')
    .description('Loads a team and lists all its faults at once, or prints who may do what and what needs a person.')
    .argument('<team>', 'name of a team, or path of its folder or file')
    .action(async (name: string) => {
      const { terminal } = ctx;
      const validation = await ctx.lifetime.race(lazy.validateTeam().validateTeam(ctx.config(), name));
      terminal.result(validation);
      if (validation.valid) {
        if (!terminal.json) terminal.line(validation.text);
        return;
      }
      ctx.exitCode = exitCodes.faults;
      terminal.error(validation.message, `mend these, then: npx cadre validate ${name}`);
    });
}

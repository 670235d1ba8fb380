import path from 'node:path';

import type { Command } from 'commander';

import type { CliContext } from '../context';
import { exitCodes } from '../exit-codes';
import { howToRun } from '../how-to-run';
import { lazy } from '../lazy';

export function registerValidate(program: Command, ctx: CliContext): void {
  program
    .command('validate')
    .summary('all faults of a team; who may do what, and what needs a person')
    .description(
      'Loads a team and lists all its faults at once, or prints who may do what, what needs a person, and how to run it.',
    )
    .argument('<team>', 'name of a team, or path of its folder or file')
    .action(async (name: string) => {
      const { terminal } = ctx;
      const validation = await ctx.lifetime.race(lazy.validateTeam().validateTeam(ctx.config(), name));
      if (validation.valid) {
        const { team, text, ...rest } = validation;
        const compositions = howToRun(
          team,
          name,
          path.basename(path.resolve(ctx.config().cwd, name).replace(/\/team\.ya?ml$/, '')),
        );
        terminal.result({ ...rest, text, compositions });
        if (terminal.json) return;
        terminal.line(text);
        terminal.line();
        terminal.line(`The team ${name} is valid. ${compositions.length > 0 ? 'Run it:' : 'It has no composition.'}`);
        for (const { command } of compositions) terminal.line(`  ${command}`);
        return;
      }
      terminal.result(validation);
      ctx.exitCode = exitCodes.faults;
      terminal.error(validation.message, `mend these, then: npx cadre validate ${name}`);
    });
}

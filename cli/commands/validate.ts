import { existsSync } from 'node:fs';
import path from 'node:path';

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
      const { loadTeam, teamsOf, faultsOf, validationOf } = lazy.teams();
      const { terminal } = ctx;
      const config = ctx.config();
      const place = path.resolve(config.cwd, name);
      try {
        const loaded = existsSync(place) ? await loadTeam(place) : await teamsOf(config).load(name);
        const validation = validationOf(loaded);
        terminal.result({ valid: true, ...validation.json });
        if (!terminal.json) terminal.line(validation.text);
      } catch (error) {
        const faults = faultsOf(error);
        if (faults.length === 0) throw error;
        ctx.exitCode = exitCodes.faults;
        terminal.result({ valid: false, faults });
        terminal.error((error as Error).message, 'mend these, then: npx cadre validate again');
      }
    });
}

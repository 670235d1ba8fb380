import type { Command } from 'commander';

import { agentQueues } from '../../workers/agent-queues';
import { describeConfig } from '../../workers/config';
import type { CliContext } from '../context';
import { exitCodes } from '../exit-codes';
import { lazy } from '../lazy';

export function registerDoctor(program: Command, ctx: CliContext): void {
  program
    .command('doctor')
    .summary('what is there, what is missing, how to mend it')
    .description(
      'Looks at everything that a run needs and says what is there, what is missing and how to mend it. Changes nothing.',
    )
    .option('--production', 'ask for what production needs as well')
    .action(async (options: { production?: boolean }) => {
      const { doctor, renderDoctor } = lazy.doctor();
      const { env, home } = ctx.config();
      const queues = await agentQueues(lazy.teams().teamsOf(ctx.config()));
      const checks = await ctx.lifetime.race(doctor({ env, home, production: options.production ?? false, queues }));
      const settings = describeConfig(ctx.config());
      ctx.terminal.result({ checks, settings });
      if (!ctx.terminal.json) {
        ctx.terminal.line(renderDoctor(checks));
        ctx.terminal.line();
        const width = Math.max(...settings.map(({ name }) => name.length));
        for (const { name, value } of settings) ctx.terminal.line(`${name.padEnd(width)}  ${value}`);
      }
      if (checks.some(({ status }) => status === 'missing')) ctx.exitCode = exitCodes.faults;
    });
}

import type { Command } from 'commander';

import { taskQueue } from '../../contracts/names';
import { type Config, withModel } from '../../workers/config';
import type { CliContext } from '../context';
import { type DoorOptions, openDoors, withDoorOptions } from '../event-doors';
import { lazy } from '../lazy';
import { modelOption } from '../model-option';
import { Session } from '../session';

export function registerDev(program: Command, ctx: CliContext): void {
  const command = program
    .command('dev')
    .summary('Temporal server and worker, until Ctrl-C')
    .description(
      'Runs a Temporal development server (unless one is configured or runs here already) and a worker that serves all queues, until Ctrl-C.',
    )
    .option('--allow <folder...>', 'folders outside this one that tools may read')
    .option('--model <model>', 'goes before the models of all teams: provider/model, or offline', modelOption);
  withDoorOptions(command).action(
    async ({ allow = [], model, ...doors }: { allow?: string[]; model?: string } & DoorOptions) => {
      const adjust = (config: Config): Config => (model === undefined ? config : withModel(config, model));
      const session = await new Session(ctx, { logToTerminal: true, allow, adjust }).open();
      await session.ensureWorker(true);
      const config = ctx.config();
      const opened = await openDoors(ctx, doors, {
        client: () => Promise.resolve(session.client),
        config,
        log: lazy.log().makeLog(config),
      });
      const { address, namespace, uiUrl } = session.target;
      ctx.terminal.result({ address, namespace, uiUrl, taskQueue, ...opened.doors });
      showHow(ctx, address, uiUrl, opened.lines);
      await ctx.lifetime.race(session.ended());
    },
  );
}

function showHow({ terminal }: CliContext, address: string, uiUrl: string | undefined, more: readonly string[]): void {
  // A run that works in any git repository, as it is typed here.
  const data = { repo: '.', since: '2026-01-01' };
  const input = JSON.stringify({ team: 'repo-report', input: data });
  terminal.line();
  terminal.line(terminal.style('bold', `Cadre is up: Temporal on ${address}, task queue ${taskQueue}.`));
  if (uiUrl) terminal.line(`  Temporal UI   ${uiUrl}`);
  terminal.line(`  Start a run   npx cadre run repo-report --input '${JSON.stringify(data)}'`);
  terminal.line(
    `  or            npx cadre temporal workflow start --task-queue ${taskQueue} --type compose --input '${input}'`,
  );
  for (const line of more) terminal.line(line);
  terminal.line('  Approvals     npx cadre approvals');
  terminal.line('  Stop          Ctrl-C');
  terminal.line();
}

import type { Command } from 'commander';

import type { Approval, Decision } from '../../contracts/approval';
import { withModel } from '../../workers/config';
import { announce, seeThrough } from '../carry-out';
import type { CliContext } from '../context';
import { demoOrder, demoReport, sampleDate } from '../demo-order';
import { openDemoRun } from '../demo-run';
import { exitCodes } from '../exit-codes';
import { modelOption } from '../model-option';
import { Session } from '../session';
import { exitCodeFor } from '../show-run';
import { userName } from './approve';

interface DemoOptions {
  approveAs?: string;
  fresh?: boolean;
  server?: string;
  model?: string;
  date?: string;
}

export function registerDemo(program: Command, ctx: CliContext): void {
  program
    .command('demo')
    .summary('a team writes the daily report of a made-up company')
    .description(
      'Runs the team daily-report on its sample data: three specialists read tickets, mail and chat, a chief puts the ' +
        'report together, and a publisher wants to write it to a file, for which it needs you. It uses no language model and ' +
        'no key unless --model names one. An open demo run of this folder is taken up again.',
    )
    .option('--approve-as <name>', 'allow the announced file in this name, once the action has been shown')
    .option('--fresh', 'start another run even if one is open')
    .option('--server <which>', '"configured" uses the configured Temporal server even if it is not on this machine')
    .option('--model <model>', 'provider/model, in place of offline', modelOption)
    .option('--date <yyyy-mm-dd>', 'day of the report')
    .action((options: DemoOptions) => demo(ctx, options));
}

async function demo(ctx: CliContext, options: DemoOptions): Promise<void> {
  const { terminal, lifetime } = ctx;
  const model = options.model ?? 'offline';
  if (model === 'offline')
    terminal.line('The demo runs on the offline engine: no language model, no key, nothing leaves this machine.');
  const session = await new Session(ctx, {
    model,
    allowConfigured: options.server === 'configured' ? 'always' : 'loopback',
    adjust: (config) => withModel(config, model),
  }).open();
  await session.ensureWorker();
  const date = options.date ?? sampleDate();
  const { home, cwd } = ctx.config();
  const order = demoOrder(cwd, date);
  // Acquired, not only awaited: an interruption lets the lock be given back.
  const run = await lifetime.acquire(
    'the demo run',
    () => openDemoRun(session.client, { home, order, date, fresh: options.fresh ?? false }),
    () => Promise.resolve(),
  );
  if (run.resumed)
    terminal.line(`Taking up the open demo run of ${run.startedAt.toISOString()} again (--fresh starts another).`);
  announce(ctx, session, run);
  ctx.farewell = 'The run stays open; npm run demo takes it up again.';
  const decideFor = options.approveAs === undefined ? undefined : approver(options.approveAs, demoReport(run.date));
  const end = await seeThrough(ctx, session, run, {
    by: options.approveAs ?? userName(),
    ...(decideFor ? { decideFor } : {}),
  });
  ctx.exitCode = end.result ? exitCodeFor(end.result.status) : exitCodes.failed;
  if (end.result?.status === 'completed') showNext(ctx);
  terminal.result({ ...run, link: session.link(run.workflowId, run.runId), ...end });
}

function showNext({ terminal }: CliContext): void {
  terminal.line();
  terminal.line('Next: the same on your own exports (README.md says how), or a team of your own:');
  terminal.line('  npx cadre init my-team');
}

/** Allows exactly the file that the demo has announced, and nothing else: other actions are shown and wait as usual. */
export function approver(by: string, report: string): (approval: Approval) => Decision | undefined {
  return ({ id, digest, tool, effect, args }) => {
    if (tool !== 'files.write_file' || effect !== 'write' || args['path'] !== report) return undefined;
    return { id, digest, decision: 'approve', by, reason: `--approve-as: the announced file ${report}` };
  };
}

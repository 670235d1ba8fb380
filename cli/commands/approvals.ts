import type { Command } from 'commander';

import { shortDigest } from '../../contracts/digest';
import type { CliContext } from '../context';
import { lazy } from '../lazy';
import { Session } from '../session';
import { confirmDigits } from '../show-approval';
import { formatTable } from '../terminal';

export function registerApprovals(program: Command, ctx: CliContext): void {
  program
    .command('approvals')
    .summary('what waits for a person, over all open runs')
    .description('Lists the approvals that wait for a person, over all open runs.')
    .action(async () => {
      const session = await new Session(ctx).open();
      await session.ensureWorker();
      const { approvals, silent } = await ctx.lifetime.race(lazy.client().listOpenApprovals(session.client));
      const { terminal } = ctx;
      terminal.result({ approvals, silent });
      if (terminal.json) return;
      for (const run of silent) terminal.line(`No worker answered for ${run}.`);
      if (approvals.length === 0) {
        terminal.line('Nothing waits for a person.');
        return;
      }
      const rows = approvals.map(({ workflowId, approval }) => [
        workflowId,
        approval.id,
        approval.agent,
        approval.tool,
        approval.effect,
        approval.deadline,
        shortDigest(approval.digest, confirmDigits),
      ]);
      terminal.line(formatTable(['run', 'id', 'agent', 'tool', 'effect', 'deadline', 'digest'], rows));
      terminal.line();
      terminal.line('Look at one and decide it: npx cadre approve <run> <id>');
    });
}

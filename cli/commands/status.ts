import type { Command } from 'commander';

import type { RunDescription, StatusView } from '../../client';
import type { CliContext } from '../context';
import { lazy } from '../lazy';
import { readingsOf } from '../named-artifacts';
import { Session } from '../session';
import { printable, showApproval } from '../show-approval';
import { costText, showFailure, statusText } from '../show-run';
import { formatTable } from '../terminal';
import { unservedOf, unservedText } from '../unserved';

export function registerStatus(program: Command, ctx: CliContext): void {
  program
    .command('status')
    .summary('where a run stands, or the latest runs')
    .description(
      'Shows where a run stands: what it does, what it waits for, what it cost. Without an id: the latest runs.',
    )
    .argument('[run]', 'workflow id of the run')
    .option('--limit <n>', 'runs to list', '20')
    .action(async (run: string | undefined, options: { limit: string }) => {
      const session = await new Session(ctx).open();
      if (run === undefined) await listLatest(ctx, session, Number(options.limit) || 20);
      else await showOne(ctx, session, run);
    });
}

async function listLatest(ctx: CliContext, session: Session, limit: number): Promise<void> {
  const { terminal, lifetime } = ctx;
  const runs = await lifetime.race(lazy.client().listRuns(session.client, { limit }));
  terminal.result({ runs });
  if (terminal.json) return;
  if (runs.length === 0) {
    terminal.line('No runs yet. Start one: npm run demo');
    return;
  }
  const rows = runs.map((run) => [run.workflowId, run.execution.toLowerCase(), run.startedAt.toISOString()]);
  terminal.line(formatTable(['run', 'status', 'started'], rows));
}

async function showOne(ctx: CliContext, session: Session, workflowId: string): Promise<void> {
  const { terminal, lifetime } = ctx;
  const { describeRun, endOf, queryStatus, queryOpenApprovals } = lazy.client();
  const description = await lifetime.race(describeRun(session.client, workflowId));
  // Queries are answered by a worker, also those about a run that has ended.
  await session.ensureWorker();
  const status = await lifetime.race(queryStatus(session.client, workflowId));
  const approvals = await lifetime.race(queryOpenApprovals(session.client, workflowId));
  const unserved = description.execution === 'RUNNING' ? await lifetime.race(unservedOf(session, workflowId)) : [];
  const link = session.link(workflowId, description.runId);
  const { result, failure } = hasEnded(description)
    ? await lifetime.race(endOf(session.client, workflowId))
    : { result: undefined, failure: undefined };
  terminal.result({ ...description, link, status, approvals, unserved, result, failure });
  if (terminal.json) return;
  showHead(ctx, description, link);
  if (!status) terminal.line('No worker answered; start one with: npx cadre worker');
  else showStatus(ctx, status);
  if (result) terminal.line(`  result   npx cadre status '${workflowId}' --json`);
  for (const call of unserved) terminal.line(`  waits    for ${printable(unservedText(call))}`);
  for (const approval of approvals ?? [])
    showApproval(terminal, workflowId, approval, await readingsOf(ctx, session, workflowId, approval));
}

/** Asking a run that goes on how it ended would wait for its end. */
const hasEnded = ({ execution, closedAt }: RunDescription): boolean =>
  closedAt !== undefined && execution !== 'RUNNING' && execution !== 'CONTINUED_AS_NEW';

function showHead({ terminal }: CliContext, run: RunDescription, link: string | undefined): void {
  terminal.line(`${terminal.style('bold', run.workflowId)}  ${run.execution.toLowerCase()}`);
  terminal.line(
    `  started  ${run.startedAt.toISOString()}${run.closedAt ? `, ended ${run.closedAt.toISOString()}` : ''}`,
  );
  terminal.line(`  history  ${run.historyEvents} events`);
  if (link) terminal.line(`  UI       ${link}`);
}

function showStatus({ terminal }: CliContext, status: StatusView): void {
  terminal.line(
    `  status   ${statusText(terminal, status.status)}${status.team ? ` · ${status.pattern} of team ${status.team}` : ''}`,
  );
  if (status.task) terminal.line(`  task     ${printable(status.task)}`);
  terminal.line(`  cost     ${costText(status.usage)}`);
  for (const wait of status.waitingFor) terminal.line(`  waits    ${printable(wait)}`);
  for (const notice of status.notices ?? []) terminal.line(`  notice   ${printable(notice)}`);
  const agents = Object.entries(status.agents);
  if (agents.length > 0) {
    const rows = agents.map(([name, agent]) => [
      name,
      String(agent.steps),
      agent.state,
      printable(agent.lastText).slice(0, 80),
    ]);
    terminal.line();
    terminal.line(formatTable(['agent', 'steps', 'state', 'last'], rows));
  }
  for (const failure of status.failures) showFailure(terminal, failure);
  for (const rejected of status.rejectedMessages)
    terminal.line(`  refused  ${rejected.name}: ${printable(rejected.reason)}`);
}

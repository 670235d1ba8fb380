import { readFileSync } from 'node:fs';
import os from 'node:os';

import type { Command } from 'commander';

import type { OpenApproval } from '../../client';
import type { Approval, Decision } from '../../contracts/approval';
import { shortDigest } from '../../contracts/digest';
import { isJsonObject } from '../../contracts/json';
import { askDecision, confirms } from '../ask-decision';
import { CliError } from '../cli-error';
import { type CliContext, readJsonArgument } from '../context';
import { exitCodes } from '../exit-codes';
import { lazy } from '../lazy';
import { Session } from '../session';
import { readingsOf } from '../named-artifacts';
import { confirmDigits, showApproval } from '../show-approval';
import { settledAs, settledText } from '../show-settled';

interface ApproveOptions {
  confirm?: string;
  reject?: boolean;
  reason?: string;
  edit?: string;
  by: string;
}

export function registerApprove(program: Command, ctx: CliContext): void {
  program
    .command('approve')
    .summary('look at an action that waits for a person, and decide it')
    .description(
      'Shows the exact action that waits for a person. It is allowed by typing the first six hex digits of its digest, ' +
        'or by --confirm with at least as many digits of the digest that was shown.',
    )
    .argument('[run]', 'workflow id of the run; may be left out when only one waits')
    .argument('[id]', 'id of the approval; may be left out when the run has only one open')
    .option(
      '--confirm <digits>',
      `first hex digits (at least ${confirmDigits}) of the digest of the action you have seen`,
    )
    .option('--reject', 'refuse the action; the agent is told and goes on')
    .option('--reason <text>', 'why, for the record and for the agent')
    .option('--edit <json>', 'allow it with these arguments in place of the shown ones: JSON or @file')
    .option('--by <name>', 'who decides; without a signature this is recorded as a claim', userName())
    .action(async (run: string | undefined, id: string | undefined, options: ApproveOptions) => {
      const session = await new Session(ctx).open();
      await session.ensureWorker();
      const { workflowId, approval } = await findApproval(ctx, session, run, id, options.confirm);
      showApproval(ctx.terminal, workflowId, approval, await readingsOf(ctx, session, workflowId, approval));
      const decision = await decisionFrom(ctx, approval, options);
      const settled = await ctx.lifetime.race(sendDecision(session, workflowId, decision));
      ctx.terminal.result({ run: workflowId, approval: settled });
      ctx.terminal.line(`${settled.id} is ${settled.state}: ${decision.decision} by ${decision.by}.`);
    });
}

/** The name a person has on this machine; only ever a claim. */
export function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    return 'unknown';
  }
}

async function findApproval(
  ctx: CliContext,
  session: Session,
  run: string | undefined,
  id: string | undefined,
  confirm: string | undefined,
): Promise<OpenApproval> {
  const { open, settled } = await ctx.lifetime.race(approvalsOf(session, run));
  const fitting = id === undefined ? open : open.filter((one) => one.approval.id === id);
  const [only, another] = fitting;
  if (only && !another) return only;
  const which = open.map((one) => `${one.workflowId} ${one.approval.id}`).join(', ');
  if (only)
    throw new CliError(`Several approvals are open: ${which}.`, 'npx cadre approve <run> <id>', exitCodes.usage);
  const nothing = run === undefined ? 'No run waits for a person.' : `Nothing is open in the run ${run}.`;
  const facts = [
    open.length > 0 ? `There is no open approval ${id ?? ''}. Open are: ${which}.` : nothing,
    ...settledAs(settled, id, confirm).map(settledText),
  ];
  throw new CliError(
    facts.join(' '),
    run === undefined ? 'npx cadre status' : `npx cadre status '${run}'`,
    exitCodes.refused,
  );
}

/** The open approvals of a run or of all; of a run also those that are settled. */
async function approvalsOf(
  session: Session,
  run: string | undefined,
): Promise<{ open: OpenApproval[]; settled: Approval[] }> {
  const { describeRun, listOpenApprovals, queryApprovals } = lazy.client();
  if (run === undefined) return { open: (await listOpenApprovals(session.client)).approvals, settled: [] };
  await describeRun(session.client, run);
  const all = await queryApprovals(session.client, run);
  if (!all) throw new CliError(`No worker answers for the run ${run}.`, 'npx cadre worker', exitCodes.noServer);
  const open = all.filter(({ state }) => state === 'open').map((approval) => ({ workflowId: run, approval }));
  return { open, settled: all.filter(({ state }) => state !== 'open') };
}

async function decisionFrom(ctx: CliContext, approval: Approval, options: ApproveOptions): Promise<Decision> {
  const { id, digest } = approval;
  const base = { id, digest, by: options.by, ...(options.reason === undefined ? {} : { reason: options.reason }) };
  if (options.reject) return { ...base, decision: 'reject' };
  const args = options.edit === undefined ? undefined : argumentsFrom(options.edit);
  if (args) {
    ctx.terminal.line('It would run with these arguments in their place:');
    ctx.terminal.line(JSON.stringify(args, null, 2));
  }
  if (options.confirm !== undefined) demandConfirmation(digest, options.confirm);
  else {
    const typed = await askHere(ctx, approval, options);
    if (typed.decision === 'reject') return typed;
  }
  return args ? { ...base, decision: 'edit', args } : { ...base, decision: 'approve' };
}

async function askHere(ctx: CliContext, approval: Approval, options: ApproveOptions): Promise<Decision> {
  if (!ctx.terminal.interactive) {
    const digits = shortDigest(approval.digest, confirmDigits);
    throw new CliError(
      'Nobody can be asked here, so the action has to be confirmed by its digest.',
      `the same command with --confirm ${digits}, if the action above is what you want; or with --reject`,
      exitCodes.usage,
    );
  }
  const decision = await askDecision(ctx.terminal, approval, options.by, ctx.lifetime.signal);
  ctx.lifetime.signal.throwIfAborted();
  if (!decision) throw new CliError('Nothing was decided.', undefined, exitCodes.refused);
  return decision;
}

function demandConfirmation(digest: string, typed: string): void {
  if (confirms(digest, typed)) return;
  throw new CliError(
    `--confirm ${typed} is not the beginning of this action's digest (${digest}), with at least ${confirmDigits} hex digits.`,
    'look at the action above; if it is what you want, give the digits of its digest',
    exitCodes.refused,
  );
}

function argumentsFrom(text: string): NonNullable<Decision['args']> {
  const value = readJsonArgument(text, '--edit', (file) => readFileSync(file, 'utf8'));
  if (isJsonObject(value)) return value;
  throw new CliError(
    '--edit takes a JSON object with the arguments of the tool.',
    '--edit @args.json',
    exitCodes.usage,
  );
}

async function sendDecision(session: Session, workflowId: string, decision: Decision): Promise<Approval> {
  try {
    return await lazy.client().decide(session.client, workflowId, decision);
  } catch (error) {
    throw new CliError((error as Error).message, `npx cadre status '${workflowId}'`, exitCodes.refused);
  }
}

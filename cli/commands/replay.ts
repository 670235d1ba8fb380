import { existsSync } from 'node:fs';

import type { Client } from '@temporalio/client';
import type { Command } from 'commander';

import type { ReplaySource, ReplayVerdict } from '../../workers/replay';
import { CliError } from '../cli-error';
import type { CliContext } from '../context';
import { exitCodes } from '../exit-codes';
import { lazy } from '../lazy';
import { logFileOf, Session } from '../session';

const queryRunsMax = 1000;

export function registerReplay(program: Command, ctx: CliContext): void {
  program
    .command('replay')
    .summary('replay histories against the workflow code as it stands')
    .description(
      'Replays histories against the workflow code as it stands: files that `temporal workflow show --output json` wrote, ' +
        'runs by their workflow id, or all runs that a list filter finds. No model and no tool is called.',
    )
    .argument('[what...]', 'files or workflow ids')
    .option('--query <filter>', `runs by a Temporal list filter, at most ${queryRunsMax}`)
    .action(async (what: string[], options: { query?: string }) => {
      if (what.length === 0 && options.query === undefined) {
        throw new CliError('Nothing to replay was named.', 'npx cadre replay history.json', exitCodes.usage);
      }
      const { home } = ctx.config();
      const log = lazy.log().makeLog({ ...ctx.config(), logLevel: 'error' }, { file: logFileOf(home) });
      const verdicts: ReplayVerdict[] = [];
      for await (const verdict of lazy.replay().replay(await sourcesFor(ctx, what, options.query), { home, log })) {
        ctx.lifetime.signal.throwIfAborted();
        verdicts.push(verdict);
        showVerdict(ctx, verdict);
      }
      ctx.terminal.result({ verdicts });
      const bad = verdicts.filter(({ verdict }) => verdict !== 'same').length;
      if (verdicts.length === 0) ctx.terminal.line('No run fits the filter.');
      else ctx.terminal.line(`${verdicts.length - bad} replayed the same, ${bad} did not.`);
      if (bad > 0) ctx.exitCode = exitCodes.faults;
    });
}

async function sourcesFor(ctx: CliContext, what: string[], query: string | undefined): Promise<ReplaySource[]> {
  const isFile = (name: string): boolean => existsSync(name) || name.endsWith('.json');
  const needsServer = query !== undefined || what.some((name) => !isFile(name));
  const client = needsServer ? (await new Session(ctx).open()).client : undefined;
  const sources: ReplaySource[] = what.map((name) =>
    client && !isFile(name) ? fromServer(client, name) : { name, load: () => lazy.historyFile().readHistoryFile(name) },
  );
  if (client && query !== undefined) {
    for await (const { workflowId, runId } of client.workflow.list({ query })) {
      sources.push(fromServer(client, workflowId, runId));
      if (sources.length >= queryRunsMax) break;
    }
  }
  return sources;
}

function fromServer(client: Client, workflowId: string, runId?: string): ReplaySource {
  const load = async (): ReturnType<ReplaySource['load']> => {
    await lazy.client().describeRun(client, workflowId);
    return { workflowId, history: await client.workflow.getHandle(workflowId, runId).fetchHistory() };
  };
  return { name: workflowId, load };
}

function showVerdict({ terminal }: CliContext, { name, verdict, events, message, durationMs }: ReplayVerdict): void {
  const word = terminal.style(verdict === 'same' ? 'green' : 'red', verdict.padEnd(10));
  terminal.line(`${word} ${name}  ${events} events in ${durationMs} ms`);
  if (message) terminal.line(`           ${message.split('\n').slice(0, 4).join('\n           ')}`);
}

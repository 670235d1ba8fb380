import type { Client } from '@temporalio/client';
import type { Command } from 'commander';

import { type Zone, zones } from '../../contracts/names';
import type { ResolvedServer } from '../../workers/server/resolve-server';
import { CliError } from '../cli-error';
import type { CliContext } from '../context';
import { exitCodes } from '../exit-codes';
import { type DoorOptions, openDoors, withDoorOptions } from '../event-doors';
import { lazy } from '../lazy';

interface WorkerOptions {
  zone?: string[];
  queue?: string[];
  allow?: string[];
  grace: string;
}

/** Activities in flight get this long after SIGTERM: longer than most model calls, shorter than what orchestrators wait. */
const graceSecondsDefault = 20;
const workflowsZone = 'workflows';

export function registerWorker(program: Command, ctx: CliContext): void {
  const command = program
    .command('worker')
    .summary('a worker process for a server that runs elsewhere')
    .description(
      'Runs a worker against the configured server, or the one that `cadre dev` runs for this folder. Without --zone it ' +
        'serves everything; with --zone only the queues of those zones (see CADRE_ZONES).',
    )
    .option('--zone <name...>', `zones to serve: ${[...zones, workflowsZone].join(', ')}`)
    .option('--queue <name...>', 'further activity queues (agents may name one of their own)')
    .option('--allow <folder...>', 'folders outside this one that tools may read')
    .option('--grace <seconds>', 'how long calls in flight may take to end after SIGTERM', String(graceSecondsDefault));
  withDoorOptions(command).action(async (options: WorkerOptions & DoorOptions) => {
    const { served, workflows } = zonesFrom(options.zone);
    const graceMs = Number(options.grace) * 1000;
    if (!(graceMs >= 0)) throw new CliError('--grace takes seconds.', '--grace 20', exitCodes.usage);
    const server = await resolveExisting(ctx);
    const config = ctx.config();
    const log = lazy.log().makeLog(config);
    const worker = await ctx.lifetime.acquire(
      'the worker',
      () =>
        lazy.worker().runWorker({
          config,
          server,
          log,
          graceMs,
          ...(served ? { zones: served, workflows } : {}),
          queues: options.queue ?? [],
          allow: options.allow ?? [],
        }),
      (one) => one.shutdown(),
      graceMs + 10_000,
    );
    const client = () => connectedTo(ctx, server);
    const { doors, lines } = await openDoors(ctx, options, { client, config, log });
    ctx.terminal.result({
      identity: worker.identity,
      queues: worker.queues,
      address: server.address,
      namespace: server.namespace,
      ...doors,
    });
    ctx.terminal.line(`Worker ${worker.identity} serves ${worker.queues.join(', ')} on ${server.address}.`);
    for (const line of lines) ctx.terminal.line(line);
    await ctx.lifetime.race(worker.ended);
  });
}

async function connectedTo(ctx: CliContext, server: ResolvedServer): Promise<Client> {
  const { connection, namespace } = server;
  const open = () => lazy.client().connectClient(connection, namespace);
  return (await ctx.lifetime.acquire('the client', open, (one) => one.close())).client;
}

async function resolveExisting(ctx: CliContext): ReturnType<ReturnType<typeof lazy.server>['resolveServer']> {
  const { env, home } = ctx.config();
  const onProgress = (text: string): void => ctx.terminal.line(ctx.terminal.style('dim', text));
  try {
    return await lazy.server().resolveServer({ env, home, allowConfigured: 'always', start: false, onProgress });
  } catch (error) {
    throw new CliError((error as Error).message, 'npx cadre dev', exitCodes.noServer);
  }
}

function zonesFrom(names: string[] | undefined): { served?: Zone[]; workflows: boolean } {
  if (!names) return { workflows: true };
  const isZone = (name: string): name is Zone => (zones as readonly string[]).includes(name);
  const wrong = names.filter((name) => name !== workflowsZone && !isZone(name));
  if (wrong.length > 0) {
    const known = [...zones, workflowsZone].join(', ');
    throw new CliError(`There is no zone ${wrong.join(', ')}.`, `one of: ${known}`, exitCodes.usage);
  }
  return { served: names.filter(isZone), workflows: names.includes(workflowsZone) };
}

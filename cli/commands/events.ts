import { readFileSync } from 'node:fs';

import type { Command } from 'commander';

import type { Json } from '../../contracts/json';
import type { EventAccount, StoredEvent } from '../../workers/event-store';
import { type CliContext, readJsonArgument } from '../context';
import { eventTeam } from '../event-team';
import { exitCodes } from '../exit-codes';
import { demandTeam } from '../known-team';
import { lazy } from '../lazy';
import { limitFrom } from '../limit-option';
import { logFileOf, Session } from '../session';
import { printable } from '../show-approval';
import { showFailure } from '../show-run';
import { formatTable } from '../terminal';

interface PublishOptions {
  data?: string;
  id?: string;
  source?: string;
  key?: string;
  correlation?: string;
  team?: string;
  wait?: boolean;
}

export function registerEvents(program: Command, ctx: CliContext): void {
  const events = program
    .command('events')
    .summary('publish events, and see what became of them')
    .description('Publishes events to the consumers of a team, and shows what became of them.');
  events
    .command('publish')
    .summary('publish an event to the consumers of a team')
    .argument('<subject>', 'where it is published, such as acme.events.pr.merged')
    .option('--data <json>', 'what it says: JSON, or @file')
    .option('--id <id>', 'the same id is the same event, however often it is published')
    .option('--source <uri>', 'who says so', 'cadre:events')
    .option('--key <key>', 'what it is about; ordered consumers get events of one key in turn')
    .option('--correlation <id>', 'the same for all events that belong together; its own id by default')
    .option('--team <name>', 'the team; by default CADRE_TEAM, or the one whose event prefix fits')
    .option('--wait', 'wait until it is with its consumers, and say with whom')
    .option('--json', 'print the result as one JSON document')
    .action((subject: string, options: PublishOptions) => publish(ctx, subject, options));
  events
    .command('list')
    .summary('the latest events')
    .option('--team <name>', 'only those of a team')
    .option('--limit <n>', 'at most this many', '20')
    .option('--json', 'print the result as one JSON document')
    .action((options: { team?: string; limit: string }) => list(ctx, options));
  events
    .command('show')
    .summary('an event, who got it, and what followed from it')
    .argument('<id>', 'id of the event')
    .option('--team <name>', 'the team; by default CADRE_TEAM, or the only one that takes events')
    .option('--json', 'print the result as one JSON document')
    .action((id: string, options: { team?: string }) => show(ctx, id, options.team));
}

async function publish(ctx: CliContext, subject: string, options: PublishOptions): Promise<void> {
  const { terminal } = ctx;
  const { data, id, source, key, correlation } = options;
  const value = data === undefined ? null : readJsonArgument(data, '--data', (file) => readFileSync(file, 'utf8'));
  const team = await eventTeam(ctx, options.team, subject);
  // A server that ends with this command would leave the event lying: one must run already.
  const session = await new Session(ctx, { start: false }).open();
  // A worker elsewhere may have teams that are not here; one of this folder has none but these.
  if (session.target.source !== 'configured') await demandTeam(ctx.config(), team);
  const published = await ctx.lifetime.race(
    lazy.client().publishEvent(session.client, {
      team,
      subject,
      data: value as Json,
      ...(id === undefined ? {} : { id }),
      ...(source === undefined ? {} : { source }),
      ...(key === undefined ? {} : { subjectKey: key }),
      ...(correlation === undefined ? {} : { correlationId: correlation }),
    }),
  );
  const served = await session.isServed();
  const { eventId, workflowId, duplicate } = published;
  const { result, failure } =
    options.wait && served
      ? await ctx.lifetime.race(lazy.client().endOf(session.client, workflowId))
      : { result: undefined, failure: undefined };
  if (failure) ctx.exitCode = exitCodes.failed;
  terminal.result({ ...published, team, link: session.link(workflowId), output: result?.output, failure });
  if (terminal.json) return;
  terminal.line(
    duplicate
      ? `${printable(eventId)} was published before; nothing was started.`
      : `Published ${printable(eventId)} to ${subject}.`,
  );
  if (result) showReached(ctx, result.output);
  if (failure) showFailure(terminal, failure);
  if (!served) terminal.line('No worker runs: the event waits for one. Start it with: npx cadre dev');
  terminal.line(`What became of it: npx cadre events show ${quoted(eventId)} --team ${team}`);
}

/** For pasting into a shell: an id may come from anywhere. */
const quoted = (id: string): string => `'${printable(id).replaceAll("'", `'\\''`)}'`;

interface Reached {
  consumer: string;
  agent: string;
  state: string;
  workflowId: string;
}

function showReached({ terminal }: CliContext, output: unknown): void {
  const consumers = (output as { consumers?: Reached[] } | null)?.consumers ?? [];
  if (consumers.length === 0) {
    terminal.line('Nobody has subscribed to it.');
    return;
  }
  const rows = consumers.map(({ consumer, agent, state, workflowId }) => [consumer, agent, state, workflowId]);
  terminal.line(formatTable(['consumer', 'agent', 'state', 'run'], rows));
}

/** What the commands over the store write of their own doings goes where the worker's lines go. */
export function quietLog(ctx: CliContext) {
  const config = ctx.config();
  return lazy.log().makeLog({ ...config, logLevel: 'error' }, { file: logFileOf(config.home) });
}

async function list(ctx: CliContext, { team, limit }: { team?: string; limit: string }): Promise<void> {
  const filter = { limit: limitFrom(limit), ...(team === undefined ? {} : { team }) };
  const events = await lazy.eventStore().listEvents(ctx.config(), quietLog(ctx), filter);
  // What a team that is gone has left is still listed.
  if (events.length === 0 && team !== undefined) await demandTeam(ctx.config(), team);
  ctx.terminal.result({ events });
  if (ctx.terminal.json) return;
  if (events.length === 0) ctx.terminal.line('Nothing has been published here.');
  else ctx.terminal.line(eventTable(events));
}

function eventTable(events: readonly StoredEvent[]): string {
  const rows = events.map(({ at, team, subject, id, hops, source }) =>
    [at, team, subject, id, String(hops), source].map(printable),
  );
  return formatTable(['at', 'team', 'subject', 'id', 'hops', 'source'], rows);
}

async function show(ctx: CliContext, id: string, named: string | undefined): Promise<void> {
  const team = await eventTeam(ctx, named);
  const account = await lazy.eventStore().accountOfEvent(ctx.config(), quietLog(ctx), team, id);
  ctx.terminal.result(account);
  if (!ctx.terminal.json) showAccount(ctx, account);
}

function showAccount({ terminal }: CliContext, { event, deliveries, chain }: EventAccount): void {
  const trust = event.untrusted ? 'untrusted' : 'trusted';
  terminal.line(printable(`${event.subject}  ${event.id}`));
  terminal.line(`  from ${printable(event.source)}, at ${event.at}, ${trust}, ${event.hops} events before it`);
  terminal.line(`  ${printable(JSON.stringify(event.data))}`);
  terminal.line();
  if (deliveries.length === 0) terminal.line('Nobody got it.');
  else {
    const rows = deliveries.map((one) => [one.consumer, one.state, String(one.attempts), one.workflowId]);
    terminal.line(formatTable(['consumer', 'state', 'attempt', 'run'], rows));
  }
  if (chain.length > 1) {
    terminal.line();
    terminal.line(`What belongs together (${printable(event.correlationId)}):`);
    for (const one of chain) {
      const cause = one.causationId === null ? '' : `  because of ${one.causationId}`;
      terminal.line(`${'  '.repeat(Math.min(one.hops, 20) + 1)}${printable(`${one.subject}  ${one.id}${cause}`)}`);
    }
  }
}

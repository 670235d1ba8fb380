import { type Command, Option } from 'commander';

import { describeFailure } from '../../contracts/failures';
import type { DeadLetter, DeadLetterState, StoredEvent } from '../../workers/event-store';
import { CliError } from '../cli-error';
import type { CliContext } from '../context';
import { exitCodes } from '../exit-codes';
import { demandTeam } from '../known-team';
import { lazy } from '../lazy';
import { limitFrom } from '../limit-option';
import { Session } from '../session';
import { printable } from '../show-approval';
import { formatTable } from '../terminal';
import { userName } from './approve';
import { quietLog } from './events';

interface ListOptions {
  team?: string;
  state: DeadLetterState | 'all';
  limit: string;
}

export function registerDlq(program: Command, ctx: CliContext): void {
  const dlq = program
    .command('dlq')
    .summary('events that a consumer could not handle')
    .description('Dead letters: events that a consumer could not handle, with the whole chain of failures.');
  dlq
    .command('list')
    .summary('dead letters, the latest first')
    .option('--team <name>', 'only those of a team')
    .addOption(
      new Option('--state <state>', 'which ones').choices(['open', 'redriven', 'dropped', 'all']).default('open'),
    ) // prettier-ignore
    .option('--limit <n>', 'at most this many', '20')
    .option('--json', 'print the result as one JSON document')
    .action((options: ListOptions) => list(ctx, options));
  dlq
    .command('show')
    .summary('a dead letter with its event and all its failures')
    .argument('<id>', 'id of the dead letter')
    .option('--json', 'print the result as one JSON document')
    .action((id: string) => show(ctx, id));
  dlq
    .command('redrive')
    .summary('give the event to its consumer once more')
    .argument('<id>', 'id of the dead letter')
    .option('--by <name>', 'who does it; a claim', userName())
    .option('--json', 'print the result as one JSON document')
    .action((id: string, { by }: { by: string }) => redrive(ctx, id, by));
  dlq
    .command('drop')
    .summary('settle a dead letter without trying again')
    .argument('<id>', 'id of the dead letter')
    .option('--by <name>', 'who does it; a claim', userName())
    .option('--json', 'print the result as one JSON document')
    .action((id: string, { by }: { by: string }) => drop(ctx, id, by));
}

async function list(ctx: CliContext, { team, state, limit }: ListOptions): Promise<void> {
  const filter = {
    limit: limitFrom(limit),
    ...(team === undefined ? {} : { team }),
    ...(state === 'all' ? {} : { state }),
  };
  const { terminal } = ctx;
  const deadLetters = await lazy.eventStore().listDeadLetters(ctx.config(), quietLog(ctx), filter);
  if (deadLetters.length === 0 && team !== undefined) await demandTeam(ctx.config(), team);
  terminal.result({ deadLetters });
  if (terminal.json) return;
  if (deadLetters.length === 0) {
    terminal.line(state === 'open' ? 'No dead letter is open.' : 'There are no dead letters.');
    return;
  }
  const rows = deadLetters.map((one) =>
    [one.id, one.at, one.team, one.consumer, one.subject, one.state, one.reason].map(printable),
  );
  terminal.line(formatTable(['id', 'at', 'team', 'consumer', 'subject', 'state', 'reason'], rows));
  terminal.line();
  terminal.line('Look at one: npx cadre dlq show <id>. Try it again: npx cadre dlq redrive <id>');
}

const find = (ctx: CliContext, id: string) => lazy.eventStore().findDeadLetter(ctx.config(), quietLog(ctx), id);

async function show(ctx: CliContext, id: string): Promise<void> {
  const { letter, event } = await find(ctx, id);
  const { terminal } = ctx;
  terminal.result({ deadLetter: letter, event });
  if (terminal.json) return;
  terminal.line(`${letter.id}  ${letter.state}${letter.settledBy === null ? '' : ` by ${letter.settledBy}`}`);
  terminal.line(`  ${letter.consumer} of ${letter.team} gave up at ${letter.at}: ${letter.workflowId}`);
  terminal.line(`  event    ${printable(`${letter.subject}  ${letter.eventId}`)}`);
  terminal.line(`  data     ${event ? printable(JSON.stringify(event.data)) : 'not kept: it was no event'}`);
  const chain = describeFailure(letter.chain).split('\n').map(printable);
  terminal.line(`  failure  ${chain.join('\n')}`);
}

async function redrive(ctx: CliContext, id: string, by: string): Promise<void> {
  const { letter, event } = await find(ctx, id);
  if (!event) throw refused(`The dead letter ${id} is of something that was no event, so it cannot be tried again.`, `npx cadre dlq drop ${id}`); // prettier-ignore
  checkOpen(letter);
  const session = await new Session(ctx, { start: false }).open();
  // Started first: should this process end before the letter is settled, the same redrive reaches the same run.
  const published = await ctx.lifetime.race(lazy.client().publishEvent(session.client, requestOf(letter, event), id));
  await lazy.eventStore().settleDeadLetter(ctx.config(), quietLog(ctx), { id, state: 'redriven', by });
  ctx.terminal.result({ ...published, deadLetter: id, consumer: letter.consumer, link: session.link(published.workflowId) }); // prettier-ignore
  ctx.terminal.line(
    `${letter.consumer} gets ${printable(letter.eventId)} once more: npx cadre status '${published.workflowId}'`,
  );
}

/** The event as it was, for the one consumer. */
function requestOf({ team, consumer }: DeadLetter, event: StoredEvent) {
  const { id, subject, data, source, subjectKey, correlationId, causationId, hops } = event;
  return {
    team,
    id,
    subject,
    data,
    source,
    correlationId,
    hops,
    only: consumer,
    ...(subjectKey === null ? {} : { subjectKey }),
    ...(causationId === null ? {} : { causationId }),
  };
}

async function drop(ctx: CliContext, id: string, by: string): Promise<void> {
  const { letter } = await find(ctx, id);
  checkOpen(letter);
  if (!(await lazy.eventStore().settleDeadLetter(ctx.config(), quietLog(ctx), { id, state: 'dropped', by }))) {
    throw refused(`The dead letter ${id} has just been settled by somebody else.`, `npx cadre dlq show ${id}`);
  }
  ctx.terminal.result({ deadLetter: id, state: 'dropped', by });
  ctx.terminal.line(`Dropped ${id}: ${letter.consumer} does not get ${printable(letter.eventId)} again.`);
}

function checkOpen({ id, state, settledBy, settledAt }: DeadLetter): void {
  if (state === 'open') return;
  throw refused(`The dead letter ${id} was ${state} by ${settledBy ?? 'somebody'} at ${settledAt ?? 'some time'}.`, `npx cadre dlq show ${id}`); // prettier-ignore
}

const refused = (message: string, next: string): CliError => new CliError(message, next, exitCodes.refused);

import type { Command } from 'commander';

import type { MemoryReading, MemoryRecord } from '../../workers/memory-store';
import type { CliContext } from '../context';
import { demandTeam } from '../known-team';
import { lazy } from '../lazy';
import { limitFrom } from '../limit-option';
import { formatTable } from '../terminal';
import { userName } from './approve';
import { quietLog } from './events';

interface ListOptions {
  team?: string;
  tag?: string;
  writer?: string;
  all?: boolean;
  limit: string;
}

export function registerMemory(program: Command, ctx: CliContext): void {
  const memory = program
    .command('memory')
    .summary('what teams remember beyond a run')
    .description('What the agents of a team remember beyond a run: look at it, forget an entry, withdraw a writer.');
  memory
    .command('list')
    .summary('what can be recalled now, the latest first')
    .option('--team <name>', 'only that of a team')
    .option('--tag <tag>', 'only entries that carry it')
    .option('--writer <agent>', 'only what an agent wrote')
    .option('--all', 'also what was replaced, has expired or was withdrawn')
    .option('--limit <n>', 'at most this many', '50')
    .option('--json', 'print the result as one JSON document')
    .action((options: ListOptions) => list(ctx, options));
  memory
    .command('show')
    .summary('an entry in all its versions, and who was given it')
    .argument('<key>', 'key of the entry')
    .option('--team <name>', 'whose entry, when several teams have the key')
    .option('--json', 'print the result as one JSON document')
    .action((key: string, { team }: { team?: string }) => show(ctx, key, team));
  memory
    .command('forget')
    .summary('take the content of an entry away for good')
    .argument('<key>', 'key of the entry')
    .option('--team <name>', 'whose entry, when several teams have the key')
    .option('--by <name>', 'who does it; a claim', userName())
    .option('--json', 'print the result as one JSON document')
    .action((key: string, options: { team?: string; by: string }) => forget(ctx, key, options));
  memory
    .command('quarantine')
    .summary('withdraw all that an agent wrote, and list the runs that read it')
    .requiredOption('--writer <agent>', 'whose entries are withdrawn')
    .option('--team <name>', 'only in this team')
    .option('--by <name>', 'who does it; a claim', userName())
    .option('--json', 'print the result as one JSON document')
    .action((options: { writer: string; team?: string; by: string }) => quarantine(ctx, options));
}

async function list(ctx: CliContext, { limit, ...filter }: ListOptions): Promise<void> {
  const { terminal } = ctx;
  const asked = { ...filter, limit: limitFrom(limit) };
  const entries = await lazy.memoryStore().listMemory(ctx.config(), quietLog(ctx), asked);
  // What a team that is gone has left is still listed.
  if (entries.length === 0 && filter.team !== undefined) await demandTeam(ctx.config(), filter.team);
  terminal.result({ entries });
  if (terminal.json) return;
  if (entries.length === 0) {
    terminal.line('Nothing is remembered here.');
    return;
  }
  const rows = entries.map((entry) => [
    entry.namespace,
    entry.key,
    `${entry.version}`,
    entry.tags.join(','),
    writerOf(entry),
    entry.at,
    entry.expiresAt ?? 'never',
    entry.untrustedSet === null ? 'yes' : 'no',
    ...(filter.all ? [entry.state] : []),
  ]);
  const header = ['team', 'key', 'version', 'tags', 'writer', 'at', 'expires', 'trusted'];
  terminal.line(formatTable([...header, ...(filter.all ? ['state'] : [])], rows));
}

async function show(ctx: CliContext, key: string, team: string | undefined): Promise<void> {
  const { terminal } = ctx;
  const account = await lazy.memoryStore().showMemory(ctx.config(), quietLog(ctx), key, team);
  terminal.result(account);
  if (terminal.json) return;
  for (const version of account.versions) {
    terminal.line(`${version.key}, version ${version.version} (${version.state}) of the team ${version.namespace}`);
    terminal.line(`  value    ${JSON.stringify(version.value)}`);
    terminal.line(`  tags     ${version.tags.join(', ') || 'none'}`);
    terminal.line(`  from     ${writerOf(version)}${originOf(version)} at ${version.at}`);
    terminal.line(`  expires  ${version.expiresAt ?? 'never'}`);
    terminal.line(`  sources  ${version.sources.join(', ') || 'none that are untrusted'}`);
    if (version.quarantinedBy !== null)
      terminal.line(`  withdrawn by ${version.quarantinedBy} at ${version.quarantinedAt ?? ''}`);
  }
  terminal.line();
  terminal.line(account.readings.length === 0 ? 'Nobody was given it.' : 'Given to:');
  if (account.readings.length > 0) terminal.line(tableOf(account.readings));
}

async function forget(ctx: CliContext, key: string, { team, by }: { team?: string; by: string }): Promise<void> {
  const order = { key, by, ...(team === undefined ? {} : { team }) };
  const done = await lazy.memoryStore().forgetMemory(ctx.config(), quietLog(ctx), order);
  ctx.terminal.result({ key, ...done });
  const { namespace, versions } = done;
  ctx.terminal.line(
    versions === 0
      ? `The entry "${key}" of the team ${namespace} was forgotten before.`
      : `Forgotten: "${key}" of the team ${namespace}, ${versions} ${versions === 1 ? 'version' : 'versions'}.`,
  );
}

async function quarantine(ctx: CliContext, options: { writer: string; team?: string; by: string }): Promise<void> {
  const { terminal } = ctx;
  const done = await lazy.memoryStore().quarantineMemory(ctx.config(), quietLog(ctx), options);
  terminal.result({ writer: options.writer, ...done });
  if (terminal.json) return;
  const { entries, readings, derived, withdrawn } = done;
  const before = entries.length - withdrawn;
  terminal.line(
    `Withdrawn: ${withdrawn} of ${options.writer}${before > 0 ? `, besides ${before} that were withdrawn before` : ''}.`,
  );
  for (const { namespace, key, version } of entries) terminal.line(`  ${namespace}  ${key}  version ${version}`);
  terminal.line();
  const runs = new Set(readings.map(({ root }) => root));
  terminal.line(
    runs.size === 0 ? 'No run has read them.' : `Read by ${runs.size} ${runs.size === 1 ? 'run' : 'runs'}:`,
  );
  if (runs.size > 0) terminal.line(tableOf(readings));
  if (derived.length > 0) {
    terminal.line();
    terminal.line('Written by others in those runs after they had read it, and not withdrawn:');
    for (const { key, version, agent, root } of derived)
      terminal.line(`  ${key}  version ${version}  by ${agent} in ${root}`);
  }
  if (done.more) terminal.line('There is more than is listed.');
}

function tableOf(readings: readonly MemoryReading[]): string {
  const rows = readings.map((one) => [one.root, one.agent, `${one.step + 1}`, one.key, `${one.version}`, one.at]);
  return formatTable(['run', 'agent', 'step', 'key', 'version', 'at'], rows);
}

function writerOf({ provenance }: MemoryRecord): string {
  return provenance.agent ?? 'the team';
}

function originOf({ provenance }: MemoryRecord): string {
  return provenance.agent === null ? '' : `, ${provenance.root} step ${provenance.step + 1}`;
}

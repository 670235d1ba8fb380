import type { Command } from 'commander';

import { CliError } from '../cli-error';
import type { CliContext } from '../context';
import { exitCodes } from '../exit-codes';
import { lazy } from '../lazy';
import { logFileOf } from '../session';
import { formatTable } from '../terminal';

const wholeDigest = /^sha256:[0-9a-f]{64}$/;

export function registerTools(program: Command, ctx: CliContext): void {
  const tools = program
    .command('tools')
    .summary('definitions of MCP tools that were fixed at first use')
    .description(
      'Definitions of MCP tools are fixed at first use; a server that changes one is refused until you accept it.',
    );
  const log = () => lazy.log().makeLog({ ...ctx.config(), logLevel: 'error' }, { file: logFileOf(ctx.config().home) });
  tools
    .command('pins')
    .summary('the fixed definitions of a server')
    .argument('<server>', 'server as the refusal names it')
    .option('--json', 'print the result as one JSON document')
    .action(async (server: string) => {
      const pins = await lazy.toolPins().listToolPins(ctx.config(), log(), server);
      ctx.terminal.result({ pins });
      if (ctx.terminal.json) return;
      if (pins.length === 0) ctx.terminal.line(`No tool of ${server} has been used here.`);
      else
        ctx.terminal.line(
          formatTable(
            ['tool', 'digest', 'since', 'by'],
            pins.map((pin) => [pin.tool, pin.digest, pin.pinnedAt, pin.pinnedBy]),
          ),
        );
    });
  tools
    .command('repin')
    .summary('accept a changed definition')
    .argument('<server>', 'server as the refusal names it')
    .argument('<tool>', 'tool of the server')
    .argument('<digest>', 'the whole digest of the definition you accept')
    .requiredOption('--by <name>', 'who accepts it')
    .option('--json', 'print the result as one JSON document')
    .action(async (server: string, tool: string, digest: string, { by }: { by: string }) => {
      if (!wholeDigest.test(digest))
        throw new CliError(
          'The digest must be whole: sha256: and 64 hex digits.',
          'Copy it from the refusal.',
          exitCodes.usage,
        );
      const pin = await lazy.toolPins().repinTool(ctx.config(), log(), { server, tool, digest, pinnedBy: by });
      ctx.terminal.result({ pin });
      ctx.terminal.line(`Accepted: ${tool} of ${server} is now ${digest}.`);
    });
}

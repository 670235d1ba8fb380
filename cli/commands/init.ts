import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { Command } from 'commander';

import { slug } from '../../contracts/names';
import { CliError } from '../cli-error';
import type { CliContext } from '../context';
import { exitCodes } from '../exit-codes';
import { initialRun, initialTeam } from '../initial-team';

export function registerInit(program: Command, ctx: CliContext): void {
  program
    .command('init')
    .summary('a small team of your own, ready to run')
    .description(
      'Writes a small team into a folder: one agent answers from the files of a folder, one writes the answer once you allow it. It runs offline.',
    )
    .argument('<dir>', 'folder to make; it must not exist, or be empty')
    .action(async (dir: string) => {
      const { cwd } = ctx.config();
      const folder = path.resolve(cwd, dir);
      if (existsSync(folder) && (await readdir(folder)).length > 0) {
        throw new CliError(`${dir} exists and is not empty.`, 'npx cadre init another-folder', exitCodes.usage);
      }
      const name = slug(path.basename(folder));
      const relative = path.relative(cwd, folder).split(path.sep).join('/');
      const files = initialTeam(name, relative);
      for (const [file, text] of Object.entries(files)) {
        const target = path.join(folder, file);
        await mkdir(path.dirname(target), { recursive: true });
        await writeFile(target, text, { flag: 'wx' });
      }
      const { terminal } = ctx;
      terminal.result({ folder: relative, name, files: Object.keys(files) });
      terminal.line(`Written to ${relative}: ${Object.keys(files).join(', ')}.`);
      terminal.line(`Check it   npx cadre validate ./${relative}`);
      terminal.line(`Run it     ${initialRun(relative)}`);
    });
}

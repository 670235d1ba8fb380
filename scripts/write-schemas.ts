import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { publishedSchemas } from '../contracts/schemas/json-schemas';

const folder = path.join(__dirname, '..', 'schemas');

/**
 * Writes schemas/*.json, the JSON Schemas of inputs, handler arguments, results and team documents. With `--check`
 * nothing is written: exit code 1 and the names when a file is not what would be written.
 */
function main(args: readonly string[]): number {
  const wanted = new Map(
    Object.entries(publishedSchemas()).map(([name, schema]) => [
      `${name}.json`,
      `${JSON.stringify(schema, null, 2)}\n`,
    ]),
  );
  mkdirSync(folder, { recursive: true });
  const present = readdirSync(folder).filter((file) => file.endsWith('.json'));
  const stale = [...wanted]
    .filter(([file, text]) => !present.includes(file) || textOf(file) !== text)
    .map(([file]) => file);
  const extra = present.filter((file) => !wanted.has(file));
  if (args.includes('--check')) {
    if (stale.length + extra.length === 0) return 0;
    process.stderr.write(`schemas/ is not up to date: ${[...stale, ...extra].join(', ')}. Run "npm run schemas".\n`);
    return 1;
  }
  for (const file of stale) writeFileSync(path.join(folder, file), wanted.get(file) ?? '');
  for (const file of extra) rmSync(path.join(folder, file));
  process.stdout.write(`schemas/: ${wanted.size} files, ${stale.length} written, ${extra.length} removed.\n`);
  return 0;
}

const textOf = (file: string): string => readFileSync(path.join(folder, file), 'utf8');

process.exitCode = main(process.argv.slice(2));
